/** The real time, which a test may make jump ahead: for waiting through minutes while real work goes on. */
import { systemClock, type Clock } from '../../server/base/clock.js';

export interface JumpingClock extends Clock {
  /** It is that much later now; what fell due meanwhile is called, in order. */
  jump(ms: number): void;
}

export function createJumpingClock(): JumpingClock {
  let aheadMs = 0;
  const timers = new Set<{ dueMs: number; ring: () => void }>();
  const now = () => systemClock.now() + aheadMs;
  return {
    now,
    after(ms, fn) {
      const ring = () => {
        cancel();
        fn();
      };
      const timer = { dueMs: now() + ms, ring };
      const cancelReal = systemClock.after(ms, ring);
      const cancel = () => {
        timers.delete(timer);
        cancelReal();
      };
      timers.add(timer);
      return cancel;
    },
    jump(ms) {
      aheadMs += ms;
      const due = [...timers].filter(({ dueMs }) => dueMs <= now()).sort((a, b) => a.dueMs - b.dueMs);
      for (const timer of due) if (timers.has(timer)) timer.ring();
    },
  };
}
