/** Which segments of a rendition exist, and where the gaps are. Pure: knows numbers and seconds only. */

export interface Coverage {
  readonly total: number;
  has(n: number): boolean;
  add(n: number): void;
  remove(first: number, last: number): void;
  count(): number;
  isComplete(): boolean;
  /** Seconds of media that exist. */
  seconds(): number;
}

/** First and last segment, both included. */
export interface Span {
  first: number;
  last: number;
}

/** `boundariesSeconds`: begin of each segment, and the end as last entry. */
export function createCoverage(boundariesSeconds: readonly number[]): Coverage {
  const total = boundariesSeconds.length - 1;
  const exists = new Uint8Array(total);
  const lasts = (n: number) => boundariesSeconds[n + 1]! - boundariesSeconds[n]!;
  let count = 0;
  let seconds = 0;
  return {
    total,
    has: (n) => exists[n] === 1,
    add(n) {
      if (n < 0 || n >= total || exists[n]) return;
      exists[n] = 1;
      count++;
      seconds += lasts(n);
    },
    remove(first, last) {
      for (let n = Math.max(0, first); n <= last && n < total; n++) {
        if (!exists[n]) continue;
        exists[n] = 0;
        count--;
        seconds -= lasts(n);
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
