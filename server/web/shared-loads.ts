/**
 * Several askers, one load: whoever asks for a key that is being loaded waits for the same result; when the
 * last of them goes away, the load is told so through its signal. Keeps nothing of a finished load.
 */
import { AppError } from '../base/errors.js';

export interface SharedLoads<T> {
  /** Errors: what the load throws, to all; what `start` throws at once, to this asker only; 'aborted' for an asker whose own signal aborts. */
  load(key: string, start: (signal: AbortSignal) => Promise<T>, asker: AbortSignal): Promise<T>;
}

interface Running<T> {
  result: Promise<T>;
  askers: number;
  controller: AbortController;
}

export function createSharedLoads<T>(): SharedLoads<T> {
  const running = new Map<string, Running<T>>();

  function begin(key: string, start: (signal: AbortSignal) => Promise<T>): Running<T> {
    const controller = new AbortController();
    const load: Running<T> = { askers: 0, controller, result: start(controller.signal) };
    running.set(key, load);
    const end = () => {
      if (running.get(key) === load) running.delete(key);
    };
    load.result.then(end, end);
    return load;
  }

  return {
    load(key, start, asker) {
      if (asker.aborted) return Promise.reject(gone());
      let load: Running<T>;
      try {
        load = running.get(key) ?? begin(key, start);
      } catch (error) {
        return Promise.reject(error);
      }
      load.askers++;
      return new Promise<T>((resolve, reject) => {
        const leave = () => {
          reject(gone());
          if (--load.askers > 0) return;
          // Whoever comes next starts anew instead of waiting for what is being given up.
          if (running.get(key) === load) running.delete(key);
          load.controller.abort();
        };
        asker.addEventListener('abort', leave, { once: true });
        load.result.finally(() => asker.removeEventListener('abort', leave)).then(resolve, reject);
      });
    },
  };
}

function gone(): AppError {
  return new AppError('aborted', 'The asker went away.');
}
