/** What can go wrong does so cleanly: refused or told, tried again where that helps, nothing left behind. */
import { renameSync } from 'node:fs';
import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';
import { AppError } from '../../server/base/errors.js';
import type { RenderSource } from '../../server/render/index.js';
import { makeClip, readFrameNumbers } from '../support/clips.js';
import {
  assemble,
  isOver,
  never,
  sourceOf,
  startEngine,
  whenProgress,
  type EngineWorld,
} from '../support/engine.js';

const MPEG4 = ['-c:v', 'mpeg4', '-q:v', '5', '-g', '50'];
const film = () =>
  makeClip({ name: 'film.mkv', seconds: 30, width: 240, height: 136, video: MPEG4, audio: ['-c:a', 'ac3'] });

let world: EngineWorld;
beforeEach(async () => {
  world = await startEngine();
});
afterEach(() => world.close());

const isVideo = (args: string[]) => args.includes('libx264');
const inRealTime = (args: string[]) => ['-re', ...args];
const partsOf = () => readdir(join(world.dataDir, 'renditions/parts'));

/** Fewer frames than were asked for. */
function cutShort(args: string[]): string[] {
  const at = args.indexOf('-frames:v') + 1;
  return args.with(at, String(Number(args[at]) - 40));
}

test('a chunk that breaks once is made again, and nobody notices', async () => {
  let broken = 0;
  world.rewrite = (args) => (isVideo(args) && broken++ === 0 ? ['-nonsense', ...args] : args);
  const source = await sourceOf(await film());
  await world.engine.segment(source, 'v136', 0, never);
  world.engine.fill(source);
  expect(await whenProgress(world, source, isOver)).toEqual({ state: 'complete', fraction: 1 });
});

test('a file that is moved away while its poster is made gets one all the same', async () => {
  let path = join(world.dataDir, 'arrived.mkv');
  await copyFile(await film(), path);
  const source = await sourceOf(path);
  world.rewrite = (args) => {
    if (path.endsWith('arrived.mkv')) renameSync(path, (path = join(world.dataDir, 'sorted.mkv')));
    return args;
  };
  const poster = await world.engine.poster({ ...source, locate: async () => path }, never);
  expect(poster?.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
});

test('a chunk that breaks twice is refused from there, told in one sentence, and the rest is made', async () => {
  // The second chunk lasts from 4 to 24 s; whatever begins in it breaks off.
  const seekOf = (args: string[]) => (args.includes('-ss') ? Number(args[args.indexOf('-ss') + 1]) : 0);
  world.rewrite = (args) => (isVideo(args) && seekOf(args) > 0 && seekOf(args) < 24 ? cutShort(args) : args);
  const source = await sourceOf(await film());
  world.engine.fill(source);
  const progress = await whenProgress(world, source, isOver);
  expect(progress).toMatchObject({ state: 'failed' });
  expect(progress.fraction).toBeLessThan(1);
  expect(progress.reason).toMatch(/^Rendering failed at \d+ s: .*frames are missing\.$/);
  await world.engine.segment(source, 'v136', 0, never);
  await expect(world.engine.segment(source, 'v136', 12, never)).rejects.toMatchObject({
    code: 'render-failed',
  });
  await world.engine.segment(source, 'v136', 13, never);
  expect(await world.engine.measured(source)).not.toHaveProperty('v136');
  expect(await partsOf()).toEqual([]);
});

test('pictures that do not keep the promised codec are not served', async () => {
  world.rewrite = (args) => args.map((arg) => (arg === 'high' ? 'baseline' : arg));
  const source = await sourceOf(await film());
  await expect(world.engine.init(source, 'v136', never)).rejects.toMatchObject({ code: 'render-failed' });
  await expect(world.engine.segment(source, 'v136', 0, never)).rejects.toMatchObject({
    code: 'render-failed',
  });
});

test('when the encoder’s parameters have changed, the unfinished rendition is begun anew', async () => {
  const source = await sourceOf(await film());
  await world.engine.segment(source, 'v136', 0, never);
  const before = await world.engine.init(source, 'v136', never);
  world = await world.restart();
  world.rewrite = (args) => args.map((arg) => (arg.startsWith('stitchable=1') ? `${arg}:ref=3` : arg));
  await world.engine.segment(source, 'v136', 10, never);
  const after = await world.engine.init(source, 'v136', never);
  expect(after.equals(before)).toBe(false);
  const frames = await readFrameNumbers(await assemble(world, source, 'v136'));
  expect(frames).toEqual(Array.from({ length: 900 }, (_, i) => i));
});

test('an encoder that gives nothing for a minute is killed and tried once more', async () => {
  const clock = createFakeClock();
  await world.close();
  world = await startEngine({ clock });
  const source = await sourceOf(await film());
  let started!: () => void;
  const begun = new Promise<void>((resolve) => (started = resolve));
  let hangs = 0;
  // Waits for a pipe that nobody ever writes to.
  world.rewrite = (args) => {
    if (!isVideo(args) || hangs++ > 0) return args;
    started();
    return ['-f', 'matroska', '-i', 'pipe:0', '-f', 'null', '-'];
  };
  const wish = world.engine.segment(source, 'v136', 0, never);
  await begun;
  await clock.advance(61_000);
  expect((await wish).length).toBeGreaterThan(100);
  expect(hangs).toBe(2);
});

test('without enough space nothing is rendered, and it goes on by itself', async () => {
  const clock = createFakeClock();
  await world.close();
  let free = 10;
  world = await startEngine({ clock, minFreeBytes: 1000, store: () => ({ freeBytes: async () => free }) });
  const source = await sourceOf(await film());
  await expect(world.engine.segment(source, 'v136', 0, never)).rejects.toMatchObject({ code: 'no-space' });
  world.engine.fill(source);
  const paused = await whenProgress(world, source, ({ state }) => state === 'paused');
  expect(paused.reason).toMatch(/free space/);
  expect(world.commands).toEqual([]);
  free = 1e9;
  const over = whenProgress(world, source, isOver);
  await clock.advance(15_000);
  expect(await over).toEqual({ state: 'complete', fraction: 1 });
});

test('a disk that fills up in the middle loses the chunk in the making, nothing else', async () => {
  const clock = createFakeClock();
  await world.close();
  let isFull = true;
  const noSpace = () => new AppError('no-space', 'The disk is full.');
  world = await startEngine({
    clock,
    store: (real) => ({
      async write(key, first) {
        const writer = await real.write(key, first);
        return {
          ...writer,
          append: (bytes) =>
            isFull && key.renditionId === 'v136' && first > 0
              ? Promise.reject(noSpace())
              : writer.append(bytes),
        };
      },
    }),
  });
  const source = await sourceOf(await film());
  await world.engine.segment(source, 'v136', 0, never);
  await expect(world.engine.segment(source, 'v136', 8, never)).rejects.toMatchObject({ code: 'no-space' });
  expect(await partsOf()).not.toContainEqual(expect.stringContaining('v136'));
  isFull = false;
  await clock.advance(30_000);
  world.engine.fill(source);
  expect(await whenProgress(world, source, isOver)).toEqual({ state: 'complete', fraction: 1 });
});

test('an original that is not in its place is refused; the background waits for it', async () => {
  const clock = createFakeClock();
  await world.close();
  world = await startEngine({ clock });
  const planned = await sourceOf(await film());
  let isGone = true;
  const source: RenderSource = {
    ...planned,
    async locate() {
      if (isGone) throw new AppError('source-missing', 'The original is not in its place.');
      return planned.locate();
    },
  };
  await expect(world.engine.segment(source, 'v136', 0, never)).rejects.toMatchObject({
    code: 'source-missing',
  });
  await expect(world.engine.poster(source, never)).rejects.toMatchObject({ code: 'source-missing' });
  world.engine.fill(source);
  const paused = await whenProgress(world, source, ({ state }) => state === 'paused');
  expect(paused.reason).toBe('The original is not in its place.');
  isGone = false;
  const over = whenProgress(world, source, isOver);
  await clock.advance(31_000);
  expect(await over).toEqual({ state: 'complete', fraction: 1 });
});

test('an original that changes while it is read leaves no trace', async () => {
  const planned = await sourceOf(await film());
  let asked = 0;
  const source: RenderSource = {
    ...planned,
    async locate() {
      if (asked++ > 0) throw new AppError('source-changed', 'The original has changed.');
      return planned.locate();
    },
  };
  await world.engine.segment(source, 'v136', 0, never);
  const key = { generationId: 'g1', recipe: source.plan.recipe, renditionId: 'v136' };
  await expect.poll(() => world.store.ranges(key)).toEqual([]);
});

test('forgetting ends the work and removes everything', async () => {
  world.rewrite = inRealTime;
  const source = await sourceOf(await film());
  world.engine.fill(source);
  await world.engine.segment(source, 'v136', 0, never);
  const wish = world.engine.segment(source, 'v136', 6, never);
  const refused = expect(wish).rejects.toMatchObject({ code: 'busy' });
  await world.engine.forget('g1');
  await refused;
  expect(world.engine.progress('g1')).toBeUndefined();
  expect(await readdir(join(world.dataDir, 'renditions'))).toEqual(['parts']);
  expect(await partsOf()).toEqual([]);
  await expect(world.engine.segment(source, 'v136', 0, never)).rejects.toMatchObject({ code: 'not-found' });
});

test('closing kills every encoder, keeps what is whole and leaves nothing half', async () => {
  world.rewrite = inRealTime;
  const source = await sourceOf(await film());
  world.engine.fill(source);
  await world.engine.segment(source, 'v136', 0, never);
  const wish = world.engine.segment(source, 'v136', 10, never);
  const refused = expect(wish).rejects.toMatchObject({ code: 'busy' });
  await world.engine.close();
  await refused;
  expect(await partsOf()).toEqual([]);
  const key = { generationId: 'g1', recipe: source.plan.recipe, renditionId: 'v136' };
  expect((await world.store.ranges(key))[0]![0]).toBe(0);
  await expect(world.engine.segment(source, 'v136', 0, never)).rejects.toMatchObject({ code: 'busy' });
});
