/** Which pictures are made of one decoding. */
import { expect, test } from 'vitest';
import { createBacklog } from '../../server/render/backlog.js';
import type { Generation } from '../../server/render/generation.js';
import type { Span } from '../../server/render/timeline.js';
import type { Track } from '../../server/render/track.js';
import { describeVideoFile } from '../support/media-info.js';

const CHUNK: Span = { first: 6, last: 11 };

/** A track with these segments missing, of one chunk. */
function trackOf(height: number, missing: Span): Track {
  const isFree = (n: number) => n >= missing.first && n <= missing.last;
  return {
    rendition: { kind: 'video', height, width: (height * 16) / 9 },
    coverage: { isComplete: () => false, seconds: () => 0 },
    timeline: { total: 12, startOf: (n: number) => 2 * n },
    gap: (where: string) => (where === 'anywhere' ? missing : undefined),
    isFree,
    ready: async () => {},
  } as unknown as Track;
}

async function nextOf(source: { width: number; height: number }, missing: Record<number, Span>) {
  const info = describeVideoFile();
  const tracks = Object.entries(missing).map(([height, span]) => trackOf(Number(height), span));
  const plan = { videoGrid: { frameRate: { num: 30, den: 1 } } };
  const generation = {
    source: { info: { ...info, video: { ...info.video, ...source } }, plan },
    eagerTracks: () => tracks,
  } as unknown as Generation;
  const backlog = createBacklog(generation, 0);
  await backlog.survey({ isPosterSettled: async () => true });
  const step = backlog.next();
  if (step?.kind !== 'fill') throw new Error('nothing to fill');
  return { heights: step.tracks.map(({ rendition }) => 'height' in rendition && rendition.height), ...step };
}

const HD = { width: 1920, height: 1080 };

test('all pictures of a chunk are made of one decoding', async () => {
  const step = await nextOf(HD, { 480: CHUNK, 720: CHUNK, 1080: CHUNK });
  expect(step.heights).toEqual([480, 720, 1080]);
  expect(step.span).toEqual(CHUNK);
});

test('what exists of one already is left to the others', async () => {
  const step = await nextOf(HD, { 480: { first: 9, last: 11 }, 720: CHUNK, 1080: CHUNK });
  expect(step.heights).toEqual([720, 1080]);
  expect(step.span).toEqual(CHUNK);
});

test('of a source that is hard to decode the smallest is made first, by itself', async () => {
  const step = await nextOf({ width: 3840, height: 2160 }, { 480: CHUNK, 720: CHUNK, 1080: CHUNK });
  expect(step.heights).toEqual([480]);
});
