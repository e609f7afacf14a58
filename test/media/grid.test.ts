import { describe, expect, it } from 'vitest';
import {
  absoluteGrid,
  audioBoundaries,
  audioFrames,
  audioOnlyBoundaries,
  chunksOf,
  keyframeGrid,
  videoBoundaries,
} from '../../server/media/grid.js';
import { timescaleOf } from '../../server/media/rational.js';
import { inRounds } from '../support/random.js';

const RATES = [
  ...[10, 12, 15, 24, 25, 30, 48, 50, 60].map((num) => ({ num, den: 1 })),
  ...[24_000, 30_000, 60_000].map((num) => ({ num, den: 1001 })),
  { num: 109, den: 4 },
];
const gaps = (values: readonly number[]) => values.slice(1).map((value, i) => value - values[i]!);

describe('absoluteGrid', () => {
  it('cuts every 2 s, and once more after 0.5 s', () => {
    expect(absoluteGrid(9, { num: 30, den: 1 }).frames).toEqual([0, 15, 60, 120, 180, 240, 270]);
  });

  it('takes a millisecond more than whole frames for rounding', () => {
    expect(absoluteGrid(9.001, { num: 30, den: 1 }).frames.at(-1)).toBe(270);
    expect(absoluteGrid(9.02, { num: 30, den: 1 }).frames.at(-1)).toBe(271);
  });

  it('joins a short rest with the segment before it', () => {
    expect(absoluteGrid(4.4, { num: 10, den: 1 }).frames).toEqual([0, 5, 20, 44]);
  });

  it('holds one segment of one frame for the shortest of videos', () => {
    expect(absoluteGrid(0.001, { num: 25, den: 1 }).frames).toEqual([0, 1]);
    expect(absoluteGrid(0, { num: 25, den: 1 }).frames).toEqual([0, 1]);
  });

  it('covers any duration with ascending whole frames', () => {
    inRounds(200, (random) => {
      const rate = random.pick(RATES);
      const seconds = random.between(0.05, 8000);
      const { frames } = absoluteGrid(seconds, rate);
      const end = (frames.at(-1)! * rate.den) / rate.num;
      const frameSeconds = rate.den / rate.num;
      expect(Math.abs(end - Math.max(seconds, frameSeconds))).toBeLessThanOrEqual(frameSeconds / 2 + 1e-9);
      const lengths = gaps(videoBoundaries({ frameRate: rate, frames }));
      expect(frames.every(Number.isInteger)).toBe(true);
      expect(Math.min(...lengths)).toBeGreaterThan(frames.length > 2 ? 0.49 : 0);
      expect(Math.max(...lengths)).toBeLessThan(2.7);
    });
  });
});

describe('keyframeGrid', () => {
  const timescale = 90_000;
  const gridOf = (keyframeSeconds: number[], endSeconds: number, segmentSeconds?: number) =>
    keyframeGrid(
      {
        timescale,
        keyframeTicks: Float64Array.from(keyframeSeconds, (s) => Math.round(s * timescale)),
        endTicks: Math.round(endSeconds * timescale),
      },
      { num: 30, den: 1 },
      { segmentSeconds },
    );

  it('begins with one group of pictures and goes on with at least four seconds', () => {
    const { frames } = gridOf([0, 2, 4, 6, 8, 10, 12], 13);
    expect(frames.map((frame) => frame / 30)).toEqual([0, 2, 6, 10, 13]);
  });

  it('takes the length that is asked for', () => {
    const { frames } = gridOf([0, 2, 4, 6, 8, 10, 12], 14, 6);
    expect(frames.map((frame) => frame / 30)).toEqual([0, 2, 8, 14]);
  });

  it('keeps the ticks of the source exactly, and its own frames beside them', () => {
    const { copy, frames } = gridOf([0.021, 8.354, 16.688], 20.021);
    expect(copy).toEqual({ timescale, ticks: [1890, 751_860, 1_501_920, 1_801_890] });
    expect(frames).toEqual([0, 251, 501, 601]);
  });

  it('makes no segment of a keyframe just before the end', () => {
    const { frames } = gridOf([0, 5, 9.8], 10);
    expect(frames.map((frame) => frame / 30)).toEqual([0, 5, 10]);
  });

  it('makes no segments of a picture each where every picture is a keyframe', () => {
    const { frames } = gridOf(
      Array.from({ length: 300 }, (_, i) => i / 30),
      10,
    );
    expect(frames.map((frame) => frame / 30)).toEqual([0, 1, 5, 9, 10]);
  });

  it('cuts only at keyframes, at times that both renditions share', () => {
    inRounds(200, (random) => {
      const rate = random.pick(RATES);
      const keyframes: number[] = [];
      let at = random.between(0, 0.05);
      const count = Math.ceil(random.between(1, 400));
      while (keyframes.length < count) {
        keyframes.push(Math.round(at * timescale));
        at += random.between(0.03, 11);
      }
      const endTicks = keyframes.at(-1)! + Math.ceil(random.between(0.02, 11) * timescale);
      const grid = keyframeGrid({ timescale, keyframeTicks: Float64Array.from(keyframes), endTicks }, rate);
      const { ticks } = grid.copy!;
      expect(ticks.slice(0, -1).every((tick) => keyframes.includes(tick))).toBe(true);
      expect(ticks[0]).toBe(keyframes[0]);
      expect(ticks.at(-1)).toBe(endTicks);
      expect(grid.frames).toHaveLength(ticks.length);
      expect(Math.min(...gaps(grid.frames))).toBeGreaterThan(0);
      videoBoundaries(grid).forEach((seconds, n) => {
        const tolerance = n === 0 ? 0.05 : 0.5 / (rate.num / rate.den) + 1e-9;
        if (ticks.length > 2)
          expect(Math.abs(seconds - ticks[n]! / timescale)).toBeLessThanOrEqual(tolerance);
      });
    });
  });
});

describe('audioFrames', () => {
  it('cuts at the first frame at or after each boundary and rounds the end up', () => {
    const frames = audioFrames({
      ...{ boundariesSeconds: [0, 1, 2, 4], endSeconds: 4 },
      ...{ sampleRate: 48_000, offsetSamples: 0 },
    });
    expect(frames).toEqual([0, 47, 94, 188]);
  });

  it('leaves out the frames of a copy that lie before 0, and ends where the source ends', () => {
    const frames = audioFrames({
      ...{ boundariesSeconds: [0, 5, 10], endSeconds: 10 },
      ...{ sampleRate: 44_100, offsetSamples: -2112, frameCount: 420 },
    });
    expect(frames[0]).toBe(3);
    expect(frames.at(-1)).toBe(420);
    expect(audioBoundaries({ frames, sampleRate: 44_100, offsetSamples: -2112 })[0]).toBeCloseTo(0.0218, 4);
  });

  it('goes on after the picture has ended', () => {
    const frames = audioFrames({
      ...{ boundariesSeconds: [0, 2], endSeconds: 12 },
      ...{ sampleRate: 48_000, offsetSamples: 0 },
    });
    const seconds = audioBoundaries({ frames, sampleRate: 48_000, offsetSamples: 0 });
    expect(seconds.map(Math.floor)).toEqual([0, 2, 6, 10, 12]);
  });

  it('has fewer segments where the sound ends before the picture', () => {
    const frames = audioFrames({
      ...{ boundariesSeconds: [0, 2, 4, 6, 8], endSeconds: 8 },
      ...{ sampleRate: 48_000, offsetSamples: 0, frameCount: 200 },
    });
    expect(frames).toEqual([0, 94, 200]);
  });

  it('never leaves the end of the picture without sound when it is encoded', () => {
    inRounds(200, (random) => {
      const grid = absoluteGrid(random.between(0.1, 5000), random.pick(RATES));
      const boundariesSeconds = videoBoundaries(grid);
      const endSeconds = Math.max(0, boundariesSeconds.at(-1)! + random.between(-1, 20));
      const frames = audioFrames({ boundariesSeconds, endSeconds, sampleRate: 48_000, offsetSamples: 0 });
      expect(Math.min(...gaps(frames))).toBeGreaterThan(0);
      expect((frames.at(-1)! * 1024) / 48_000).toBeGreaterThanOrEqual(boundariesSeconds.at(-1)! - 1e-9);
      expect((frames.at(-1)! * 1024) / 48_000).toBeGreaterThanOrEqual(endSeconds - 1e-9);
    });
  });
});

describe('audioOnlyBoundaries', () => {
  it('begins with short segments and settles at four seconds', () => {
    expect(audioOnlyBoundaries(17)).toEqual([0, 1, 2, 4, 6, 10, 14, 17]);
  });

  it('holds one segment for the shortest of sounds', () => {
    expect(audioOnlyBoundaries(0.01)).toEqual([0, 0.5]);
  });
});

describe('chunksOf', () => {
  it('groups segments of two seconds into twenty after a short first chunk, with the rest in the last', () => {
    const boundaries = [0, 1, 2, ...Array.from({ length: 14 }, (_, i) => 4 + 2 * i)];
    expect(chunksOf(boundaries)).toEqual([
      { firstSegment: 0, lastSegment: 2 },
      { firstSegment: 3, lastSegment: 12 },
      { firstSegment: 13, lastSegment: 15 },
    ]);
  });

  it('takes each segment once, in order, 20 to 24 s at a time where segments allow', () => {
    inRounds(200, (random) => {
      const boundaries = [0];
      for (let n = Math.ceil(random.between(1, 300)); n > 0; n--)
        boundaries.push(boundaries.at(-1)! + random.between(0.5, 14));
      const chunks = chunksOf(boundaries);
      const segments = chunks.flatMap((c) =>
        Array.from({ length: c.lastSegment - c.firstSegment + 1 }, (_, i) => c.firstSegment + i),
      );
      expect(segments).toEqual(boundaries.slice(1).map((_, n) => n));
      chunks.forEach((chunk, i) => {
        const seconds = boundaries[chunk.lastSegment + 1]! - boundaries[chunk.firstSegment]!;
        expect(seconds).toBeLessThanOrEqual(24 + 1e-6);
        const next = boundaries[chunk.lastSegment + 2];
        const mayGrow = next !== undefined && next - boundaries[chunk.firstSegment]! <= 24;
        if (i < chunks.length - 1 && mayGrow)
          expect(seconds).toBeGreaterThanOrEqual((i === 0 ? 4 : 20) - 1e-6);
      });
    });
  });

  it('is empty without segments', () => {
    expect(chunksOf([0])).toEqual([]);
  });
});

describe('timescaleOf', () => {
  it.each([
    [{ num: 30, den: 1 }, 30_000, 1000],
    [{ num: 30_000, den: 1001 }, 30_000, 1001],
    [{ num: 25, den: 2 }, 25_000, 2000],
  ])('lets a frame of %o last a whole number of ticks', (rate, timescale, frameTicks) => {
    expect(timescaleOf(rate)).toEqual({ timescale, frameTicks });
  });
});
