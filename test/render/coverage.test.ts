import { expect, test } from 'vitest';
import { createCoverage, firstGap } from '../../server/render/coverage.js';
import { createTimeline } from '../../server/render/timeline.js';

const coverageOf = (starts: number[]) =>
  createCoverage(
    createTimeline(starts.length - 1, (n) => starts[n]!, [{ first: 0, last: starts.length - 2 }]),
  );

test('counts segments and seconds of what exists, however often it is told', () => {
  const coverage = coverageOf([0, 1, 2, 4, 6.5]);
  expect(coverage.total).toBe(4);
  coverage.add(1);
  coverage.add(1);
  coverage.add(3);
  coverage.add(9);
  coverage.add(-1);
  expect(coverage.count()).toBe(2);
  expect(coverage.seconds()).toBe(3.5);
  expect([0, 1, 2, 3].map((n) => coverage.has(n))).toEqual([false, true, false, true]);
});

test('is complete exactly when nothing is missing', () => {
  const coverage = coverageOf([0, 0.1, 0.3]);
  coverage.add(0);
  expect(coverage.isComplete()).toBe(false);
  coverage.add(1);
  expect(coverage.isComplete()).toBe(true);
  coverage.remove({ first: 0, last: 5 });
  coverage.remove({ first: 0, last: 5 });
  expect(coverage.count()).toBe(0);
  expect(coverage.seconds()).toBe(0);
});

test('a gap goes on as long as everything in it is wanted', () => {
  const wanted = new Set([2, 3, 5]);
  const isWanted = (n: number) => wanted.has(n);
  expect(firstGap({ first: 0, last: 9 }, isWanted)).toEqual({ first: 2, last: 3 });
  expect(firstGap({ first: 3, last: 9 }, isWanted)).toEqual({ first: 3, last: 3 });
  expect(firstGap({ first: 4, last: 5 }, isWanted)).toEqual({ first: 5, last: 5 });
  expect(firstGap({ first: 6, last: 9 }, isWanted)).toBeUndefined();
});
