import { expect, test } from 'vitest';
import { createTimeline } from '../../server/render/timeline.js';

const chunks = [
  { first: 0, last: 0 },
  { first: 1, last: 4 },
  { first: 5, last: 6 },
];
const starts = [0, 1, 2, 4, 6, 8, 10, 11.5];
const timeline = createTimeline(7, (n) => starts[n]!, chunks);

test('every segment lies in exactly the chunk that holds it', () => {
  expect([...timeline.chunks()]).toEqual(chunks);
  for (const chunk of chunks) {
    for (let n = chunk.first; n <= chunk.last; n++) expect(timeline.chunkOf(n)).toEqual(chunk);
  }
});

test('a span lasts from the begin of its first to the end of its last segment', () => {
  expect(timeline.secondsOf({ first: 1, last: 4 })).toBe(7);
  expect(timeline.secondsOf({ first: 6, last: 6 })).toBe(1.5);
  expect(timeline.secondsOf({ first: 3, last: 2 })).toBe(0);
});
