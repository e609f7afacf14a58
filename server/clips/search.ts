/**
 * Looks for shots behind everything else: one file at a time, giving way to all other work. What a stop cuts off is
 * begun anew by the next start; a segmentation that is removed meanwhile is given up.
 */
import { isAppError } from '../base/errors.js';
import type { Exec } from '../base/exec.js';
import type { Log } from '../base/log.js';
import type { LibraryReader } from '../library/model.js';
import { createSceneReader, sceneArgs } from '../media/scene.js';
import type { Segmentation, ShotRules, TimeRange } from './model.js';
import { createShotFinder, toShots } from './shots.js';

export interface ShotSearch {
  add(wanted: Wanted): void;
  /** Given up if it is being worked on or waits. */
  drop(segmentationId: string): void;
  close(): Promise<void>;
}

export interface Wanted {
  segmentation: Segmentation;
  rules: ShotRules;
  range: Partial<TimeRange>;
}

const NICENESS = 19;
/** A minute of 4K takes longer than a minute to decode here and there. */
const TIMEOUT_FACTOR = 10;
const LEAST_TIMEOUT_MS = 60_000;

export function createShotSearch(deps: {
  library: Pick<LibraryReader, 'get' | 'generation' | 'locate'>;
  exec: Pick<Exec, 'start'>;
  onBegun: (id: string) => Promise<void>;
  onFound: (id: string, shots: TimeRange[]) => Promise<void>;
  onFailed: (id: string) => Promise<void>;
  log: Log;
}): ShotSearch {
  const { library, exec, onBegun, onFound, onFailed, log } = deps;
  const waiting: Wanted[] = [];
  let current: { id: string; controller: AbortController } | undefined;
  let running: Promise<void> = Promise.resolve();
  let isRunning = false;
  let isClosed = false;

  async function work(): Promise<void> {
    for (;;) {
      const next = waiting.shift();
      if (!next || isClosed) return;
      const { id } = next.segmentation;
      current = { id, controller: new AbortController() };
      try {
        await onBegun(id);
        await onFound(id, await look(next, current.controller.signal));
      } catch (error) {
        if (!isClosed && !current.controller.signal.aborted) await fail(id, error);
      } finally {
        current = undefined;
      }
    }
  }

  async function fail(id: string, error: unknown): Promise<void> {
    log.warn({ err: error, segmentationId: id }, 'shots could not be found');
    await onFailed(id).catch((fault: unknown) =>
      log.error({ err: fault, segmentationId: id }, 'state of a segmentation could not be written'),
    );
  }

  async function look({ segmentation, rules, range }: Wanted, signal: AbortSignal): Promise<TimeRange[]> {
    const file = await library.get(segmentation.fileId);
    const generation = file?.generationId ? await library.generation(file.generationId) : undefined;
    if (!generation?.info.video) throw new Error('the file has no picture any more');
    const { info } = generation;
    const { startSeconds = 0, endSeconds = info.durationSeconds } = range;
    const whole = { startSeconds, endSeconds: Math.min(endSeconds, info.durationSeconds) };
    const finder = createShotFinder(rules);
    const reader = createSceneReader((seconds, score) =>
      finder.add(Math.round((startSeconds + seconds) * 1000) / 1000, score),
    );
    const path = await library.locate(generation.id);
    const timeoutMs = Math.max(LEAST_TIMEOUT_MS, (whole.endSeconds - startSeconds) * 1000 * TIMEOUT_FACTOR);
    const options = { nice: NICENESS, signal, timeoutMs };
    const child = exec.start('ffmpeg', sceneArgs({ path, info }, whole), options);
    try {
      for await (const chunk of child.outputs[0]!) reader.push(chunk as Buffer);
    } catch (error) {
      if (!isAppError(error) && !signal.aborted) log.debug({ err: error }, 'scene scores ended early');
    }
    await child.done;
    return toShots(finder.cuts(), whole, rules);
  }

  return {
    add(wanted) {
      if (isClosed) return;
      waiting.push(wanted);
      if (isRunning) return;
      isRunning = true;
      running = work().finally(() => (isRunning = false));
    },
    drop(id) {
      const at = waiting.findIndex(({ segmentation }) => segmentation.id === id);
      if (at >= 0) waiting.splice(at, 1);
      if (current?.id === id) current.controller.abort();
    },
    async close() {
      isClosed = true;
      waiting.length = 0;
      current?.controller.abort();
      await running;
    },
  };
}
