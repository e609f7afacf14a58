import { expect, test } from 'vitest';
import { createShotFinder, toShots } from '../../server/clips/shots.js';
import type { ShotRules } from '../../server/clips/model.js';

const rules = (more: Partial<ShotRules> = {}): ShotRules => ({
  detector: 'content',
  threshold: 27,
  minSeconds: 0,
  maxSeconds: undefined,
  fillsGaps: true,
  ...more,
});
const lengths = (cuts: number[], more?: Partial<ShotRules>) =>
  toShots(cuts, { startSeconds: 0, endSeconds: 10 }, rules(more)).map(({ startSeconds, endSeconds }) => [
    startSeconds,
    endSeconds,
  ]);

test('a content cut is where a picture differs by the threshold', () => {
  const finder = createShotFinder({ detector: 'content', threshold: 27 });
  [1, 27, 26.9, 80].forEach((score, n) => finder.add(n, score));
  expect(finder.cuts()).toEqual([1, 3]);
});

test('an adaptive cut stands out of its surroundings, which quick movement does not', () => {
  const scores = [1, 1, 40, 1, 1, 1, 30, 32, 31, 33, 30, 31, 1, 14, 1, 1, 1];
  const finder = createShotFinder({ detector: 'adaptive', threshold: 3 });
  scores.forEach((score, n) => finder.add(n, score));
  expect(finder.cuts()).toEqual([2]);
});

test('shots fill the range', () => {
  expect(lengths([])).toEqual([[0, 10]]);
  expect(lengths([3, 7])).toEqual([
    [0, 3],
    [3, 7],
    [7, 10],
  ]);
  expect(lengths([0, 10, 12])).toEqual([[0, 10]]);
});

test('short ones are joined to a neighbour, or left out', () => {
  expect(lengths([0.2, 3, 3.1, 9.9], { minSeconds: 1 })).toEqual([
    [0, 3.1],
    [3.1, 10],
  ]);
  expect(lengths([0.2, 3, 3.1, 9.9], { minSeconds: 1, fillsGaps: false })).toEqual([
    [0.2, 3],
    [3.1, 9.9],
  ]);
});

test('long ones are split into equal parts', () => {
  expect(lengths([4], { maxSeconds: 3 })).toEqual([
    [0, 2],
    [2, 4],
    [4, 7],
    [7, 10],
  ]);
});
