import { expect, test } from 'vitest';
import { eventOf } from '../../server/webhooks/event.js';
import type { ToldFile } from '../../server/webhooks/model.js';

const file = (state: ToldFile['state'], more: Partial<ToldFile> = {}): ToldFile => ({
  id: 'x',
  path: 'x.mp4',
  displayName: 'x.mp4',
  source: 'video',
  state,
  mediaType: 'video',
  sizeBytes: 1,
  createdAtMs: 1,
  ...more,
});
const gone = { withdrawnAtMs: 5 };

test.each([
  ['pending', 'processing', 'file.job.processing'],
  ['processing', 'published', 'file.job.completed'],
  ['processing', 'failed', 'file.job.failed'],
  ['published', 'pending', undefined],
  ['processing', 'processing', undefined],
  ['published', 'published', undefined],
] as const)('from %s to %s is %s', (before, after, event) => {
  expect(eventOf({ before: file(before), after: file(after) })).toBe(event);
});

test('a file that leaves the library is deleted, once, whether its record stays or not', () => {
  expect(eventOf({ before: file('published') })).toBe('file.job.deleted');
  expect(eventOf({ before: file('published'), after: file('published', gone) })).toBe('file.job.deleted');
  expect(eventOf({ before: file('published', gone), after: file('pending', gone) })).toBeUndefined();
  expect(eventOf({ before: file('published', gone) })).toBeUndefined();
  expect(eventOf({ before: file('published', gone), after: file('pending') })).toBeUndefined();
});
