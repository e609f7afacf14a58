/** The background: what it makes, in which order, what it says, and that it picks up where it stood. */
import { execFile } from 'node:child_process';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';
import { openIndex } from '../../server/media/index/index.js';
import type { Progress, RenderSource } from '../../server/render/index.js';
import { makeClip, readFrameNumbers } from '../support/clips.js';
import {
  assemble,
  complaints,
  countSegments,
  isOver,
  never,
  sourceOf,
  startEngine,
  whenProgress,
  type EngineWorld,
} from '../support/engine.js';

const run = promisify(execFile);
const MPEG4 = ['-c:v', 'mpeg4', '-q:v', '5', '-g', '50'];
const film = (seconds = 30) =>
  makeClip({ name: 'film.mkv', seconds, width: 240, height: 136, video: MPEG4, audio: ['-c:a', 'ac3'] });
/** Of a storyboard or a waveform. */
const isCompanion = (args: string[]) => /tile=|s16le/.test(args.join());
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

let world: EngineWorld;
beforeEach(async () => {
  world = await startEngine();
});
afterEach(() => world.close());

async function finish(source: RenderSource): Promise<Progress> {
  const over = whenProgress(world, source, isOver);
  world.engine.fill(source);
  return over;
}

async function chunkFiles(source: RenderSource, id: string): Promise<Map<string, number>> {
  const folder = join(world.dataDir, 'renditions', source.generationId, source.plan.recipe, id);
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.m4s'));
  const entries = names.map(async (name) => [name, (await stat(join(folder, name))).mtimeMs] as const);
  return new Map(await Promise.all(entries));
}

test('makes everything eager, exactly as planned, and says so', async () => {
  const source = await sourceOf(await film(), { heights: [136, 96] });
  const told: Progress[] = [];
  world.engine.onProgress((_, progress) => told.push(progress));
  expect(await finish(source)).toEqual({ state: 'complete', fraction: 1 });
  expect(world.engine.progress('g1')).toEqual({ state: 'complete', fraction: 1 });
  expect(told.map(({ state }) => state)).toContain('rendering');
  const fractions = told.map(({ fraction }) => fraction);
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));

  const commands = world.commands.length;
  for (const id of ['v136', 'v96']) {
    const path = await assemble(world, source, id);
    expect(await readFrameNumbers(path)).toEqual(numbers(900));
    expect(await complaints(path)).toBe('');
  }
  expect(await complaints(await assemble(world, source, 'a0'))).toBe('');
  expect(world.commands).toHaveLength(commands);
});

test('a beginning of each kind, then what is shown beside it, then all pictures of one decoding', async () => {
  await world.close();
  world = await startEngine({ concurrency: 1 });
  const source = await sourceOf(await film(), { heights: [136, 96] });
  await finish(source);
  const kinds = world.commands.map((args) => {
    const scales = args.join(' ').matchAll(/scale=\d+:(\d+)/g);
    const heights = [...scales].map(([, height]) => height).join('+');
    if (args.includes('mjpeg')) return args.join().includes('tile=') ? 'storyboard' : 'poster';
    return args.includes('s16le') ? 'waveform' : args.includes('adts') ? 'sound' : heights;
  });
  const beginning = ['96', 'sound', 'poster', 'storyboard', 'waveform'];
  expect(kinds).toEqual([...beginning, '136', '96+136', '96+136']);
});

test('reports what exists and measures what is finished', async () => {
  const source = await sourceOf(await film());
  expect(await world.engine.measured(source)).toEqual({});
  const before = await world.engine.report(source);
  expect(before.map(({ id, segmentsReady }) => [id, segmentsReady])).toEqual([
    ['v136', 0],
    ['a0', 0],
  ]);
  await finish(source);
  const sizes: number[] = [];
  for (let n = 0; n < countSegments(source, 'v136'); n++) {
    sizes.push((await world.engine.segment(source, 'v136', n, never)).length);
  }
  const total = sizes.reduce((a, b) => a + b);
  const [video] = await world.engine.report(source);
  expect(video).toEqual({
    ...{ id: 'v136', method: 'encode', sizeBytes: total },
    ...{ segmentsReady: sizes.length, segmentsTotal: sizes.length },
  });
  const { v136, a0 } = await world.engine.measured(source);
  expect(v136!.averageBandwidthBps).toBe(Math.ceil((total * 8) / 30));
  expect(v136!.bandwidthBps).toBeGreaterThanOrEqual(v136!.averageBandwidthBps);
  expect(a0!.averageBandwidthBps).toBeGreaterThan(50_000);
});

test('after a restart nothing is made again, and only what is missing is made', async () => {
  const source = await sourceOf(await film());
  await whenSegment(source, 'v136');
  world = await world.restart();
  const before = await chunkFiles(source, 'v136');
  expect(before.size).toBeGreaterThan(0);
  await finish(source);
  const after = await chunkFiles(source, 'v136');
  for (const [name, mtimeMs] of before) expect(after.get(name)).toBe(mtimeMs);
  expect(await readFrameNumbers(await assemble(world, source, 'v136'))).toEqual(numbers(900));

  world = await world.restart();
  expect(await finish(source)).toEqual({ state: 'complete', fraction: 1 });
  expect(world.commands).toEqual([]);
  expect((await world.engine.poster(source, never))!.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));

  async function whenSegment(of: RenderSource, id: string) {
    world.engine.fill(of);
    while ((await chunkFiles(of, id)).size === 0) {
      await whenProgress(world, of, ({ fraction }) => fraction > 0);
      await new Promise(setImmediate);
    }
  }
});

test('a chunk that was damaged on the disk is made again when it is asked for', async () => {
  const source = await sourceOf(await film(10));
  await finish(source);
  const good = await world.engine.segment(source, 'v136', 0, never);
  world = await world.restart();
  const folder = join(world.dataDir, 'renditions/g1', source.plan.recipe, 'v136');
  const [name] = (await readdir(folder)).filter((one) => one.endsWith('.m4s'));
  const bytes = await readFile(join(folder, name!));
  bytes[200]! ^= 0xff;
  await writeFile(join(folder, name!), bytes);
  const again = await world.engine.segment(source, 'v136', 0, never);
  expect(again.subarray(0, 100)).toEqual(good.subarray(0, 100));
  expect(await readFrameNumbers(await assemble(world, source, 'v136'))).toEqual(numbers(300));
});

test('a proof that fails removes what is wrong and makes it once more', async () => {
  await world.close();
  let isForged = true;
  // On the first look one segment is another one, whole and with a right checksum.
  world = await startEngine({
    store: (real) => ({
      read: (key, n) => real.read(key, isForged && key.renditionId === 'v136' && n === 1 ? 0 : n),
      discard(key, n) {
        isForged = false;
        return real.discard(key, n);
      },
    }),
  });
  const source = await sourceOf(await film(10));
  expect(await finish(source)).toEqual({ state: 'complete', fraction: 1 });
  expect(isForged).toBe(false);
  expect(await readFrameNumbers(await assemble(world, source, 'v136'))).toEqual(numbers(300));
});

test('small files do not wait for a large one', async () => {
  await world.close();
  world = await startEngine({ concurrency: 1 });
  const large = await sourceOf(await film(60), { generationId: 'large' });
  const small = await sourceOf(await film(10), { generationId: 'small' });
  const over: string[] = [];
  world.engine.onProgress((id, progress) => isOver(progress) && over.push(id));
  const done = whenProgress(world, large, isOver);
  world.engine.fill(large);
  world.engine.fill(small);
  await done;
  expect(over).toEqual(['small', 'large']);
});

test('a file that is only copied needs no more than its poster', async () => {
  const source = await sourceOf(await makeClip({ seconds: 4 }));
  expect(await finish(source)).toEqual({ state: 'complete', fraction: 1 });
  expect(world.commands.filter((args) => !isCompanion(args))).toHaveLength(1);
});

test('what plays by itself is left alone for a moment when it is new: its first viewer has the machine', async () => {
  await world.close();
  const clock = createFakeClock();
  world = await startEngine({ clock });
  const source = await sourceOf(await makeClip({ seconds: 4 }));
  const over = whenProgress(world, source, isOver);
  world.engine.fill(source, await openIndex(await source.locate(), source.info));
  await world.engine.segment(source, 'src', 0, never);
  await clock.advance(1999);
  expect(world.commands).toHaveLength(0);
  await clock.advance(1);
  expect((await over).state).toBe('complete');
  expect(world.commands.filter((args) => !isCompanion(args))).toHaveLength(1);
});

test('what is only made on demand is left alone', async () => {
  const source = await sourceOf(await makeClip({ seconds: 4 }), { heights: [200, 136] });
  await finish(source);
  expect((await chunkFiles(source, 'v200')).size).toBe(0);
  expect((await chunkFiles(source, 'v136')).size).toBe(1);
  expect(await readFrameNumbers(await assemble(world, source, 'v200'))).toEqual(numbers(120));
});

test('a song gets its cover, a recording without one has no picture', async () => {
  const cover = join(world.dataDir, 'cover.png');
  await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'color=red:s=300x300', '-frames:v', '1', cover]);
  const plain = await makeClip({ name: 'song.flac', video: false, audio: ['-c:a', 'flac'], seconds: 9 });
  const song = join(world.dataDir, 'song.mp3');
  const attach = ['-map', '0:a', '-map', '1:v', '-c:v', 'copy', '-disposition:v', 'attached_pic'];
  await run('ffmpeg', ['-v', 'error', '-i', plain, '-i', cover, ...attach, song]);

  const source = await sourceOf(song);
  expect(await finish(source)).toEqual({ state: 'complete', fraction: 1 });
  expect((await world.engine.poster(source, never))!.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
  expect(await complaints(await assemble(world, source, 'a0'))).toBe('');
  const bare = await sourceOf(plain, { generationId: 'g2' });
  expect(await finish(bare)).toEqual({ state: 'complete', fraction: 1 });
  expect(await world.engine.poster(bare, never)).toBeUndefined();
});

test('captions are made whole, once, for all who ask', async () => {
  const subs = join(world.dataDir, 'subs.srt');
  await writeFile(subs, '1\n00:00:01,000 --> 00:00:02,000\nHello\n');
  const path = join(world.dataDir, 'subbed.mkv');
  await run('ffmpeg', ['-v', 'error', '-i', await film(10), '-i', subs, '-c', 'copy', '-c:s', 'srt', path]);
  const source = await sourceOf(path);
  const { engine } = world;
  const texts = await Promise.all([1, 2, 3].map(() => engine.captions(source, 's0', never)));
  expect(String(texts[0])).toMatch(/^WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n[^]*Hello/);
  await engine.captions(source, 's0', never);
  expect(world.commands).toHaveLength(1);
});
