/** Which pieces a range has, on a file of 20 s at 25 pictures a second with keyframes every 4 s. */
import { describe, expect, test } from 'vitest';
import { layoutClip } from '../../../server/media/clip/index.js';
import type { ClipAudio, ClipVideo } from '../../../server/media/clip/model.js';
import type { MediaInfo, VideoStream } from '../../../server/media/info.js';
import type { AudioRendition, Plan, VideoRendition } from '../../../server/media/plan.js';

const COPY: VideoRendition = {
  ...{ id: 'src', kind: 'video', method: 'copy', width: 1280, height: 720, codecs: 'avc1.640020' },
  ...{ bandwidthBps: 1, averageBandwidthBps: 1 },
};
const ENCODE: VideoRendition = {
  ...{ id: 'v480', kind: 'video', method: 'encode', width: 854, height: 480, codecs: 'avc1.64001f' },
  ...{ level: 31, crf: 23, maxrateBps: 1e6, eager: true },
};
const SOUND: AudioRendition = {
  ...{ id: 'a0', kind: 'audio', method: 'encode', ordinal: 0, codecs: 'mp4a.40.2', sampleRate: 48_000 },
  ...{ channels: 2, bitrateBps: 128_000, offsetSamples: 0, name: 'Audio', isDefault: true },
  frames: [0, 188, 375, 563, 750, 938],
};
const STARTS = [0, 4, 8, 12, 16, 20];

function layout(startMs: number, endMs: number, { copied = true, video = {}, sound = true, fps = 25 } = {}) {
  const plan: Plan = {
    ...{ recipe: 'r', durationSeconds: 20 },
    videoGrid: {
      ...{ frameRate: { num: fps, den: 1 }, frames: STARTS.map((s) => s * fps) },
      ...(copied ? { copy: { timescale: 12_800, ticks: STARTS.map((s) => s * 12_800) } } : {}),
    },
    renditions: [...(copied ? [COPY] : []), ENCODE, ...(sound ? [SOUND] : [])],
  };
  const stream = { frameRate: { num: fps, den: 1 }, variableFrameRate: false, ...video } as VideoStream;
  const info = { format: 'mov,mp4', durationSeconds: 20, startSeconds: 0, video: stream } as MediaInfo;
  return layoutClip(plan, info, { startMs, endMs });
}

const videoOf = (clip: ReturnType<typeof layout>, id: string) =>
  clip.renditions.find((one) => one.id === id) as ClipVideo;
/** As in `head 0–0 | 1 | 2 | tail 3–3`, with `‖` for a discontinuity. */
const shape = ({ pieces }: ClipVideo | ClipAudio) =>
  pieces
    .map(({ kind, first, last, init, isAfterDiscontinuity }) => {
      const name = kind === 'parent' ? String(first) : `${init}(${first}–${last})`;
      return `${isAfterDiscontinuity ? '‖ ' : ''}${name}`;
    })
    .join(' ');

describe('a clip is made of', () => {
  test.each([
    ['edges and what lies between', 1000, 17_000, 'head(0–0) ‖ 1 2 3 ‖ tail(4–4)'],
    ['the parent alone, from keyframe to keyframe', 4000, 12_000, '1 2'],
    ['the whole file', 0, 20_000, '0 1 2 3 4'],
    ['whole segments up to the end', 3000, 20_000, 'head(0–0) ‖ 1 2 3 4'],
    ['whole segments from the beginning', 0, 9000, '0 1 ‖ tail(2–2)'],
    ['one piece inside a segment', 5000, 7000, 'head(1–1)'],
    ['two edges across a keyframe', 3000, 5000, 'head(0–0) ‖ tail(1–1)'],
    ['a single picture', 5000, 5040, 'head(1–1)'],
    ['the last picture', 19_960, 20_000, 'head(4–4)'],
  ])('%s', (_what, startMs, endMs, wanted) => {
    expect(shape(videoOf(layout(startMs, endMs), 'src'))).toBe(wanted);
  });

  test('pieces that join without a seam where all is of one encoder', () => {
    const video = videoOf(layout(1000, 17_000, { copied: false }), 'v480');
    expect(shape(video)).toBe('parent(0–0) 1 2 3 parent(4–4)');
  });
});

test('all renditions are cut at the same places, and their pieces touch', () => {
  const clip = layout(1234, 17_777);
  const [src, v480, sound] = clip.renditions as [ClipVideo, ClipVideo, ClipAudio];
  expect(v480.pieces.map((piece) => piece.isAfterDiscontinuity)).toEqual(
    src.pieces.map((piece) => piece.isAfterDiscontinuity),
  );
  expect(sound.pieces.filter((piece) => piece.isAfterDiscontinuity)).toHaveLength(2);
  for (const { pieces, timescale } of [src, v480, sound]) {
    expect(pieces.slice(1).map(({ fromTick }) => fromTick)).toEqual(pieces.slice(0, -1).map((p) => p.toTick));
    expect(pieces.at(-1)!.toTick / timescale).toBeCloseTo(clip.durationSeconds, 1);
  }
});

test.each([
  ['up to a keyframe', 2500, 4000, 0],
  ['up to the end', 18_500, 20_000, 0],
  ['from a keyframe', 4000, 5500, 0],
  ['around a keyframe', 3000, 5000, 1],
])(
  'sound has a discontinuity where the pictures have one and nowhere else: %s',
  (_what, startMs, endMs, count) => {
    const clip = layout(startMs, endMs);
    for (const { pieces } of clip.renditions as (ClipVideo | ClipAudio)[])
      expect(pieces.filter((piece) => piece.isAfterDiscontinuity)).toHaveLength(count);
  },
);

describe('pictures belong to a range', () => {
  const window = (clip: ReturnType<typeof layout>) => {
    const { fromTick, toTick } = videoOf(clip, 'v480').window;
    return [fromTick / 1000, toTick / 1000];
  };

  test('when they begin in it', () => {
    expect(window(layout(1001, 3999))).toEqual([26, 100]);
    expect(window(layout(1040, 4001))).toEqual([26, 101]);
  });

  test('also when they begin less than half of a millisecond before it', () => {
    // Picture 50 of 30 a second begins at 1666.67 ms.
    expect(window(layout(1667, 3333, { copied: false, fps: 30 }))).toEqual([50, 100]);
    expect(window(layout(1668, 3334, { copied: false, fps: 30 }))).toEqual([51, 101]);
  });

  test('by their own time where the picture comes late', () => {
    // Picture k begins at k + 0.5 frames, and is shown as frame k.
    expect(window(layout(1010, 3990, { video: { delaySeconds: 0.02 } }))).toEqual([25, 100]);
    expect(window(layout(1030, 3990, { video: { delaySeconds: 0.02 } }))).toEqual([26, 100]);
  });
});

test('sound begins with a frame of silence, from which time counts', () => {
  const clip = layout(5000, 7000);
  const sound = clip.renditions.at(-1) as ClipAudio;
  const before = 5 - clip.originSeconds;
  expect(before).toBeGreaterThan(1024 / 48_000);
  expect(before).toBeLessThan(2048 / 48_000);
  expect(sound.window).toEqual({ fromSample: 240_000, toSample: 336_000 });
  expect(sound.pieces[0]!.fromTick).toBe(0);
  expect(layout(5000, 7000, { sound: false }).originSeconds).toBe(5);
});

test.each([
  [7000, 5000],
  [5000, 5000],
  [-1, 5000],
  [20_000, 21_000],
  [5001, 5039],
  [NaN, 5000],
  [0, Infinity],
  [0.5, 5000],
  [1e21, 1e22],
])('%d to %d is no clip', (startMs, endMs) => {
  expect(() => layout(startMs, endMs)).toThrow(/clip/i);
});
