/**
 * When the segments of a rendition are played, and which of them are made in one go. Pure. Thousands of files
 * may wait for their turn, so it holds no list of what can be computed.
 */

/** First and last segment, both included. */
export interface Span {
  first: number;
  last: number;
}

export interface Timeline {
  /** Number of segments. */
  readonly total: number;
  /** Seconds; of `total`: the end. */
  startOf(n: number): number;
  secondsOf(span: Span): number;
  /** The chunk that holds segment n. */
  chunkOf(n: number): Span;
  chunks(): Iterable<Span>;
}

/** `chunks`: neighbours that cover all segments. */
export function createTimeline(
  total: number,
  startOf: (n: number) => number,
  chunks: readonly Span[],
): Timeline {
  const firsts = Int32Array.from(chunks, ({ first }) => first);
  const chunkAt = (i: number): Span => ({ first: firsts[i]!, last: (firsts[i + 1] ?? total) - 1 });
  return {
    total,
    startOf,
    secondsOf: ({ first, last }) => startOf(last + 1) - startOf(first),
    chunkOf(n) {
      let [low, high] = [0, firsts.length - 1];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if (firsts[middle]! <= n) low = middle;
        else high = middle - 1;
      }
      return chunkAt(low);
    },
    *chunks() {
      for (let i = 0; i < firsts.length; i++) yield chunkAt(i);
    },
  };
}
