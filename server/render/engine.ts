/**
 * (source, rendition, segment n) → bytes. Puts the parts of the engine together and sends each question to the
 * one that knows: copies are packaged from the original, encodes are made once and kept.
 */
import { availableParallelism } from 'node:os';
import type { Clock } from '../base/clock.js';
import { AppError } from '../base/errors.js';
import type { Exec } from '../base/exec.js';
import type { Log } from '../base/log.js';
import type { Rendition } from '../media/plan.js';
import type { SegmentStore } from '../../storage/segments/index.js';
import { createClips } from './clip/clips.js';
import { createCompanions } from './companions.js';
import { createCopies } from './copies.js';
import { createCrew } from './crew.js';
import { createExtras } from './extras.js';
import { createFill } from './fill.js';
import { createGenerations } from './generation.js';
import { createIndexCache, type OpenIndex } from './index-cache.js';
import { countSegments, isEncoded } from './layout.js';
import type { Engine, RenderSource } from './model.js';
import { costPerSecond } from './progress.js';
import { createReports } from './reports.js';
import { refuseAborted } from './shared-work.js';
import { createSpace } from './space.js';
import { createTrack } from './track.js';

export interface EngineSettings {
  /** Encoders of the background at the same time, one thread each. */
  concurrency: number;
  /** Theirs; 0 to 19. */
  niceness: number;
  /** Below this much free space nothing is rendered. */
  minFreeBytes: number;
}

export interface EngineDeps {
  store: SegmentStore;
  exec: Exec;
  openIndex: OpenIndex;
  clock: Clock;
  log: Log;
  settings: EngineSettings;
}

export function createEngine(deps: EngineDeps): Engine {
  const { store, exec, openIndex, clock, log, settings } = deps;
  const { concurrency, niceness, minFreeBytes } = settings;
  const cores = availableParallelism();
  // More encoders for viewers than this only make each other late, and each takes 100 to 400 MB.
  const crew = createCrew({ limit: Math.max(4, 2 * cores), clock, onFree: () => fill.pump() });
  const space = createSpace({
    ...{ minFreeBytes, clock, log },
    freeBytes: store.freeBytes,
    onChange: onSpace,
  });
  const indexes = createIndexCache({ openIndex, clock });
  const copies = createCopies({ indexes });
  const extras = createExtras({ store, exec, space, log });
  const companions = createCompanions({ store, exec, indexes, space, log });
  const fill = createFill({ crew, exec, extras, companions, space, clock, log, concurrency, niceness });
  const reports = createReports({ store });
  const threads = Math.max(2, Math.min(4, cores));
  const generations = createGenerations({
    isHeld: (id) => fill.has(id),
    createTrack: (source, rendition) =>
      createTrack(
        {
          ...{ store, exec, clock, log, crew, space, threads, niceness },
          onChange(end) {
            const cost = costPerSecond(rendition, source.info, source.plan.videoGrid);
            fill.changed(
              source.generationId,
              end && {
                // A viewer's encoder has another pace than the background's.
                cost: end.purpose === 'background' ? end.madeSeconds * cost : 0,
                wallSeconds: (end.run?.activeMs ?? 0) / 1000,
                ...(end.fault ? { fault: end.fault } : {}),
              },
            );
          },
        },
        source,
        rendition,
      ),
  });
  let isClosing = false;

  function onSpace() {
    // What is whole stays; who waits is told.
    if (space.isLow()) crew.stopAll();
    fill.refresh();
  }

  function refuseWhenClosing(signal: AbortSignal) {
    refuseAborted(signal);
    if (isClosing) throw new AppError('busy', 'The engine is stopping.');
  }

  const parent: Pick<Engine, 'init' | 'segment' | 'captions' | 'poster'> = {
    async init(source, renditionId, signal) {
      refuseWhenClosing(signal);
      const rendition = find(source, renditionId, 'video', 'audio');
      if (isEncoded(rendition)) return generations.of(source).track(rendition).init(signal);
      return copies.init(source, rendition, signal);
    },
    async segment(source, renditionId, n, signal) {
      refuseWhenClosing(signal);
      const rendition = find(source, renditionId, 'video', 'audio');
      if (!Number.isInteger(n) || n < 0 || n >= countSegments(rendition, source.plan)) throw notFound();
      if (isEncoded(rendition)) return generations.of(source).track(rendition).segment(n, signal);
      return copies.segment(source, rendition, n, signal);
    },
    async captions(source, renditionId, signal) {
      refuseWhenClosing(signal);
      generations.of(source);
      return extras.captions(source, find(source, renditionId, 'subtitles'), signal);
    },
    async poster(source, signal) {
      refuseWhenClosing(signal);
      generations.of(source);
      return extras.poster(source, signal);
    },
  };
  const clips = createClips({ store, exec, clock, space, parent, threads: Math.min(2, threads) });

  return {
    ...parent,
    clips,
    async frame(source, atMs, signal) {
      refuseWhenClosing(signal);
      generations.of(source);
      return extras.frame(source, atMs, signal);
    },
    async companion(source, name, range, signal) {
      refuseWhenClosing(signal);
      generations.of(source);
      return companions.get(source, name, range, signal);
    },
    measured: (source) => reports.measured(source),
    report: (source) => reports.report(source),
    progress: (generationId) => fill.progress(generationId),
    workload: () => fill.workload(),
    fill(source, index) {
      if (index) indexes.put(source, index);
      if (isClosing) return;
      generations.recall(source.generationId);
      fill.add(generations.of(source), index !== undefined);
    },
    onProgress: (listener) => fill.onProgress(listener),
    async forget(generationId) {
      fill.remove(generationId);
      await Promise.all([
        generations.forget(generationId),
        extras.abort(generationId),
        clips.abort(generationId),
        companions.abort(generationId),
        indexes.drop(generationId),
      ]);
      await store.remove(generationId);
    },
    async start() {
      await store.start();
      space.start();
    },
    async close() {
      isClosing = true;
      space.close();
      const whole = [fill.close(), crew.close(), extras.abort()];
      await Promise.all([...whole, clips.abort(), companions.abort()]);
      await Promise.all([generations.close(), indexes.close()]);
    },
  };
}

/** Errors: AppError 'not-found'. */
function find<K extends Rendition['kind']>({ plan }: RenderSource, id: string, ...kinds: K[]) {
  const rendition = plan.renditions.find((one) => one.id === id);
  if (!rendition || !(kinds as string[]).includes(rendition.kind)) throw notFound();
  return rendition as Extract<Rendition, { kind: K }>;
}

const notFound = () => new AppError('not-found', 'There is no such rendition or segment.');
