/**
 * The background: makes of every generation what people will want, piece by piece, in an order that is fair
 * over files, and tells how far it is. Where a file stood is found out from what exists, so that it may be
 * added anew after each start.
 */
import type { Clock } from '../base/clock.js';
import { isAppError, type AppError } from '../base/errors.js';
import type { Exec } from '../base/exec.js';
import type { Log } from '../base/log.js';
import { createBacklog, type Backlog, type Step } from './backlog.js';
import { chooseNext } from './choose.js';
import type { Companions } from './companions.js';
import type { Crew } from './crew.js';
import { createEncoder } from './encoder.js';
import type { Extras } from './extras.js';
import type { Generation } from './generation.js';
import { videoArgs } from './layout.js';
import type { CompanionName, Progress } from './model.js';
import { createPace, isNews, timeLeft } from './progress.js';
import type { Space } from './space.js';

export interface Fill {
  /** `isNew`: just published. */
  add(generation: Generation, isNew?: boolean): void;
  remove(id: string): void;
  has(id: string): boolean;
  progress(id: string): Progress | undefined;
  workload(): { files: number; reason?: string };
  onProgress(listener: (id: string, progress: Progress) => void): () => void;
  /** Something of a generation has come to exist, or an encoder of its has ended. */
  changed(id: string, end?: { wallSeconds: number; cost: number; fault?: AppError }): void;
  /** Starts what there is room for. */
  pump(): void;
  /** Looks at everything anew: space is low, or is back. */
  refresh(): void;
  close(): Promise<void>;
}

const RETRY_MS = 30_000;
const REST_MS = 2000;
const NO_SPACE = 'There is not enough free space on the disk; rendering goes on when there is.';

export function createFill(deps: {
  crew: Crew;
  exec: Exec;
  extras: Extras;
  companions: Companions;
  space: Space;
  clock: Clock;
  log: Log;
  concurrency: number;
  niceness: number;
}): Fill {
  const { crew, exec, extras, companions, space, clock, log, concurrency } = deps;
  const backlogs = new Map<string, Backlog>();
  /** What is over: complete, or failed for good. */
  const settled = new Map<string, Progress>();
  const told = new Map<string, Progress>();
  const listeners = new Set<(id: string, progress: Progress) => void>();
  const overall = createPace();
  const stopping = new AbortController();
  let order = 0;
  const unsurveyed: Backlog[] = [];
  let isSurveying = false;
  let surveying: Promise<void> | undefined;
  /** Posters, companions and proofs: what takes the place of an encoder. */
  let othersAtWork = 0;

  function survey(backlog: Backlog): void {
    unsurveyed.push(backlog);
    if (!isSurveying) surveying = surveyAll();
  }

  /** One after the other: after a start there may be thousands. */
  async function surveyAll(): Promise<void> {
    isSurveying = true;
    while (unsurveyed.length > 0 && !stopping.signal.aborted) {
      const backlog = unsurveyed.shift()!;
      if (backlogs.get(backlog.generation.id) !== backlog) continue;
      try {
        await backlog.survey({ ...extras, ...companions });
      } catch (error) {
        log.error({ err: error, generationId: backlog.generation.id }, 'what was rendered could not be read');
        setTrouble(backlog, 'What was rendered before cannot be read.');
      }
      update(backlog);
      pump();
    }
    isSurveying = false;
  }

  function pump(): void {
    while (!stopping.signal.aborted && !space.isLow()) {
      if (crew.count('background') + othersAtWork >= concurrency) return;
      const choice = chooseNext(candidates());
      if (!choice) return;
      begin(choice.backlog, choice.step);
    }
  }

  function* candidates() {
    for (const backlog of backlogs.values()) {
      if (!backlog.isSurveyed() || backlog.isResting || backlog.trouble !== undefined) continue;
      const step = backlog.next();
      const { order } = backlog;
      if (step) yield { stage: step.stage, order, remainingCost: backlog.remainingCost(), backlog, step };
    }
  }

  function begin(backlog: Backlog, step: Step): void {
    if (step.kind === 'fill') return fillSpan(backlog.generation, step);
    othersAtWork++;
    void doOther(backlog, step).then(() => {
      othersAtWork--;
      update(backlog);
      pump();
    });
  }

  function doOther(backlog: Backlog, step: Exclude<Step, { kind: 'fill' }>): Promise<void> {
    if (step.kind === 'prove') return step.track.prove();
    return step.kind === 'poster' ? makePoster(backlog) : makeCompanion(backlog, step.name);
  }

  /** One encoder for all that want the same pictures. */
  function fillSpan(
    { source }: Generation,
    { tracks, span, isUrgent = false }: Step & { kind: 'fill' },
  ): void {
    const pictures = tracks
      .map(({ rendition }) => rendition)
      .filter((rendition) => rendition.kind === 'video');
    const legs =
      pictures.length > 1
        ? createEncoder(exec, {
            ...{ legs: pictures.length, locate: () => source.locate() },
            priority: { nice: deps.niceness, ownSession: true },
            args: (path) => videoArgs(source, pictures, { path, span, threads: 1, isAwaited: false }),
          })
        : [];
    for (const [i, track] of tracks.entries()) {
      const leg = legs[i];
      track.fill(span, { isUrgent, ...(leg ? { leg } : {}) });
    }
  }

  async function makePoster(backlog: Backlog): Promise<void> {
    const { generation } = backlog;
    backlog.isPosterAtWork = true;
    try {
      await extras.poster(generation.source, stopping.signal, deps.niceness);
      backlog.settlePoster();
    } catch (error) {
      if (isAppError(error, 'aborted')) return;
      // What is not the picture's fault is tried again.
      if (isAppError(error)) return setTrouble(backlog, error.message);
      log.error({ err: error, generationId: generation.id }, 'poster could not be made');
      backlog.settlePoster();
    } finally {
      backlog.isPosterAtWork = false;
    }
  }

  /** Nobody is told of what goes wrong here: the file is as good as without. */
  async function makeCompanion(backlog: Backlog, name: CompanionName): Promise<void> {
    const { source, id } = backlog.generation;
    backlog.takeCompanion(name);
    try {
      await companions.get(source, name, undefined, stopping.signal, deps.niceness);
    } catch (error) {
      if (!isAppError(error))
        log.error({ err: error, generationId: id, name }, 'companion could not be made');
      else log.debug({ generationId: id, name, reason: error.message }, 'companion was not made');
      // That is nobody's fault, and over some time.
      if (isAppError(error, 'no-space')) {
        space.ranOut();
        return backlog.dropCompanion(name);
      }
    }
    backlog.settleCompanion(name);
  }

  /** It plays without us: whoever is about to open it has the machine to himself for a moment. */
  function rest(backlog: Backlog): void {
    backlog.isResting = true;
    clock.after(REST_MS, () => {
      backlog.isResting = false;
      pump();
    });
  }

  function setTrouble(backlog: Backlog, sentence: string): void {
    if (backlog.trouble !== undefined) return;
    backlog.trouble = sentence;
    clock.after(RETRY_MS, () => {
      backlog.trouble = undefined;
      if (!backlog.isSurveyed()) survey(backlog);
      update(backlog);
      pump();
    });
  }

  /** Tells what is new, and lets go of what is over. */
  function update(backlog: Backlog): void {
    const { id } = backlog.generation;
    if (backlogs.get(id) !== backlog) return;
    const progress = progressOf(backlog);
    const isOver = progress.state === 'complete' || progress.state === 'failed';
    if (isOver && !backlog.hasCompanionsLeft()) {
      backlogs.delete(id);
      settled.set(id, progress);
      log.info({ generationId: id, ...progress }, 'background work ended');
    }
    if (!isNews(told.get(id), progress)) return;
    if (backlogs.has(id)) told.set(id, progress);
    else told.delete(id);
    for (const listener of listeners) {
      try {
        listener(id, progress);
      } catch (error) {
        log.error({ err: error, generationId: id }, 'a listener to progress failed');
      }
    }
  }

  function progressOf(backlog: Backlog): Progress {
    return backlog.progress({
      blocked: space.isLow() ? NO_SPACE : backlog.trouble,
      secondsLeft: (ownCost, isBegun) => secondsLeft(backlog, ownCost, isBegun),
    });
  }

  /** At its own pace once that is known; before, at everybody's, as long as it has not begun. */
  function secondsLeft(backlog: Backlog, ownCost: number, isBegun: boolean): number | undefined {
    const secondsPerCost = backlog.pace.secondsPerCost() ?? (isBegun ? undefined : overall.secondsPerCost());
    if (secondsPerCost === undefined) return undefined;
    let aheadCost = 0;
    for (const other of backlogs.values()) {
      const cost = other !== backlog && other.isSurveyed() ? other.remainingCost() : Infinity;
      if (cost < ownCost) aheadCost += cost;
    }
    return timeLeft({ ownCost, aheadCost, workers: concurrency, secondsPerCost });
  }

  return {
    add(generation, isNew = false) {
      const { id } = generation;
      if (backlogs.has(id) || settled.get(id)?.state === 'complete') return;
      settled.delete(id);
      const backlog = createBacklog(generation, order++, isNew);
      backlogs.set(id, backlog);
      if (isNew && backlog.isCopied) rest(backlog);
      survey(backlog);
    },
    remove(id) {
      backlogs.delete(id);
      settled.delete(id);
      told.delete(id);
    },
    has: (id) => backlogs.has(id),
    progress(id) {
      const backlog = backlogs.get(id);
      return backlog ? progressOf(backlog) : settled.get(id);
    },
    workload: () => ({ files: backlogs.size, ...(space.isLow() ? { reason: NO_SPACE } : {}) }),
    onProgress(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    changed(id, end) {
      const backlog = backlogs.get(id);
      if (backlog && end && end.cost > 0) {
        backlog.pace.add(end.wallSeconds, end.cost);
        overall.add(end.wallSeconds, end.cost);
      }
      if (backlog && end?.fault && end.fault.code !== 'no-space') setTrouble(backlog, end.fault.message);
      if (backlog) update(backlog);
      if (end) pump();
    },
    pump,
    refresh() {
      for (const backlog of backlogs.values()) update(backlog);
      pump();
    },
    async close() {
      stopping.abort();
      await surveying;
    },
  };
}
