/**
 * After a start the engine's queue is empty: published files are handed to it again, newest first, and never
 * more at once than it can soon work on, so that a large library costs neither memory nor time. Those of an older
 * recipe are planned anew before.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Library } from '../library/model.js';
import type { Engine } from '../render/model.js';
import type { Renewal } from './renewal.js';
import { toSource } from './source.js';

export interface Refill {
  start(): void;
  /** Resolves when nothing is being handed on any more. */
  close(): Promise<void>;
}

const AT_ONCE = 50;
const PAGE = 50;
const CHECK_EVERY_MS = 2000;

export function createRefill(options: {
  library: Library;
  engine: Pick<Engine, 'fill' | 'progress'>;
  renewal: Renewal;
  clock: Clock;
  log: Log;
}): Refill {
  const { library, engine, renewal, clock, log } = options;
  const stopping = new AbortController();
  const handed = new Set<string>();
  let offset = 0;
  let isClosed = false;
  let cancelTimer = () => {};
  let running: Promise<void> = Promise.resolve();

  /** Hands on until enough are being worked on. True when all were handed on. */
  async function handOn(): Promise<boolean> {
    for (const id of handed) {
      const state = engine.progress(id)?.state;
      if (state === undefined || state === 'complete' || state === 'failed') handed.delete(id);
    }
    while (handed.size < AT_ONCE && !isClosed) {
      const { files } = await library.list({
        state: ['published'],
        order: 'created_at',
        sort: 'desc',
        limit: PAGE,
        offset,
      });
      if (files.length === 0) return true;
      offset += files.length;
      for (const file of files) {
        const { generationId } = file;
        const generation = generationId === undefined ? undefined : await library.generation(generationId);
        if (!generation || isClosed) continue;
        const renewed = renewal.isOutdated(generation)
          ? await renewal.renew(file, stopping.signal)
          : undefined;
        if (isClosed) return false;
        if (!renewed) engine.fill(toSource(library, generation));
        handed.add((renewed ?? generation).id);
        await nextTurn();
      }
    }
    return false;
  }

  async function turn(): Promise<void> {
    try {
      if (await handOn()) return;
    } catch (error) {
      if (!isClosed) log.error({ err: error }, 'published files could not be handed to the engine');
    }
    if (!isClosed) cancelTimer = clock.after(CHECK_EVERY_MS, () => (running = turn()));
  }

  return {
    start: () => void (running = turn()),
    close() {
      isClosed = true;
      stopping.abort();
      cancelTimer();
      return running;
    },
  };
}
