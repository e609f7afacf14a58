/** Who waits for which number. Knows nothing of how wishes come true. */
import { aborted, refuseAborted } from './shared-work.js';

export interface Wishes<T> {
  /** Errors: AppError 'aborted' when the signal is, and whatever the wish is refused with. */
  add(n: number, signal: AbortSignal): Promise<T>;
  resolve(n: number, value: T): void;
  reject(n: number, error: unknown): void;
  has(n: number): boolean;
  hasIn(first: number, last: number): boolean;
  numbers(): number[];
}

export function createWishes<T>(): Wishes<T> {
  interface Waiter {
    resolve(value: T): void;
    reject(error: unknown): void;
  }
  const waiters = new Map<number, Set<Waiter>>();

  function settle(n: number, how: (waiter: Waiter) => void) {
    const all = waiters.get(n);
    waiters.delete(n);
    all?.forEach(how);
  }

  function leave(n: number, waiter: Waiter) {
    const all = waiters.get(n);
    if (!all?.delete(waiter)) return;
    if (all.size === 0) waiters.delete(n);
    waiter.reject(aborted());
  }

  return {
    async add(n, signal) {
      refuseAborted(signal);
      const all = waiters.get(n) ?? new Set();
      waiters.set(n, all);
      let giveUp!: () => void;
      try {
        return await new Promise<T>((resolve, reject) => {
          const waiter = { resolve, reject };
          all.add(waiter);
          giveUp = () => leave(n, waiter);
          signal.addEventListener('abort', giveUp, { once: true });
        });
      } finally {
        signal.removeEventListener('abort', giveUp);
      }
    },
    resolve: (n, value) => settle(n, (waiter) => waiter.resolve(value)),
    reject: (n, error) => settle(n, (waiter) => waiter.reject(error)),
    has: (n) => waiters.has(n),
    hasIn: (first, last) => [...waiters.keys()].some((n) => n >= first && n <= last),
    numbers: () => [...waiters.keys()],
  };
}
