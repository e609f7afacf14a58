import { describe, expect, test } from 'vitest';
import { fitWindow, isWithin, wholeOf, windowOf } from '../../server/share/window.js';

const segment = (startSeconds: number, endSeconds: number) => ({
  segment: { id: 's', startSeconds, endSeconds },
});

describe('the part of a content that a share opens', () => {
  test('is all of it for a share of a file', () => {
    expect(windowOf({}, 10)).toBeUndefined();
  });

  test.each([
    ['to the millisecond', 1.001, 2.007, 10, { startMs: 1001, endMs: 2007 }],
    ['cut to the millisecond', 1.2344, 2.3456, 10, { startMs: 1234, endMs: 2345 }],
    ['to the very end', 9, 10.0333, 10.0333, { startMs: 9000, endMs: 10_034 }],
    ['whole', 0, 10, 10, { startMs: 0, endMs: 10_000 }],
    ['to the end of a content that ends a little earlier now', 8, 10, 9.5, { startMs: 8000, endMs: 9500 }],
    ['no part any more when that ends much earlier', 8, 10, 9.499, 'outside'],
    ['no part any more when that ends before', 9.6, 10, 9.55, 'outside'],
  ])('is, of a clip, %s', (_what, start, end, duration, expected) => {
    expect(windowOf(segment(start, end), duration)).toEqual(expected);
  });
});

test.each([
  [
    { startMs: 0, endMs: 10_500 },
    { startMs: 0, endMs: 10_000 },
  ],
  [{ startMs: 0, endMs: 10_501 }, undefined],
  [
    { startMs: 9_999, endMs: 10_000 },
    { startMs: 9_999, endMs: 10_000 },
  ],
  [{ startMs: 10_000, endMs: 10_100 }, undefined],
  [{ startMs: 5, endMs: 5 }, undefined],
  [{ startMs: 6, endMs: 5 }, undefined],
  [{ startMs: -1, endMs: 5 }, undefined],
  [{ startMs: NaN, endMs: 5 }, undefined],
  [{ startMs: 0, endMs: NaN }, undefined],
])('%o of ten seconds is %o', (asked, fitting) => {
  expect(fitWindow(asked, 10_000)).toEqual(fitting);
});

test('nothing wider, reversed or empty is within', () => {
  const outer = { startMs: 1000, endMs: 2000 };
  const within = (startMs: number, endMs: number) => isWithin({ startMs, endMs }, outer);
  expect([within(1000, 2000), within(1500, 1501)]).toEqual([true, true]);
  expect([within(999, 2000), within(1000, 2001), within(1500, 1500), within(1600, 1500)]).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test('a content ends with the millisecond of its last sample', () => {
  expect([10, 10.0333, 10.033, 1.1].map((seconds) => wholeOf(seconds).endMs)).toEqual([
    10_000, 10_034, 10_033, 1100,
  ]);
});
