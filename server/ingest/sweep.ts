/**
 * Removes what nobody can see any more: renditions of contents that were replaced, and records whose files
 * have been gone for long. Never touches the media dir.
 */
import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Library } from '../library/model.js';
import type { Engine } from '../render/model.js';

export interface Sweep {
  /** Removes what earlier runs left, then goes on by the clock. */
  start(): void;
  /** These contents are shown no more. Who is watching has a moment to get the new one. */
  replaced(generationIds: readonly string[]): void;
  /** Resolves when nothing is being removed any more. */
  close(): Promise<void>;
}

const GRACE_MS = 60_000;
const PURGE_EVERY_MS = 3600_000;
const KEEP_GONE_MS = 30 * 24 * 3600_000;

export function createSweep(options: {
  library: Library;
  engine: Pick<Engine, 'forget'>;
  clock: Clock;
  log: Log;
}): Sweep {
  const { library, engine, clock, log } = options;
  const timers = new Set<() => void>();
  const running = new Set<Promise<void>>();
  let isClosed = false;

  function later(ms: number, work: () => Promise<void>) {
    if (isClosed) return;
    const cancel = clock.after(ms, () => {
      timers.delete(cancel);
      run(work);
    });
    timers.add(cancel);
  }

  function run(work: () => Promise<void>) {
    const run = work()
      .catch((error: unknown) => log.error({ err: error }, 'sweeping failed; the next start tries again'))
      .finally(() => running.delete(run));
    running.add(run);
  }

  /** The renditions first: what a stop leaves in between is found at the next start by its record. */
  async function removeGeneration(id: string): Promise<void> {
    const generation = await library.generation(id);
    const file = generation && (await library.get(generation.fileId));
    if (isClosed || file?.generationId === id) return;
    await engine.forget(id);
    await library.dropGeneration(id);
  }

  async function removeOrphans(): Promise<void> {
    for (const id of await library.orphanGenerations()) {
      if (!isClosed) await removeGeneration(id);
    }
  }

  async function purge(): Promise<void> {
    later(PURGE_EVERY_MS, purge);
    for (const id of await library.goneSince(clock.now() - KEEP_GONE_MS)) {
      if (isClosed) return;
      const generationIds = await library.remove(id);
      for (const generationId of generationIds) await removeGeneration(generationId);
      log.info({ fileId: id }, 'record of a file that was gone for 30 days was removed');
    }
  }

  return {
    start() {
      run(removeOrphans);
      run(purge);
    },
    replaced(generationIds) {
      for (const id of generationIds) later(GRACE_MS, () => removeGeneration(id));
    },
    async close() {
      isClosed = true;
      for (const cancel of timers) cancel();
      timers.clear();
      await Promise.all(running);
    },
  };
}
