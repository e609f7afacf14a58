/** What is typed as a time: on the server and in the page's script the same. */
import { describe, expect, test } from 'vitest';
import * as server from '../../../server/web/pages/clip-times.js';

/** It has no types, as it is no part of the program. */
const script: string = '../../../views/public/clip-times.js';
const page = (await import(script)) as Pick<typeof server, 'readTimeMs' | 'preciseTime' | 'readRange'>;

describe.each([
  ['the server', server],
  ['the page', page],
])('%s', (_who, { readTimeMs, preciseTime, readRange }) => {
  test.each([
    ['0', 0],
    ['62.5', 62_500],
    ['62,5', 62_500],
    [' 1:02 ', 62_000],
    ['1:02:03.456', 3_723_456],
    ['90:00', 5_400_000],
    ['0.0004', 0],
    ['1.0005', 1001],
    ['1.333333333', 1333],
    ['4:05.999999', 246_000],
  ])('reads %j as a time', (text, ms) => {
    expect(readTimeMs(text)).toBe(ms);
  });

  test.each([
    '',
    'one',
    '-1',
    '1:60',
    '1:60:00',
    '1:2:3:4',
    '1e3',
    '0x10',
    '1.',
    '.5',
    '1:',
    'NaN',
    '12345678',
  ])('reads no time from %j', (text) => {
    expect(readTimeMs(text)).toBeUndefined();
  });

  test('writes what it reads', () => {
    for (const ms of [0, 999, 1333, 59_999, 60_000, 3_599_999, 3_600_000, 3_723_456, 36_000_001]) {
      expect(readTimeMs(preciseTime(ms))).toBe(ms);
    }
    expect([preciseTime(1333), preciseTime(3_723_456)]).toEqual(['0:01.333', '1:02:03.456']);
  });

  const bounds = { durationMs: 9000, leastMs: 33, isAudio: false };
  test.each([
    ['x', '2', 'start', 'The beginning cannot be read.'],
    ['1', '', 'end', 'The end cannot be read.'],
    ['9', '10', 'start', 'The beginning lies beyond the end of the file. The file ends at 0:09.000.'],
    ['1', '9.001', 'end', 'The end lies beyond the end of the file. The file ends at 0:09.000.'],
    ['2', '2', 'end', 'The end must come after the beginning.'],
    ['2', '1', 'end', 'The end must come after the beginning.'],
    ['2', '2.032', 'end', 'That is too short. One picture lasts 33 ms.'],
  ])('says what is wrong with %j to %j', (start, end, field, words) => {
    const read = readRange({ start, end }, bounds);
    expect(read).toMatchObject({ problem: { field, text: expect.stringContaining(words) as string } });
  });

  test('takes a range up to the very end', () => {
    expect(readRange({ start: '0:08.967', end: '9' }, bounds)).toEqual({ startMs: 8967, endMs: 9000 });
  });
});

test('the end that is offered is never beyond the file', () => {
  const bounds = server.boundsOf({ durationSeconds: 9.0216666 });
  expect(bounds).toEqual({ durationMs: 9021, leastMs: 50, isAudio: true });
  expect(server.boundsOf({ durationSeconds: 4.35 }).durationMs).toBe(4350);
});
