/** From pictures to whole milliseconds and back. */
import { expect, test } from 'vitest';

interface Frames {
  snap(ms: number): number;
  step(ms: number, count: number): number;
  shownAt(seconds: number, beganSeconds?: number): { startMs: number; endMs: number };
  lookAt(ms: number, isEnd: boolean): number;
}
type CreateFrames = (options: {
  durationMs: number;
  frameRate: number | undefined;
  isSteady: boolean;
  delayMs: number;
}) => Frames;

/** It has no types, as it is no part of the program. */
const script: string = '../../../views/public/clip-frames.js';
const { createFrames } = (await import(script)) as { createFrames: CreateFrames };

const film = (more: object = {}) =>
  createFrames({ durationMs: 7_200_000, frameRate: 30_000 / 1001, isSteady: true, delayMs: 0, ...more });

test('two hours of steps of one picture, on and back, lose nothing', () => {
  const frames = film();
  let ms = 0;
  for (let n = 1; n <= 215_000; n++) {
    ms = frames.step(ms, 1);
    expect(ms).toBe(Math.round((n * 1001) / 30));
  }
  for (let n = 215_000; n > 0; n--) ms = frames.step(ms, -1);
  expect(ms).toBe(0);
});

test('the picture that is shown is the first of a clip, or the last: from its own beginning to that of the next', () => {
  const frames = film({ frameRate: 30 });
  expect(frames.shownAt(40.5 / 30)).toEqual({ startMs: 1333, endMs: 1367 });
  expect(frames.shownAt(40 / 30)).toEqual({ startMs: 1333, endMs: 1367 });
  // What the browser tells counts for more than the clock.
  expect(frames.shownAt(41.2 / 30, 40 / 30)).toEqual({ startMs: 1333, endMs: 1367 });
  expect(film({ frameRate: 30, delayMs: 500 }).shownAt(0.55)).toEqual({ startMs: 533, endMs: 567 });
});

test('handles come to rest where pictures begin, or at the very end', () => {
  const frames = film({ frameRate: 30, durationMs: 9011 });
  expect([1340, 1349, 1351, 8995, 9000].map((ms) => frames.snap(ms))).toEqual([1333, 1333, 1367, 9011, 9011]);
  expect(frames.step(9011, -1)).toBe(9000);
  expect(frames.step(9000, 1)).toBe(9011);
  expect(frames.step(0, -1)).toBe(0);
});

test('what was typed between two pictures goes to the next one, not past it', () => {
  const frames = film({ frameRate: 30 });
  expect([frames.step(1350, 1), frames.step(1350, -1)]).toEqual([1367, 1333]);
});

test('a sound goes by 10 ms, and what has no steady rate by about a picture', () => {
  const sound = film({ frameRate: undefined, isSteady: false });
  expect([sound.step(6010, 1), sound.snap(6012.4), sound.shownAt(5).startMs]).toEqual([6020, 6012, 5000]);
  const uneven = film({ frameRate: 25, isSteady: false });
  expect([uneven.step(1001, 1), uneven.snap(1003)]).toEqual([1041, 1003]);
});

test('one looks into the middle of pictures', () => {
  const frames = film({ frameRate: 25 });
  expect([frames.lookAt(1000, false), frames.lookAt(1000, true)]).toEqual([1.02, 0.98]);
});
