/** Which segments of a rendition exist, and where the gaps are. Pure: knows numbers and seconds only. */
import type { Span, Timeline } from './timeline.js';

export interface Coverage {
  readonly total: number;
  has(n: number): boolean;
  add(n: number): void;
  remove(span: Span): void;
  count(): number;
  isComplete(): boolean;
  /** Seconds of media that exist. */
  seconds(): number;
}

export function createCoverage({ total, secondsOf }: Pick<Timeline, 'total' | 'secondsOf'>): Coverage {
  const exists = new Uint8Array(total);
  let count = 0;
  let seconds = 0;
  return {
    total,
    has: (n) => exists[n] === 1,
    add(n) {
      if (n < 0 || n >= total || exists[n]) return;
      exists[n] = 1;
      count++;
      seconds += secondsOf({ first: n, last: n });
    },
    remove({ first, last }) {
      for (let n = Math.max(0, first); n <= last && n < total; n++) {
        if (!exists[n]) continue;
        exists[n] = 0;
        count--;
        seconds -= secondsOf({ first: n, last: n });
      }
    },
    count: () => count,
    isComplete: () => count === total,
    // Adding and subtracting fractions leaves dust.
    seconds: () => (count === 0 ? 0 : Math.max(0, seconds)),
  };
}

/** The first row of segments within `span` that are all wanted, as long as it goes. */
export function firstGap(span: Span, isWanted: (n: number) => boolean): Span | undefined {
  for (let first = span.first; first <= span.last; first++) {
    if (!isWanted(first)) continue;
    let last = first;
    while (last < span.last && isWanted(last + 1)) last++;
    return { first, last };
  }
  return undefined;
}
