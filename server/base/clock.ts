/** Time as a dependency, so that a test can stand at any moment and step forward. */

export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  /** Calls `fn` once after `ms`; the returned function cancels. The timer never keeps the process alive. */
  after(ms: number, fn: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

export interface FakeClock extends Clock {
  /** Moves time and runs, in order, what falls due; awaits a turn of the event loop after each. */
  advance(ms: number): Promise<void>;
}

export function createFakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  let nowMs = startMs;
  const timers = new Set<{ dueMs: number; fn: () => void }>();
  return {
    now: () => nowMs,
    after(ms, fn) {
      const timer = { dueMs: nowMs + ms, fn };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const endMs = nowMs + ms;
      for (;;) {
        const next = [...timers].filter((t) => t.dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0];
        if (!next) break;
        timers.delete(next);
        nowMs = Math.max(nowMs, next.dueMs);
        next.fn();
        await new Promise(setImmediate);
      }
      nowMs = endMs;
      await new Promise(setImmediate);
    },
  };
}
