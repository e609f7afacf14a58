import { expect, test } from 'vitest';
import type { AudioRendition, EncodedVideo, Plan } from '../../server/media/plan.js';
import { layOut } from '../../server/render/layout.js';
import type { Encoded } from '../../server/render/progress.js';

const seconds = [0, 1, 2, ...Array.from({ length: 100 }, (_, i) => 4 + 2 * i)];
const rate = { num: 30, den: 1 };
const plan: Plan = {
  ...{ recipe: '1', durationSeconds: 202, renditions: [] },
  videoGrid: { frameRate: rate, frames: seconds.map((s) => s * 30) },
};
const source = { generationId: 'g', info: {} as never, plan, locate: async () => '' };
const video = { id: 'v480', kind: 'video', method: 'encode' } as EncodedVideo;
const audio = {
  ...{ id: 'a0', kind: 'audio', method: 'encode', sampleRate: 48_000, channels: 2, offsetSamples: 0 },
  frames: seconds.map((s) => Math.ceil((s * 48_000) / 1024)),
} as AudioRendition as Encoded;

test('pictures are made in chunks of 20 to 24 s after a short first one, sound in chunks of up to a minute', () => {
  for (const [rendition, least, most] of [
    [video, 20, 24],
    [audio, 36, 60.1],
  ] as const) {
    const { timeline } = layOut(source, rendition);
    const chunks = [...timeline.chunks()];
    expect(chunks[0]!.first).toBe(0);
    expect(chunks.at(-1)!.last).toBe(seconds.length - 2);
    chunks.forEach(({ first, last }, i) => {
      if (i > 0) expect(first).toBe(chunks[i - 1]!.last + 1);
      const length = timeline.secondsOf({ first, last });
      expect(length).toBeLessThanOrEqual(most);
      if (i < chunks.length - 1 && (i > 0 || rendition === audio))
        expect(length).toBeGreaterThanOrEqual(least);
    });
  }
});

test('every segment promises to begin where the one before ends', () => {
  for (const rendition of [video, audio]) {
    const { promise } = layOut(source, rendition);
    expect(promise(0).baseDecodeTime).toBe(0);
    for (let n = 1; n < seconds.length - 1; n++) {
      const before = promise(n - 1);
      expect(promise(n).baseDecodeTime).toBe(before.baseDecodeTime + before.durationTicks);
    }
  }
});

test('only sound knows its initialisation section ahead', () => {
  expect(layOut(source, video).init).toBeUndefined();
  expect(layOut(source, audio).init!.toString('latin1', 4, 8)).toBe('ftyp');
});
