/** What the tiles of a storyboard show, for each way of drawing it. */
import { execFileSync } from 'node:child_process';
import { copyFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { layoutStoryboard, momentOf } from '../../server/media/storyboard/index.js';
import type { ClipRange } from '../../server/media/clip/index.js';
import { convertClip, makeClip } from '../support/clips.js';
import { never, sourceOf, startEngine, type EngineWorld } from '../support/engine.js';
import { cutTile, decodeSheet, readTiles } from '../support/tiles.js';

const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '23', '-pix_fmt', 'yuv420p'];

let world: EngineWorld;
beforeAll(async () => {
  world = await startEngine();
});
afterAll(() => world.close());

let generations = 0;
async function draw(path: string, range?: ClipRange) {
  const source = await sourceOf(path, { generationId: `g${generations++}` });
  const begun = world.commands.length;
  const sheet = await world.engine.companion(source, 'storyboard.jpg', range, never);
  const layout = layoutStoryboard(source.info, range)!;
  return { sheet: sheet!, layout, programs: world.commands.length - begun };
}

test.each(['indexed.mp4', 'indexed.mkv'])(
  '%s: keyframes that the index picks, by one program',
  async (name) => {
    const path = await makeClip({ name, seconds: 30, video: [...X264, '-g', '30'] });
    const { sheet, layout, programs } = await draw(path);
    expect(decodeSheet(sheet)).toMatchObject({ width: 1600, height: 180 });
    // A keyframe every second; the middle of each two seconds is one.
    expect(readTiles(sheet, layout)).toEqual(Array.from({ length: 15 }, (_, n) => 30 + 60 * n));
    expect(programs).toBe(1);

    const part = await draw(path, { startMs: 10_500, endMs: 16_500 });
    const shown = readTiles(part.sheet, part.layout);
    expect(shown).toHaveLength(3);
    for (const number of shown) expect(number).toSatisfy((n: number) => n >= 315 && n < 495 && n % 30 === 0);
  },
);

test('where keyframes are rare, the very moments, and none from outside a part', async () => {
  const path = await makeClip({ seconds: 10, video: [...X264, '-g', '300'] });
  const whole = await draw(path);
  expect(readTiles(whole.sheet, whole.layout)).toEqual([29, 89, 149, 209, 269].map(near));
  const part = await draw(path, { startMs: 3000, endMs: 7000 });
  expect(readTiles(part.sheet, part.layout)).toEqual([119, 179].map(near));
  expect(part.programs).toBe(1);
  // One picture only, and the one before lies outside.
  const brief = await draw(path, { startMs: 5010, endMs: 5040 });
  expect(readTiles(brief.sheet, brief.layout)).toEqual([151]);

  function near(number: number): unknown {
    return expect.toSatisfy((n: number) => Math.abs(n - number) <= 1);
  }
});

test('tile by tile where a large source has no index of its keyframes', async () => {
  const video = ['-c:v', 'mpeg4', '-q:v', '3', '-g', '4'];
  const size = { width: 3840, height: 2160 };
  const path = await makeClip({
    name: 'large.avi',
    ...size,
    seconds: 20,
    frameRate: '1',
    video,
    audio: false,
  });
  const { sheet, layout, programs } = await draw(path, { startMs: 3000, endMs: 20_000 });
  const shown = readTiles(sheet, layout);
  expect(programs).toBeGreaterThan(shown.length);
  // The keyframe before; of the first, whose keyframe lies before the part, the one behind.
  const before = shown.map((_, n) => 4 * Math.floor((momentOf(layout, n) + 0.5) / 4));
  expect(shown).toEqual(before.map((number) => Math.max(4, number)));
});

test('is upright, as players show it', async () => {
  const upright = await makeClip({ seconds: 4, video: [...X264, '-g', '30'] });
  for (const turn of ['90', '180', '270']) {
    const output = ['-c', 'copy', '-metadata:s:v', `rotate=${turn}`];
    const path = await convertClip(upright, `turned-${turn}.mov`, output);
    const { sheet, layout, programs } = await draw(path);
    expect(programs).toBe(1);
    const { tileWidth, tileHeight } = layout;
    expect([tileWidth, tileHeight]).toEqual(turn === '180' ? [160, 90] : [90, 160]);
    const size = `scale=${tileWidth}:${tileHeight}:flags=area,format=gray`;
    // ffmpeg turns by itself what it reads from the file.
    const seen = execFileSync('ffmpeg', [
      ...['-v', 'error', '-ss', '1', '-i', path, '-frames:v', '1', '-vf', size],
      ...['-f', 'rawvideo', 'pipe:1'],
    ]);
    const tile = cutTile(sheet, layout, 0);
    const difference = tile.reduce((sum, value, i) => sum + Math.abs(value - seen[i]!), 0) / tile.length;
    expect(difference).toBeLessThan(6);
  }
});

test('of a file that is being rewritten is refused, not drawn from what lies there now', async () => {
  const path = join(world.dataDir, 'rewritten.mp4');
  await copyFile(await makeClip({ seconds: 30, video: [...X264, '-g', '30'] }), path);
  const source = await sourceOf(path, { generationId: 'rewritten' });
  // Its index is open from now on.
  await world.engine.segment(source, 'src', 0, never);
  await utimes(path, 1, 1);
  const drawn = world.engine.companion(source, 'storyboard.jpg', undefined, never);
  await expect(drawn).rejects.toMatchObject({ code: 'source-changed' });
});
