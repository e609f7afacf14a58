import { describe, expect, it } from 'vitest';
import { planLadder, reasonNotToCopy } from '../../server/media/ladder.js';
import type { VideoStream } from '../../server/media/info.js';
import { describeVideoFile } from '../support/media-info.js';
import { describeVideoIndex } from '../support/media-index.js';
import { inRounds } from '../support/random.js';

const ladder = (video: Partial<VideoStream>, copyable: boolean, heights?: number[]) =>
  planLadder(describeVideoFile(video), { copyable, heights }).map(
    (r) => `${r.id} ${r.width}x${r.height}${r.eager ? '' : ' on demand'}`,
  );

describe('planLadder', () => {
  it('adds 480p ahead and 720p on demand below a copy', () => {
    expect(ladder({}, true)).toEqual(['v720 1280x720 on demand', 'v480 854x480']);
    expect(ladder({ width: 1280, height: 720 }, true)).toEqual(['v480 854x480']);
    expect(ladder({ width: 3840, height: 2160 }, true)).toEqual(['v720 1280x720 on demand', 'v480 854x480']);
  });

  it('adds nothing below a copy that is hardly larger', () => {
    expect(ladder({ width: 1024, height: 576 }, true)).toEqual([]);
    expect(ladder({ width: 640, height: 360 }, true)).toEqual([]);
  });

  it('encodes the size of the source, at most 1080p, where the source cannot be copied', () => {
    expect(ladder({ width: 3840, height: 2160 }, false)).toEqual([
      'v1080 1920x1080',
      'v720 1280x720',
      'v480 854x480',
    ]);
    expect(ladder({ width: 1280, height: 720 }, false)).toEqual(['v720 1280x720', 'v480 854x480']);
    expect(ladder({ width: 720, height: 576, displayWidth: 1024 }, false)).toEqual(['v576 1024x576']);
    expect(ladder({ width: 320, height: 240 }, false)).toEqual(['v240 320x240']);
  });

  it('counts the short side of an upright picture', () => {
    expect(
      ladder({ width: 1920, height: 1080, displayWidth: 1080, displayHeight: 1920, rotation: 90 }, false),
    ).toEqual(['v1080 1080x1920', 'v720 720x1280', 'v480 480x854']);
  });

  it('rounds odd sizes down to even ones', () => {
    expect(ladder({ width: 853, height: 481 }, false)).toEqual(['v480 852x480']);
    expect(ladder({ width: 1, height: 1 }, false)).toEqual(['v2 2x2']);
  });

  it('offers the heights that were asked for, as far as the source reaches', () => {
    expect(ladder({}, true, [1080, 720, 360, 240])).toEqual([
      'v720 1280x720 on demand',
      'v360 640x360 on demand',
      'v240 426x240',
    ]);
    expect(ladder({}, false, [720, 360])).toEqual(['v720 1280x720', 'v360 640x360']);
    expect(ladder({ width: 3840, height: 2160 }, false, [1440])).toEqual(['v1440 2560x1440']);
  });

  it('keeps very wide pictures within what decoders take', () => {
    expect(ladder({ width: 10_000, height: 1000 }, false)[0]).toBe('v410 4096x410');
  });

  it('caps the bit rate by the size of the picture and by what the source has', () => {
    const rates = (bitrateBps: number) =>
      planLadder(describeVideoFile({ bitrateBps }), { copyable: false }).map((r) => r.maxrateBps);
    expect(rates(20_000_000)).toEqual([5_950_000, 2_990_000, 1_500_000]);
    expect(rates(2_000_000)).toEqual([2_600_000, 2_600_000, 1_500_000]);
    expect(rates(50_000)).toEqual([1_190_000, 600_000, 300_000]);
  });

  it('never makes anything larger than the source, odd, or double (any size and ladder)', () => {
    inRounds(500, (random) => {
      const side = () => Math.ceil(random.between(2, 5000));
      const video = describeVideoFile({ width: side(), height: side() });
      const heights = random.pick([undefined, [1080, 720, 480, 240], [2160, 144], [480]]);
      const rungs = planLadder(video, { copyable: random.pick([true, false]), heights });
      for (const { width, height, eager } of rungs) {
        expect((width % 2) | (height % 2)).toBe(0);
        expect(width).toBeLessThanOrEqual(video.video.displayWidth);
        expect(height).toBeLessThanOrEqual(video.video.displayHeight);
        expect(typeof eager).toBe('boolean');
      }
      expect(new Set(rungs.map((r) => r.id)).size).toBe(rungs.length);
      if (rungs.length) expect(rungs.at(-1)!.eager).toBe(true);
    });
  });
});

describe('reasonNotToCopy', () => {
  const index = describeVideoIndex({ keyframeSeconds: [0, 10, 20], endSeconds: 30 });

  it('is absent for 8-bit progressive H.264 with regular entry points', () => {
    expect(reasonNotToCopy(describeVideoFile(), index)).toBeUndefined();
  });

  it.each<[string, Partial<VideoStream>]>([
    ['another codec', { codec: 'hevc' }],
    ['10 bits', { bitDepth: 10, pixelFormat: 'yuv420p10le' }],
    ['4:4:4', { chroma: '444', pixelFormat: 'yuv444p' }],
    ['interlaced pictures', { interlaced: true }],
    ['rotation', { rotation: 90 }],
    ['oblong pixels', { squarePixels: false }],
    ['HDR', { hdr: true }],
  ])('is given for %s', (_, video) => {
    expect(reasonNotToCopy(describeVideoFile(video), index)).toBeTypeOf('string');
  });

  it.each([
    ['no index', undefined],
    ['open groups of pictures', describeVideoIndex({ everySyncIsIdr: false })],
    ['keyframes too far apart', describeVideoIndex({ keyframeSeconds: [0, 12.1], endSeconds: 15 })],
    ['a last keyframe too far from the end', describeVideoIndex({ keyframeSeconds: [0], endSeconds: 12.5 })],
    ['a begin before zero', describeVideoIndex({ keyframeSeconds: [-0.5, 2], endSeconds: 5 })],
    ['no keyframe at all', describeVideoIndex({ keyframeSeconds: [], endSeconds: 5 })],
    ['a profile that few players know', describeVideoIndex({ profile: 122 })],
  ])('is given for %s', (_, unfit) => {
    expect(reasonNotToCopy(describeVideoFile(), unfit)).toBeTypeOf('string');
  });
});
