/** Counts what went wrong: everything is tried twice, then it is given up. Pure. */
import type { Span, Timeline } from './timeline.js';

export interface Failures {
  /** A run broke off at segment n. True when it is worth another try. */
  note(n: number, sentence: string): boolean;
  /** The segments were made and are wrong: no further try. */
  giveUp(span: Span, sentence: string): void;
  /** Something was made: what fails next is not part of a row. */
  noteSuccess(): void;
  /** Why segment n is not made any more. */
  of(n: number): string | undefined;
  /** Of the first segment that was given up. */
  first(): string | undefined;
}

const TRIES = 2;
/** After so many chunks given up in a row the rest, up to the end, is given up too. */
const ROW = 3;

export function createFailures({ chunkOf, total }: Pick<Timeline, 'chunkOf' | 'total'>): Failures {
  const tries = new Map<number, number>();
  const givenUp: (Span & { sentence: string })[] = [];
  let row = 0;

  return {
    note(n, sentence) {
      const count = (tries.get(n) ?? 0) + 1;
      tries.set(n, count);
      if (count < TRIES) return true;
      row++;
      givenUp.push({ first: n, last: row >= ROW ? total - 1 : chunkOf(n).last, sentence });
      return false;
    },
    giveUp: (span, sentence) => void givenUp.push({ ...span, sentence }),
    noteSuccess() {
      row = 0;
    },
    of: (n) => givenUp.find(({ first, last }) => n >= first && n <= last)?.sentence,
    first: () => givenUp.toSorted((a, b) => a.first - b.first)[0]?.sentence,
  };
}
