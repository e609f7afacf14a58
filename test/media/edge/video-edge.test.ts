import { expect, test } from 'vitest';
import { videoEdgeArgs } from '../../../server/media/edge/video-edge.js';
import type { VideoRendition } from '../../../server/media/plan.js';

const rendition: VideoRendition = {
  id: 'src',
  kind: 'video',
  method: 'copy',
  width: 540,
  height: 960,
  codecs: 'avc1.64001F',
  bandwidthBps: 160_000,
  averageBandwidthBps: 150_000,
};
const shownTicks = Array.from({ length: 240 }, (_, i) => i * 512);
const edge = { fromTick: 0, toTick: 239 * 512 + 1, shownTicks };

function gopFrames(change: Partial<VideoRendition>): number {
  const args = videoEdgeArgs(edge, { ...rendition, ...change } as VideoRendition, { num: 30, den: 1 }, 1);
  return Number(args[args.indexOf('-g') + 1]);
}

test('an edge beside a copy has no keyframe but its first: its bit rate would not feed another', () => {
  expect(gopFrames({})).toBeGreaterThan(shownTicks.length);
});

test('an edge of an encode has keyframes as the encode has', () => {
  expect(gopFrames({ method: 'encode', crf: 23, maxrateBps: 1_000_000 })).toBe(60);
});
