import { expect, test } from 'vitest';
import { checkInside, cutRange, cutUniformly } from '../../server/clips/cut.js';

const range = (startSeconds: number, endSeconds: number) => ({ startSeconds, endSeconds });

test.each([
  [10, 4, 4, [range(0, 4), range(4, 8), range(8, 10)]],
  [8, 4, 4, [range(0, 4), range(4, 8)]],
  [3, 4, 4, [range(0, 3)]],
  [6, 4, 1, [range(0, 4), range(1, 5), range(2, 6)]],
  [6, 1, 2, [range(0, 1), range(2, 3), range(4, 5), range(6, 7)].slice(0, 3)],
])('%d s in windows of %d every %d', (seconds, window, hop, expected) => {
  expect(cutUniformly(range(0, seconds), window, hop)).toEqual(expected);
});

test('windows begin and end with their range', () => {
  expect(cutUniformly(range(2.5, 5), 2, 2)).toEqual([range(2.5, 4.5), range(4.5, 5)]);
});

test('more windows than anybody looks at are refused', () => {
  expect(() => cutUniformly(range(0, 36_000), 2, 1)).toThrow('more than 10000');
});

test('a range lies inside the file', () => {
  const cut = (startSeconds?: number, endSeconds?: number) =>
    cutRange(
      {
        strategy: 'manual',
        ranges: [],
        range: {
          ...(startSeconds === undefined ? {} : { startSeconds }),
          ...(endSeconds === undefined ? {} : { endSeconds }),
        },
      },
      10,
    );
  expect(cut()).toEqual(range(0, 10));
  expect(cut(2, 10.005)).toEqual(range(2, 10));
  expect(cut(2, 10.5)).toEqual(range(2, 10));
  expect(() => cut(10)).toThrow('start_time_seconds must lie between 0 and 10');
  expect(() => cut(0, 11)).toThrow('end_time_seconds must lie between');
  expect(() => cut(5, 5)).toThrow('end_time_seconds must be after');
});

test('what lies outside is named', () => {
  expect(checkInside([range(0, 1), range(9, 10.005)], range(0, 10))).toEqual([range(0, 1), range(9, 10)]);
  expect(checkInside([range(9, 10.5)], range(0, 10))).toEqual([range(9, 10)]);
  for (const beyond of [range(9, 10.501), range(10, 10.3), range(10.002, 10.008)]) {
    expect(() => checkInside([range(0, 1), beyond], range(0, 10))).toThrow(
      'manual_config.segments.1 must lie between 0 and 10 seconds',
    );
  }
});

test('what is shorter than a millisecond is no segment', () => {
  expect(checkInside([range(1, 1.001), range(9.9999, 10.2)], range(0, 10))).toHaveLength(2);
  for (const short of [range(1.0004, 1.0008), range(1e-9, 2e-9)]) {
    expect(() => checkInside([short], range(0, 10))).toThrow(
      'manual_config.segments.0 must last for a millisecond at least',
    );
  }
});
