/** What is made for a range is made once, kept for those who come later, and goes when nobody wants it any more. */
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFakeClock, type FakeClock } from '../../../server/base/clock.js';
import { layoutClip } from '../../../server/media/clip/index.js';
import type { ClipFile, RenderSource } from '../../../server/render/model.js';
import { makeClip } from '../../support/clips.js';
import { never, sourceOf, startEngine, type EngineWorld } from '../../support/engine.js';

const RANGE = { startMs: 1500, endMs: 4700 };
const HOUR_MS = 3600_000;
let clock: FakeClock;
let world: EngineWorld;
let source: RenderSource;
beforeEach(async () => {
  clock = createFakeClock();
  world = await startEngine({ clock });
  source = await sourceOf(await makeClip({ seconds: 6 }));
});
afterEach(() => world.close());

const clips = () => world.engine.clips;
const kept = () => readdir(join(world.dataDir, 'renditions/g1/clips')).catch(() => []);
const encoders = () => world.commands.filter((args) => args.includes('libx264') || args.includes('adts'));
const whole = async (file: ClipFile, from = 0, to = file.sizeBytes) => {
  const parts: Buffer[] = [];
  for await (const part of file.read(from, to, never)) parts.push(part);
  return Buffer.concat(parts);
};

test('all who ask for the same edge at the same time or later share one encoder', async () => {
  const ask = () => clips().segment(source, RANGE, 'src', 0, never);
  const [first, second] = await Promise.all([ask(), ask()]);
  expect(second).toEqual(first);
  expect(await ask()).toEqual(first);
  await clips().init(source, RANGE, 'src', 'head', never);
  expect(encoders()).toHaveLength(1);
  world = await world.restart();
  expect(await clips().segment(source, RANGE, 'src', 0, never)).toEqual(first);
  expect(encoders()).toHaveLength(0);
});

test('an encoder that nobody waits for any more is killed, and leaves nothing', async () => {
  world.rewrite = (args) => (args.includes('libx264') ? ['-re', ...args] : args);
  const asker = new AbortController();
  const wish = clips().segment(source, { startMs: 10, endMs: 5990 }, 'src', 0, asker.signal);
  await expect.poll(() => encoders().length).toBe(1);
  asker.abort();
  await expect(wish).rejects.toMatchObject({ code: 'aborted' });
  await world.engine.close();
  expect(await kept()).toEqual([]);
});

test('what lies on keyframes costs nothing and keeps nothing', async () => {
  const range = { startMs: 0, endMs: 6000 };
  const { renditions } = layoutClip(source.plan, source.info, range);
  const pieces = renditions.flatMap((one) => (one.kind === 'video' ? one.pieces : []));
  expect(pieces.map(({ kind }) => kind)).toEqual(pieces.map(() => 'parent'));
  await clips().segment(source, range, 'src', 0, never);
  expect(encoders()).toEqual([]);
  expect(await kept()).toEqual([]);
});

describe('what is kept of a range', () => {
  test('goes with the range, and is made anew for who asks again', async () => {
    const first = await clips().segment(source, RANGE, 'src', 0, never);
    await clips().segment(source, { startMs: 100, endMs: 900 }, 'src', 0, never);
    await clips().forget('g1', RANGE);
    expect(await kept()).toEqual(['100-900']);
    expect(await clips().segment(source, RANGE, 'src', 0, never)).toEqual(first);
  });

  test('stays while somebody refers to it, or has asked for it within hours', async () => {
    const other = { startMs: 100, endMs: 900 };
    for (const range of [RANGE, other]) await clips().segment(source, range, 'src', 0, never);
    await clock.advance(5 * HOUR_MS);
    await clips().poster(source, other, never);
    await clips().sweep('g1', []);
    expect((await kept()).sort()).toEqual(['100-900', '1500-4700']);
    await clock.advance(2 * HOUR_MS);
    await clips().sweep('g1', []);
    expect(await kept()).toEqual(['100-900']);
    await clock.advance(20 * HOUR_MS);
    await clips().sweep('g1', [other]);
    expect(await kept()).toEqual(['100-900']);
    // Nobody refers to it from here on: its hours begin.
    await clips().sweep('g1', []);
    await clock.advance(7 * HOUR_MS);
    await clips().sweep('g1', []);
    expect(await kept()).toEqual([]);
  });

  test('of an earlier process counts as just asked for', async () => {
    await clips().segment(source, RANGE, 'src', 0, never);
    world = await world.restart();
    await clips().sweep('g1', []);
    expect(await kept()).toEqual(['1500-4700']);
    await clock.advance(7 * HOUR_MS);
    await clips().sweep('g1', []);
    expect(await kept()).toEqual([]);
  });

  test('goes with the generation', async () => {
    await clips().segment(source, RANGE, 'src', 0, never);
    await world.engine.forget('g1');
    await expect(access(join(world.dataDir, 'renditions/g1'))).rejects.toThrow('ENOENT');
  });
});

describe('a download', () => {
  test('is the same bytes in one go, in parts, later and after a restart', async () => {
    const file = await clips().download(source, RANGE, never);
    expect(file.contentType).toBe('video/mp4');
    const bytes = await whole(file);
    expect(bytes.length).toBe(file.sizeBytes);
    for (const [from, to] of [
      [0, 1],
      [700, 900],
      [file.sizeBytes - 1, file.sizeBytes],
      [3000, 40_000],
    ] as const)
      expect(await whole(file, from, to)).toEqual(bytes.subarray(from, to));
    world = await world.restart();
    expect(await whole(await clips().download(source, RANGE, never))).toEqual(bytes);
    expect(encoders()).toEqual([]);
  });

  test('stops where a piece is another than was told', async () => {
    const file = await clips().download(source, RANGE, never);
    await world.store.writeBlob(
      'g1',
      `clips/1500-4700/${source.plan.recipe}/src/0.m4s`,
      await world.engine.segment(source, 'src', 0, never),
    );
    await expect(whole(file)).rejects.toMatchObject({ code: 'render-failed' });
  });

  test('of a song is an M4A', async () => {
    const song = await sourceOf(
      await makeClip({ name: 'song.mp3', video: false, audio: ['-c:a', 'libmp3lame'] }),
    );
    const file = await clips().download(song, { startMs: 300, endMs: 2000 }, never);
    expect(file.contentType).toBe('audio/mp4');
    expect((await whole(file)).toString('latin1', 4, 12)).toBe('ftypM4A ');
  });
});

test('an initialisation section tells nothing of how long the parent is, or when it was made', async () => {
  const longer = await sourceOf(await makeClip({ seconds: 11 }), { generationId: 'g2' });
  for (const id of ['src', 'a0'])
    expect(await clips().init(source, { startMs: 0, endMs: 2500 }, id, 'parent', never)).toEqual(
      await clips().init(longer, { startMs: 1000, endMs: 9000 }, id, 'parent', never),
    );
});

test.each([
  [{ startMs: 5, endMs: 5 }, 'nothing'],
  [{ startMs: 9, endMs: 3 }, 'backwards'],
  [{ startMs: -1, endMs: 3 }, 'before the beginning'],
  [{ startMs: 6000, endMs: 7000 }, 'behind the end'],
  [{ startMs: NaN, endMs: 7000 }, 'no number'],
  [{ startMs: 1.5, endMs: 7000 }, 'no whole milliseconds'],
  [{ startMs: 1001, endMs: 1010 }, 'between two pictures'],
])('a range is refused: %o (%s)', async (range) => {
  await expect(clips().segment(source, range, 'src', 0, never)).rejects.toMatchObject({ code: 'invalid' });
  await expect(clips().download(source, range, never)).rejects.toMatchObject({ code: 'invalid' });
  expect(await kept()).toEqual([]);
});

test.each([
  ['src', 99, 'a piece that is not there'],
  ['src', -1, 'a piece before the first'],
  ['v999', 0, 'a rendition that is not there'],
])('nothing is found: %s/%i (%s)', async (id, k) => {
  await expect(clips().segment(source, RANGE, id, k, never)).rejects.toMatchObject({ code: 'not-found' });
});
