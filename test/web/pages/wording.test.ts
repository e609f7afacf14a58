import { expect, test } from 'vitest';
import {
  clockTime,
  durationTime,
  exactTime,
  fileSize,
  shorten,
  timeLeft,
} from '../../../server/web/pages/wording.js';

test('times read like a clock', () => {
  expect([0, 9.9, 83.4, 3723, 36_000].map(clockTime)).toEqual([
    '0:00',
    '0:09',
    '1:23',
    '1:02:03',
    '10:00:00',
  ]);
});

test('exact times have the fraction that they need', () => {
  expect([0, 62.5, 3599.9996, 0.04].map(exactTime)).toEqual(['0:00', '1:02.5', '1:00:00', '0:00.04']);
});

test('a very short file still has a length', () => {
  expect([0.2, 59.6].map(durationTime)).toEqual(['0:01', '1:00']);
});

test('the time left is told no finer than it is known', () => {
  expect([3, 41, 70, 184, 3599, 5400, 86_400].map(timeLeft)).toEqual([
    'a few seconds left',
    'about 50 s left',
    'about 1 min left',
    'about 3 min left',
    'about 1 h left',
    'about 1.5 h left',
    'about 24 h left',
  ]);
});

test('sizes have a unit that fits', () => {
  expect([0, 999, 1000, 12_345_678, 2.5e12].map(fileSize)).toEqual([
    '0 bytes',
    '999 bytes',
    '1.0 KB',
    '12 MB',
    '2.5 TB',
  ]);
});

test('a long text is cut at a word and never inside a letter', () => {
  expect(shorten('one two three', 20)).toBe('one two three');
  expect(shorten('one two\nthree four', 12)).toBe('one two…');
  expect(() => encodeURIComponent(shorten('🎬'.repeat(50), 10))).not.toThrow();
});
