/** What viewers ask for is made at once, once, and not for nobody. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';
import { makeClip, readFrameNumbers } from '../support/clips.js';
import {
  assemble,
  complaints,
  countSegments,
  never,
  sourceOf,
  startEngine,
  type EngineWorld,
} from '../support/engine.js';

/** Not material for browsers, so everything is encoded. */
const MPEG4 = ['-c:v', 'mpeg4', '-q:v', '5', '-g', '50', '-bf', '2'];
const film = () =>
  makeClip({ name: 'film.mkv', seconds: 40, width: 240, height: 136, video: MPEG4, audio: ['-c:a', 'ac3'] });
const frames = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

let world: EngineWorld;
beforeEach(async () => {
  world = await startEngine();
});
afterEach(() => world.close());

/** Each picture takes as long to read as it is shown. */
const inRealTime = (args: string[]) => ['-re', ...args];
const encoders = ({ commands }: EngineWorld) => commands.filter((args) => args.includes('libx264'));

test('a segment in the middle is made without anything before it', async () => {
  const source = await sourceOf(await film());
  const init = await world.engine.init(source, 'v136', never);
  const segment = await world.engine.segment(source, 'v136', 12, never);
  expect(segment.toString('latin1', 4, 8)).toBe('moof');
  const { ranges } = world.store;
  const key = { generationId: 'g1', recipe: source.plan.recipe, renditionId: 'v136' };
  const [first] = (await ranges(key)).filter(([, last]) => last >= 12);
  expect(first![0]).toBe(12);
  expect(init.toString('latin1', 4, 8)).toBe('ftyp');
});

test('frame k is the same picture whoever made its segment, in whatever order', async () => {
  const source = await sourceOf(await film());
  const total = countSegments(source, 'v136');
  for (const n of [15, 3, 16, total - 1, 9]) await world.engine.segment(source, 'v136', n, never);
  const path = await assemble(world, source, 'v136');
  expect(await readFrameNumbers(path)).toEqual(frames(0, 1200));
  expect(await complaints(path)).toBe('');
  expect(await complaints(await assemble(world, source, 'a0'))).toBe('');
}, 60_000);

test('two who want the same missing segment cause one encoder', async () => {
  const source = await sourceOf(await film());
  const wishes = frames(0, 8).map(() => world.engine.segment(source, 'v136', 5, never));
  expect(new Set(await Promise.all(wishes)).size).toBe(1);
  expect(encoders(world)).toHaveLength(1);
});

test('a segment is handed over while its chunk is still being made', async () => {
  world.rewrite = inRealTime;
  const source = await sourceOf(await film());
  const first = await world.engine.segment(source, 'v136', 0, never);
  expect(first.length).toBeGreaterThan(100);
  const parts = await readdir(join(world.dataDir, 'renditions/parts'));
  expect(parts).toHaveLength(1);
  // Read again, from the chunk in the making.
  expect(await world.engine.segment(source, 'v136', 0, never)).toEqual(first);
});

test('a wish far ahead does not wait for an encoder that is far behind', async () => {
  world.rewrite = inRealTime;
  const source = await sourceOf(await film());
  void world.engine.segment(source, 'v136', 0, never).catch(() => {});
  await world.engine.segment(source, 'v136', 6, never);
  expect(encoders(world)).toHaveLength(2);
});

describe('an encoder that nobody waits for any more', () => {
  test('is killed after a moment of grace, and what was whole is kept', async () => {
    const clock = createFakeClock();
    await world.close();
    world = await startEngine({ clock });
    world.rewrite = inRealTime;
    const source = await sourceOf(await film());
    await world.engine.segment(source, 'v136', 4, never);
    const viewer = new AbortController();
    const wish = world.engine.segment(source, 'v136', 5, viewer.signal);
    viewer.abort();
    await expect(wish).rejects.toMatchObject({ code: 'aborted' });
    await clock.advance(2000);
    const folder = join(world.dataDir, 'renditions/g1', source.plan.recipe, 'v136');
    await expect.poll(() => readdir(folder)).toContainEqual(expect.stringMatching(/^000004-00000[45]\.m4s$/));
    await expect.poll(() => readdir(join(world.dataDir, 'renditions/parts'))).toEqual([]);
  });

  test('goes on when another still waits, or the next request comes at once', async () => {
    const clock = createFakeClock();
    await world.close();
    world = await startEngine({ clock });
    world.rewrite = inRealTime;
    const source = await sourceOf(await film());
    const viewer = new AbortController();
    const given = world.engine.segment(source, 'v136', 0, viewer.signal);
    const other = world.engine.segment(source, 'v136', 0, never);
    viewer.abort();
    await expect(given).rejects.toMatchObject({ code: 'aborted' });
    await clock.advance(5000);
    await other;
    const again = new AbortController();
    const second = world.engine.segment(source, 'v136', 1, again.signal);
    again.abort();
    await expect(second).rejects.toMatchObject({ code: 'aborted' });
    await clock.advance(1000);
    const third = world.engine.segment(source, 'v136', 1, never);
    await clock.advance(1000);
    await third;
    // Another one may be ahead already, in the next chunk; that seeks.
    expect(encoders(world).filter((args) => !args.includes('-ss'))).toHaveLength(1);
  });
});

test('who reads on is served ahead', async () => {
  const source = await sourceOf(await film());
  const { engine, store } = world;
  const key = { generationId: 'g1', recipe: source.plan.recipe, renditionId: 'v136' };
  for (const n of [4, 5]) await engine.segment(source, 'v136', n, never);
  // The first chunk ends with segment 6, at 12 s.
  const lastMade = async () => (await store.ranges(key)).at(-1)![1];
  await expect.poll(lastMade, { timeout: 20_000 }).toBeGreaterThan(8);
});

test('sound is made in the same way, sample-exact across its pieces', async () => {
  const source = await sourceOf(await film());
  const total = countSegments(source, 'a0');
  for (const n of [total - 1, 5, 0]) await world.engine.segment(source, 'a0', n, never);
  const path = await assemble(world, source, 'a0');
  expect(await complaints(path)).toBe('');
});

test('an encoder that was begun for want of anything better gives way to where the viewer looks', async () => {
  const clock = createFakeClock();
  await world.close();
  world = await startEngine({ clock });
  world.rewrite = inRealTime;
  const source = await sourceOf(await film());
  await world.engine.init(source, 'v136', never);
  const key = { generationId: 'g1', recipe: source.plan.recipe, renditionId: 'v136' };
  const wish = world.engine.segment(source, 'v136', 14, never);
  await clock.advance(2000);
  await wish;
  await expect.poll(async () => (await readdir(join(world.dataDir, 'renditions/parts'))).length).toBe(1);
  for (const [first] of await world.store.ranges(key)) expect([0, 14]).toContain(first);
  expect(encoders(world)).toHaveLength(2);
});
