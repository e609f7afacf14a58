import { expect, test } from 'vitest';
import { createFailures } from '../../server/render/failures.js';
import { createTimeline } from '../../server/render/timeline.js';

const chunks = Array.from({ length: 10 }, (_, i) => ({ first: 10 * i, last: 10 * i + 9 }));
const timeline = createTimeline(100, (n) => n, chunks);

test('the first failure is worth another try, the second ends the chunk from there', () => {
  const failures = createFailures(timeline);
  expect(failures.note(13, 'broken')).toBe(true);
  expect(failures.of(13)).toBeUndefined();
  expect(failures.note(13, 'broken')).toBe(false);
  expect([12, 13, 19, 20].map((n) => failures.of(n))).toEqual([undefined, 'broken', 'broken', undefined]);
  expect(failures.first()).toBe('broken');
});

test('three chunks given up in a row end the rest', () => {
  const failures = createFailures(timeline);
  for (const n of [20, 30, 40]) {
    failures.note(n, `at ${n}`);
    failures.note(n, `at ${n}`);
  }
  expect(failures.of(19)).toBeUndefined();
  expect(failures.of(99)).toBe('at 40');
  expect(failures.first()).toBe('at 20');
});

test('a success in between makes it no row', () => {
  const failures = createFailures(timeline);
  for (const n of [20, 30, 40]) {
    failures.note(n, 'x');
    failures.note(n, 'x');
    failures.noteSuccess();
  }
  expect(failures.of(50)).toBeUndefined();
});
