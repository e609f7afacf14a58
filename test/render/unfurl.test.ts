/** The beginning of a video, as chats show it. */
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClipRange } from '../../server/media/clip/index.js';
import { makeClip, readFrameNumbers } from '../support/clips.js';
import { never, sourceOf, startEngine, type EngineWorld } from '../support/engine.js';

let world: EngineWorld;
beforeAll(async () => {
  world = await startEngine();
});
afterAll(() => world.close());

let count = 0;
async function unfurl(path: string, range?: ClipRange) {
  const source = await sourceOf(path, { generationId: `g${count++}` });
  const bytes = await world.engine.companion(source, 'unfurl.mp4', range, never);
  const kept = join(world.dataDir, `${count}.mp4`);
  await writeFile(kept, bytes!);
  const fields = ['-show_entries', 'format=duration:stream=codec_name,width,height,pix_fmt', '-of', 'json'];
  const told = execFileSync('ffprobe', ['-v', 'error', ...fields, kept], { encoding: 'utf8' });
  return {
    bytes: bytes!,
    path: kept,
    ...(JSON.parse(told) as { format: { duration: string }; streams: object[] }),
  };
}

test('is a small MP4 of thirty seconds at most, which plays from its first bytes on', async () => {
  const noisy = { width: 1440, height: 810, filter: 'noise=alls=60:allf=t' };
  const { bytes, format, streams } = await unfurl(
    await makeClip({ name: 'long.mkv', seconds: 32, ...noisy }),
  );
  expect(streams).toEqual([
    { codec_name: 'h264', width: 640, height: 360, pix_fmt: 'yuv420p' },
    { codec_name: 'aac' },
  ]);
  expect(Number(format.duration)).toBeCloseTo(30, 1);
  expect(bytes.length).toBeLessThan(8_000_000);
  expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
});

test('of a clip shows the clip and nothing else', async () => {
  const { path, format } = await unfurl(await makeClip({ seconds: 8 }), { startMs: 2100, endMs: 4100 });
  expect(Number(format.duration)).toBeCloseTo(2, 1);
  const shown = await readFrameNumbers(path);
  expect(shown[0]).toBeGreaterThanOrEqual(63);
  expect(shown.at(-1)).toBeLessThan(123);
  expect(shown.length).toBeGreaterThanOrEqual(58);
});

test('goes on being made when the chat loses patience, and is there when it comes again', async () => {
  const source = await sourceOf(await makeClip({ seconds: 8 }), { generationId: 'patience' });
  const chat = new AbortController();
  const before = world.commands.length;
  world.rewrite = (args) => {
    chat.abort();
    return args;
  };
  const ask = (signal: AbortSignal) => world.engine.companion(source, 'unfurl.mp4', undefined, signal);
  await expect(ask(chat.signal)).rejects.toMatchObject({ code: 'aborted' });
  expect(await ask(never)).toBeDefined();
  expect(world.commands.length - before).toBe(1);
});

test('there is none where there is nothing to be seen', async () => {
  const song = await sourceOf(await makeClip({ name: 'song.flac', video: false, audio: ['-c:a', 'flac'] }));
  expect(await world.engine.companion(song, 'unfurl.mp4', undefined, never)).toBeUndefined();
});
