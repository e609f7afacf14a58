import { describe, expect, test } from 'vitest';
import { parseRange } from '../../server/web/range.js';

describe('parseRange', () => {
  test.each([
    ['bytes=0-0', 100, { start: 0, end: 0 }],
    ['bytes=0-99', 100, { start: 0, end: 99 }],
    ['bytes=10-', 100, { start: 10, end: 99 }],
    ['bytes=10-500', 100, { start: 10, end: 99 }],
    ['bytes=-1', 100, { start: 99, end: 99 }],
    ['bytes=-500', 100, { start: 0, end: 99 }],
    ['Bytes= 5-6 ', 100, { start: 5, end: 6 }],
    ['bytes=0-99999999999999999999999999', 100, { start: 0, end: 99 }],
    ['bytes=00000000000000000000000000000005-6', 100, { start: 5, end: 6 }],
  ])('%s of %d bytes is one part', (header, size, range) => {
    expect(parseRange(header, size)).toEqual(range);
  });

  test.each([
    ['bytes=100-', 100],
    ['bytes=99999999999999999999999999-', 100],
    ['bytes=-0', 100],
    ['bytes=9-3', 100],
    ['bytes=0-', 0],
    ['bytes=-5', 0],
  ])('%s of %d bytes cannot be satisfied', (header, size) => {
    expect(parseRange(header, size)).toBe('unsatisfiable');
  });

  test.each([undefined, '', 'bytes=-', 'bytes=0-1,5-6', 'items=0-5', 'bytes=a-b', 'bytes 0-5', 'bytes=1--2'])(
    '%s means the whole',
    (header) => {
      expect(parseRange(header, 100)).toBeUndefined();
    },
  );
});
