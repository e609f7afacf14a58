/** In which order a file's pieces are made, and which pictures are made of one decoding. */
import { expect, test } from 'vitest';
import { createBacklog, type Backlog } from '../../server/render/backlog.js';
import type { Generation } from '../../server/render/generation.js';
import type { CompanionName } from '../../server/render/model.js';
import type { Span } from '../../server/render/timeline.js';
import type { Track } from '../../server/render/track.js';
import { describeVideoFile } from '../support/media-info.js';

const OPENING: Span = { first: 0, last: 5 };
const CHUNK: Span = { first: 6, last: 11 };
const HD = { width: 1920, height: 1080 };
const FOUR_K = { width: 3840, height: 2160 };

/** A track of two chunks with these segments missing; what is claimed is being made. */
function trackOf(height: number, missing: Span) {
  const claimed = new Set<number>();
  const isMissing = (n: number) => n >= missing.first && n <= missing.last;
  const gapIn = ({ first, last }: Span) => {
    const free = [];
    for (let n = first; n <= last; n++) if (isMissing(n) && !claimed.has(n)) free.push(n);
    return free.length > 0 ? { first: free[0]!, last: free.at(-1)! } : undefined;
  };
  const track = {
    rendition: { kind: 'video', height, width: (height * 16) / 9 },
    coverage: { isComplete: () => false, seconds: () => 0, has: (n: number) => !isMissing(n) },
    timeline: { total: 12, startOf: (n: number) => 2 * n, chunkOf: () => OPENING },
    gap: (where: string) => gapIn(OPENING) ?? (where === 'anywhere' ? gapIn(CHUNK) : undefined),
    isFree: (n: number) => isMissing(n) && !claimed.has(n),
    isBusy: () => claimed.size > 0,
    ready: async () => {},
    proof: () => undefined,
  };
  const claim = ({ first, last }: Span) => {
    for (let n = first; n <= last; n++) claimed.add(n);
  };
  return { track: track as unknown as Track, claim };
}

async function backlogOf(
  source: { width: number; height: number },
  missing: Record<number, Span>,
  { isCopied = false, hasPoster = true, isNew = false, companions = [] as CompanionName[] } = {},
) {
  const info = describeVideoFile();
  const tracks = Object.entries(missing).map(([height, span]) => trackOf(Number(height), span));
  const renditions = isCopied ? [{ kind: 'video', method: 'copy' }] : [];
  const generation = {
    source: {
      info: { ...info, video: { ...info.video, ...source } },
      plan: { renditions, videoGrid: { frameRate: { num: 30, den: 1 } } },
    },
    eagerTracks: () => tracks.map(({ track }) => track),
  } as unknown as Generation;
  const backlog = createBacklog(generation, 0, isNew);
  await backlog.survey({ isPosterSettled: async () => hasPoster, missing: async () => companions });
  return { backlog, smallest: tracks[0]! };
}

function nextOf(backlog: Backlog): string | undefined {
  const step = backlog.next();
  if (step?.kind !== 'fill') return step?.kind;
  const heights = step.tracks.map(({ rendition }) => 'height' in rendition && rendition.height);
  return `${heights.join('+')} of ${step.span.first} to ${step.span.last}`;
}

test('all pictures of a chunk are made of one decoding', async () => {
  const { backlog } = await backlogOf(HD, { 480: CHUNK, 720: CHUNK, 1080: CHUNK });
  expect(nextOf(backlog)).toBe('480+720+1080 of 6 to 11');
});

test('what exists of one already is left to the others', async () => {
  const { backlog } = await backlogOf(HD, { 480: { first: 9, last: 11 }, 720: CHUNK, 1080: CHUNK });
  expect(nextOf(backlog)).toBe('720+1080 of 6 to 11');
});

test('of a source that is hard to decode the smallest is made first, by itself', async () => {
  const { backlog } = await backlogOf(FOUR_K, { 480: CHUNK, 720: CHUNK, 1080: CHUNK });
  expect(nextOf(backlog)).toBe('480 of 6 to 11');
});

test('where nothing can be copied, the smallest beginning comes first and alone, then the poster', async () => {
  const all = { first: 0, last: 11 };
  const { backlog, smallest } = await backlogOf(HD, { 480: all, 1080: all }, { hasPoster: false });
  expect(nextOf(backlog)).toBe('480 of 0 to 5');
  smallest.claim(OPENING);
  expect(nextOf(backlog)).toBeUndefined();

  const { backlog: begun } = await backlogOf(HD, { 480: CHUNK, 1080: CHUNK }, { hasPoster: false });
  expect(nextOf(begun)).toBe('poster');
});

test('where the source itself can be watched, its poster comes first, and nothing waits for anything', async () => {
  const all = { first: 0, last: 11 };
  const { backlog, smallest } = await backlogOf(HD, { 480: all }, { isCopied: true, hasPoster: false });
  expect(nextOf(backlog)).toBe('poster');
  backlog.isPosterAtWork = true;
  expect(nextOf(backlog)).toBe('480 of 0 to 5');
  smallest.claim(OPENING);
  expect(nextOf(backlog)).toBe('480 of 6 to 11');
});

test('storyboard and waveform come after poster and beginning, one at a time, before the long rest', async () => {
  const companions = ['storyboard.jpg', 'waveform.json'] as const;
  const { backlog } = await backlogOf(HD, { 480: CHUNK }, { companions: [...companions], hasPoster: false });
  expect(nextOf(backlog)).toBe('poster');
  backlog.settlePoster();
  for (const name of companions) {
    expect(backlog.next()).toMatchObject({ kind: 'companion', name });
    backlog.takeCompanion(name);
    expect(nextOf(backlog)).toBe('480 of 6 to 11');
    expect(backlog.hasCompanionsLeft()).toBe(true);
    backlog.settleCompanion(name);
  }
  expect(backlog.hasCompanionsLeft()).toBe(false);
  expect(nextOf(backlog)).toBe('480 of 6 to 11');
});

test('those of files that were complete without them wait for all else', async () => {
  const companions: CompanionName[] = ['storyboard.jpg'];
  const stageOf = async (missing: Record<number, Span>, isNew: boolean) =>
    (await backlogOf(HD, missing, { companions, isNew })).backlog.next()!.stage;
  const { backlog } = await backlogOf(HD, { 480: CHUNK });
  const ofPictures = backlog.next()!.stage;
  expect(await stageOf({}, false)).toBeGreaterThan(ofPictures);
  expect(await stageOf({}, true)).toBeLessThan(ofPictures);
  expect(await stageOf({ 480: CHUNK }, false)).toBeLessThan(ofPictures);
});
