/**
 * One piece of work for all who want the same at the same time. It is given up when the last of them has gone;
 * its outcome is not kept.
 */
import { AppError, isAppError } from '../base/errors.js';

export interface SharedWork<T> {
  /** Errors: the work's own; AppError 'aborted' for the asker whose signal is aborted. */
  join(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Gives up what begins with `prefix` and resolves when it is over. */
  abort(prefix?: string): Promise<void>;
}

export function createSharedWork<T>(): SharedWork<T> {
  interface Entry {
    result: Promise<T>;
    controller: AbortController;
    askers: number;
  }
  const entries = new Map<string, Entry>();

  function begin(key: string, work: (signal: AbortSignal) => Promise<T>): Entry {
    const controller = new AbortController();
    const entry: Entry = { controller, askers: 0, result: work(controller.signal) };
    entries.set(key, entry);
    const end = () => entries.get(key) === entry && entries.delete(key);
    entry.result.then(end, end);
    return entry;
  }

  return {
    async join(key, signal, work) {
      refuseAborted(signal);
      const entry = entries.get(key) ?? begin(key, work);
      entry.askers++;
      try {
        return await orAborted(entry.result, signal);
      } finally {
        entry.askers--;
        if (entry.askers === 0 && entries.get(key) === entry) {
          entries.delete(key);
          entry.controller.abort();
        }
      }
    },
    async abort(prefix = '') {
      const doomed = [...entries].filter(([key]) => key.startsWith(prefix));
      for (const [, { controller }] of doomed) controller.abort();
      await Promise.allSettled(doomed.map(([, { result }]) => result));
    },
  };
}

/** The promise's outcome, or AppError 'aborted' as soon as the signal says so. */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  refuseAborted(signal);
  let leave!: () => void;
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(aborted());
  });
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([promise, left]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

export const aborted = (): AppError => new AppError('aborted', 'Nobody waits for this any more.');

export function refuseAborted(signal: AbortSignal): void {
  if (signal.aborted) throw aborted();
}

/** For work that may fail: `.catch(unlessAborted)` makes it undefined, unless nobody waits any more. */
export function unlessAborted(error: unknown): undefined {
  if (isAppError(error, 'aborted')) throw error;
  return undefined;
}
