import { expect, test } from 'vitest';
import { readStartSeconds } from '../../../server/web/pages/start-time.js';

test.each([
  ['83', 83],
  ['83.5', 83.5],
  ['0', 0],
  ['83s', 83],
  ['1m30s', 90],
  ['1m', 60],
  ['90m', 5400],
  ['1h2m3.25s', 3723.25],
  ['1:30', 90],
  ['01:02:03', 3723],
  ['1:02.5', 62.5],
  [' 12 ', 12],
])('%s begins at second %d', (given, seconds) => {
  expect(readStartSeconds(given, 10_000)).toBe(seconds);
});

test.each([
  '',
  '-5',
  'abc',
  '1e3',
  'NaN',
  'Infinity',
  '1m30m',
  '1:2:3:4',
  '0x10',
  '٣',
  '9'.repeat(400),
  undefined,
  null,
  7,
  ['5'],
  { s: '5' },
])('%j makes no sense and begins at the beginning', (given) => {
  expect(readStartSeconds(given, 10_000)).toBe(0);
});

test('a time past the end begins just before the end', () => {
  expect(readStartSeconds('9999', 60)).toBe(59.5);
  expect(readStartSeconds('9999999', 0.3)).toBe(0);
});
