/** The clip that is being made: two times in whole milliseconds that never cross nor leave the file. */

/**
 * @param {{ startMs: number, endMs: number, durationMs: number, leastMs: number }} options
 */
export function createRange({ startMs, endMs, durationMs, leastMs }) {
  const hearers = [];
  const now = { startMs, endMs };

  function set(change) {
    Object.assign(now, change);
    hearers.forEach((hear) => hear(now));
  }

  return {
    now,
    durationMs,
    set,
    /** @param {(now: { startMs: number, endMs: number }) => void} hear */
    onChange(hear) {
      hearers.push(hear);
    },
    /** As far as the other end lets it. @param {'start' | 'end'} edge */
    move(edge, ms) {
      if (edge === 'start') set({ startMs: Math.max(0, Math.min(ms, now.endMs - leastMs)) });
      else set({ endMs: Math.min(durationMs, Math.max(ms, now.startMs + leastMs)) });
    },
    /** Exactly there: another clip is begun where the other end would be in the way. @param {'start' | 'end'} edge */
    put(edge, ms) {
      if (edge === 'start') {
        const at = Math.min(ms, durationMs - leastMs);
        set({ startMs: at, endMs: now.endMs - at >= leastMs ? now.endMs : durationMs });
      } else {
        const at = Math.max(ms, leastMs);
        set({ startMs: at - now.startMs >= leastMs ? now.startMs : 0, endMs: at });
      }
    },
  };
}
