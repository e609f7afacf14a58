/** What can be decoded from a clip's pieces is the range and nothing else, for random ranges of every kind of file. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClipAudio, ClipRange } from '../../../server/media/clip/index.js';
import { layoutClip } from '../../../server/media/clip/index.js';
import type { RenderSource } from '../../../server/render/index.js';
import { clipFrames, clipSound, decodeSound, likeness, loudest, trackOf } from '../../support/clip-pieces.js';
import { makeClip, type ClipOptions } from '../../support/clips.js';
import { sourceOf, startEngine, type EngineWorld } from '../../support/engine.js';
import { createRandom } from '../../support/random.js';

const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'];
const KINDS: Record<string, ClipOptions & { fps: number; heights?: number[] }> = {
  'a copy with long groups and B-frames': {
    ...{ fps: 25, frameRate: '25', seconds: 14, heights: [] },
    video: [...X264, '-g', '125', '-bf', '3', '-profile:v', 'main', '-refs', '3'],
  },
  'a copy out of Matroska with an encode below': {
    ...{ fps: 24000 / 1001, frameRate: '24000/1001', seconds: 12, name: 'clip.mkv', heights: [144] },
    video: [...X264, '-g', '50', '-bf', '2'],
  },
  'encodes of what cannot be copied, with FLAC': {
    ...{ fps: 30, seconds: 9, name: 'clip.mkv', heights: [180] },
    ...{ video: ['-c:v', 'mpeg4', '-q:v', '3', '-g', '60'], audio: ['-c:a', 'flac'] },
  },
};
const ROUNDS = 4;

let world: EngineWorld;
beforeAll(async () => {
  world = await startEngine();
});
afterAll(() => world.close());

describe.each(Object.entries(KINDS))('%s', (kind, { fps, heights, ...options }) => {
  let source: RenderSource;
  let heard: Float32Array;
  let ranges: ClipRange[];
  beforeAll(async () => {
    const path = await makeClip(options);
    source = await sourceOf(path, { generationId: `g${Object.keys(KINDS).indexOf(kind)}`, heights });
    heard = await decodeSound(path);
    const random = createRandom(Object.keys(KINDS).indexOf(kind) + 1);
    const endMs = options.seconds! * 1000;
    const frame = Math.ceil(random.between(1, 100) * (1000 / fps));
    ranges = [
      ...Array.from({ length: ROUNDS }, () => {
        const startMs = Math.floor(random.between(0, endMs - 1000));
        return { startMs, endMs: Math.ceil(random.between(startMs + 60, endMs)) };
      }),
      { startMs: 0, endMs },
      { startMs: 2000, endMs: 4000 },
      { startMs: endMs - 300, endMs },
      { startMs: frame, endMs: frame + Math.floor(1000 / fps) },
    ];
  });

  test('shows every picture of the range once, and none beside', async () => {
    for (const range of ranges) {
      const rounding = options.name === 'clip.mkv' ? 0.0005 : 1e-7;
      const firstFrom = (ms: number) => Math.ceil((ms / 1000 - rounding) * fps - 1e-6);
      const [from, to] = [firstFrom(range.startMs), firstFrom(range.endMs)];
      const total = Math.round(options.seconds! * fps);
      const wanted = Array.from({ length: Math.min(to, total) - from }, (_, i) => from + i);
      for (const { id, kind } of source.plan.renditions)
        if (kind === 'video')
          expect([id, range, await clipFrames(world, source, range, id)]).toEqual([id, range, wanted]);
    }
  });

  test('sounds like the parent from the first sample to the last, and is silent around', async () => {
    for (const range of ranges) {
      const { originSeconds } = layoutClip(source.plan, source.info, range);
      const audio = trackOf(source, range, 'a0') as ClipAudio;
      const sound = await clipSound(world, source, range, 'a0');
      const rate = audio.timescale;
      const origin = Math.round(originSeconds * rate) + audio.pieces[0]!.fromTick;
      const begin = Math.ceil((range.startMs * rate) / 1000) - origin;
      const end = Math.min(Math.ceil((range.endMs * rate) / 1000) - origin, heard.length - origin);
      expect(begin).toBeLessThan(2048);
      const should = heard.slice(origin + begin, origin + end);
      expect([range, likeness(sound.subarray(begin, end), should)]).toEqual([range, expect.toSatisfy((dB) => dB > 17)]);
      expect([range, 'before', loudest(sound.subarray(0, Math.max(0, begin - 64)))]).toEqual([
        ...[range, 'before'],
        expect.toSatisfy((peak) => peak < 0.02),
      ]);
      expect([range, 'after', loudest(sound.subarray(end + 64))]).toEqual([
        ...[range, 'after'],
        expect.toSatisfy((peak) => peak < 0.02),
      ]);
    }
  });
});
