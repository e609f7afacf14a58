/** What can be decoded from a clip's pieces is the range and nothing else, for random ranges of every kind of file. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { layoutClip } from '../../../server/media/clip/index.js';
import type { ClipAudio, ClipRange, ClipVideo } from '../../../server/media/clip/model.js';
import type { RenderSource } from '../../../server/render/index.js';
import { clipFrames, clipSound, decodeSound, likeness, loudest, trackOf } from '../../support/clip-pieces.js';
import { picturesIn, picturesOf, type Shown } from '../../support/clip-truth.js';
import { makeClip, readFrameNumbers, type ClipOptions } from '../../support/clips.js';
import { assemble, never, sourceOf, startEngine, type EngineWorld } from '../../support/engine.js';
import { createRandom } from '../../support/random.js';

const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'];
const UNEVEN = `select='mod(n\\,7)-3',setpts='PTS+0.004*mod(N*7\\,5)/TB'`;
const KINDS: Record<string, ClipOptions & { heights?: number[] }> = {
  'a copy with long groups and B-frames': {
    ...{ frameRate: '25', seconds: 14, heights: [] },
    video: [...X264, '-g', '125', '-bf', '3', '-profile:v', 'main', '-refs', '3'],
  },
  'a copy out of Matroska with an encode below': {
    ...{ frameRate: '24000/1001', seconds: 9, name: 'clip.mkv', heights: [144] },
    video: [...X264, '-g', '50', '-bf', '2'],
  },
  'encodes of what cannot be copied, with FLAC': {
    ...{ seconds: 8, name: 'clip.mkv', heights: [144] },
    ...{ video: ['-c:v', 'mpeg4', '-q:v', '3', '-g', '60'], audio: ['-c:a', 'flac'] },
  },
  'open groups of pictures': {
    ...{ frameRate: '25', seconds: 7, heights: [144], audio: false },
    video: [...X264, '-g', '50', '-bf', '3', '-x264-params', 'open-gop=1'],
  },
  'VP9 and Opus in WebM': {
    ...{ frameRate: '25', seconds: 6, name: 'clip.webm', heights: [144] },
    video: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '300k', '-g', '75'],
    audio: ['-c:a', 'libopus', '-b:a', '64k'],
  },
  HEVC: {
    ...{ frameRate: '30000/1001', seconds: 5, heights: [144], audio: false },
    video: ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error', '-tag:v', 'hvc1'],
  },
  'pictures at any time, copied and encoded': {
    ...{ frameRate: '25', seconds: 8, heights: [144], filter: UNEVEN },
    video: [...X264, '-g', '60', '-bf', '2', '-fps_mode', 'vfr', '-video_track_timescale', '90000'],
  },
  'pictures at any time, encoded': {
    ...{ frameRate: '25', seconds: 8, heights: [144], filter: UNEVEN },
    video: ['-c:v', 'mpeg4', '-q:v', '3', '-g', '60', '-fps_mode', 'vfr'],
  },
  'five pictures a second': {
    ...{ frameRate: '5', seconds: 9, heights: [144], audio: false },
    video: ['-c:v', 'mpeg4', '-q:v', '3', '-g', '20'],
  },
  MP3: { seconds: 9, name: 'clip.mp3', video: false, audio: ['-c:a', 'libmp3lame', '-b:a', '96k'] },
  'AAC alone, at another rate': {
    ...{ seconds: 9, name: 'clip.m4a', video: false },
    audio: ['-c:a', 'aac', '-b:a', '64k', '-ar', '44100', '-ac', '1'],
  },
};
const SEED = 4;
const ROUNDS = 2;

let world: EngineWorld;
beforeAll(async () => {
  world = await startEngine();
});
afterAll(() => world.close());

describe.each(Object.entries(KINDS))('%s', (kind, { heights, ...options }) => {
  const place = Object.keys(KINDS).indexOf(kind);
  const random = createRandom(SEED + place);
  let source: RenderSource;
  let pictures: Shown[];
  let heard: Float32Array | undefined;
  let ranges: ClipRange[];
  beforeAll(async () => {
    const path = await makeClip(options);
    source = await sourceOf(path, { generationId: `g${place}`, heights });
    pictures = source.info.video ? await picturesOf(path, source) : [];
    heard = options.audio === false ? undefined : await decodeSound(await assemble(world, source, 'a0'));
    const endMs = Math.floor(source.plan.durationSeconds * 1000);
    const one = pictures[Math.floor(random.between(1, pictures.length))] ?? { ms: 3210 };
    const grid = source.plan.videoGrid;
    const boundary = grid ? (grid.frames[1]! * grid.frameRate.den) / grid.frameRate.num : 2;
    ranges = [
      ...Array.from({ length: ROUNDS }, () => {
        const startMs = Math.floor(random.between(0, endMs - 1000));
        return { startMs, endMs: Math.ceil(random.between(startMs + 250, endMs)) };
      }),
      { startMs: 0, endMs },
      // On the grid, at the very end, inside one segment, a single picture.
      { startMs: Math.round(boundary * 1000), endMs: endMs - 700 },
      { startMs: endMs - 300, endMs },
      { startMs: 2100, endMs: 2500 },
      { startMs: Math.round(one.ms), endMs: Math.round(one.ms) + 35 },
    ];
  });

  test('shows every picture of the range once, and none beside', async () => {
    for (const range of ranges)
      for (const { id, kind: what } of source.plan.renditions) {
        if (what !== 'video') continue;
        expectPictures({ id, ...range }, await clipFrames(world, source, range, id), range, id);
      }
  });

  test('sounds like the parent from the first sample to the last, and is silent around', async () => {
    if (!heard) return expect(source.plan.renditions.filter((one) => one.kind === 'audio')).toEqual([]);
    for (const range of ranges) expectSound(range, await clipSound(world, source, range, 'a0'));
  });

  test('is the same as one file, in which nothing is hidden', async () => {
    for (const range of [ranges[0]!, ranges[3]!, ranges[5]!]) {
      const file = await world.engine.clips.download(source, range, never);
      const parts: Buffer[] = [];
      for await (const part of file.read(0, file.sizeBytes, never)) parts.push(part);
      const bytes = Buffer.concat(parts);
      expect(bytes.length).toBe(file.sizeBytes);
      const path = join(world.dataDir, `download-${place}-${range.startMs}.mp4`);
      await writeFile(path, bytes);
      const { renditions } = source.plan;
      const video = renditions.find((one) => one.kind === 'video');
      for (const args of [[], ['-ignore_editlist', '1']])
        if (video) {
          const best = renditions.find((one) => one.id === 'src') ?? video;
          expectPictures({ args, ...range }, await readFrameNumbers(path, args), range, best.id);
        }
      if (heard) expectSound(range, await decodeSound(path));
    }
  });

  function expectPictures(where: object, shown: number[], range: ClipRange, id: string) {
    const told = { seed: SEED, ...where };
    const track = trackOf(source, range, id) as ClipVideo;
    const isCopy = track.rendition.method === 'copy';
    // Times of an encode are exact where those of a container are told in milliseconds.
    const slackMs = /mkv|webm/.test(options.name ?? '') && !isCopy ? 0.5 : 0;
    const may = picturesIn(pictures, range, slackMs);
    const must = picturesIn(pictures, range, -slackMs);
    if (isCopy || !track.isUneven) {
      const wanted = may.filter((n) => must.includes(n) || shown.includes(n));
      // Where the picture begins late, the first is shown from the beginning on.
      while (range.startMs === 0 && wanted.length < shown.length) wanted.unshift(wanted[0]!);
      expect({ ...told, shown }).toEqual({ ...told, shown: wanted });
      return;
    }
    expect({ ...told, outside: shown.filter((n) => !may.includes(n)) }).toEqual({ ...told, outside: [] });
    // An encode at a rate of its own may leave out a picture or show one twice.
    expect({ ...told, shown }).toEqual({ ...told, shown: shown.toSorted((a, b) => a - b) });
    expect({ ...told, ends: [shown[0]! - must[0]! <= 1, must.at(-1)! - shown.at(-1)! <= 1] }).toEqual({
      ...told,
      ends: [true, true],
    });
  }

  /** `sound` begins where the first frame of the clip's sound does. */
  function expectSound(range: ClipRange, sound: Float32Array) {
    const { originSeconds } = layoutClip(source.plan, source.info, range);
    const { pieces, timescale: rate, rendition } = trackOf(source, range, 'a0') as ClipAudio;
    const parentsFirst = rendition.offsetSamples + rendition.frames[0]! * 1024;
    const first = Math.round(originSeconds * rate) + pieces[0]!.fromTick - parentsFirst;
    const sampleOf = (ms: number) => Math.ceil((ms * rate) / 1000) - parentsFirst;
    const [from, to] = [Math.max(0, sampleOf(range.startMs)), Math.min(sampleOf(range.endMs), heard!.length)];
    const [begin, end] = [from - first, to - first];
    expect(begin).toBeLessThan(2048);
    const should = heard!.slice(from, to);
    const told = { seed: SEED, ...range };
    const [before, after] = [sound.subarray(0, Math.max(0, begin - 64)), sound.subarray(end + 64)];
    expect({ ...told, likeness: likeness(sound.subarray(begin, end), should) }).toEqual({
      ...told,
      likeness: expect.toSatisfy((decibels) => decibels > 16),
    });
    // A coder's noise reaches a little beyond what it codes.
    const most = loudest(should) / 4;
    expect({ ...told, before: loudest(before), after: loudest(after) }).toEqual({
      ...told,
      before: expect.toSatisfy((peak) => peak < most),
      after: expect.toSatisfy((peak) => peak < most),
    });
  }
});
