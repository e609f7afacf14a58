import { describe, expect, test } from 'vitest';
import { chooseNext, chooseRun, type RunView } from '../../server/render/choose.js';
import type { Span } from '../../server/render/timeline.js';

/** Segments of 2 s. */
const secondsOf = ({ first, last }: Span) => 2 * (last - first + 1);

describe('which encoder a wish waits for', () => {
  const choose = (n: number, ...views: Partial<RunView>[]) => {
    const runs = views.map((view) => ({
      view: (): RunView => ({ purpose: 'demand', next: 10, last: 19, sinceMs: 0, ...view }),
    }));
    const run = chooseRun(n, runs, { secondsOf, freshMs: 1000 });
    return run && runs.indexOf(run);
  };

  test('the one that is making just this segment, however slow it is', () => {
    expect(choose(10, { msPerSecond: 9000 })).toBe(0);
    expect(choose(10, { sinceMs: 30_000 })).toBe(0);
  });

  test('none that has passed it or ends before it', () => {
    expect(choose(9, {})).toBeUndefined();
    expect(choose(20, {})).toBeUndefined();
  });

  test('one that has just begun and is at most two segments behind', () => {
    expect(choose(12, {})).toBe(0);
    expect(choose(13, {})).toBeUndefined();
  });

  test('one that will be there sooner than a fresh start, at its measured speed', () => {
    // Segments 10 to 14 are 10 s of media.
    expect(choose(14, { msPerSecond: 90 })).toBe(0);
    expect(choose(14, { msPerSecond: 110 })).toBeUndefined();
    expect(choose(14, { msPerSecond: 110, sinceMs: 150 })).toBe(0);
  });

  test('not one of the background that starves behind others', () => {
    expect(choose(10, { purpose: 'background', sinceMs: 2900 })).toBe(0);
    expect(choose(10, { purpose: 'background', sinceMs: 3100 })).toBeUndefined();
    expect(choose(10, { purpose: 'ahead', sinceMs: 3100 })).toBeUndefined();
  });

  test('among several the one that is near', () => {
    expect(choose(31, { last: 39 }, { next: 30, last: 39 })).toBe(1);
  });
});

describe('what the background makes next', () => {
  const order = (...candidates: [stage: number, remainingCost: number, order: number][]) =>
    chooseNext(candidates.map(([stage, remainingCost, order]) => ({ stage, remainingCost, order })));

  test('a lower stage of any file goes before a higher one of any other', () => {
    expect(order([3, 1, 0], [1, 9000, 5])).toMatchObject({ stage: 1 });
  });

  test('at the same stage the file with the least left goes first', () => {
    expect(order([3, 9000, 0], [3, 12, 1], [3, 40, 2])).toMatchObject({ order: 1 });
  });

  test('equal files take their turn in the order of asking', () => {
    expect(order([3, 5, 2], [3, 5, 1])).toMatchObject({ order: 1 });
  });

  test('nothing to choose from is no choice', () => {
    expect(order()).toBeUndefined();
  });
});
