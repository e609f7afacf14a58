/** Renditions that are the original itself: packaged on request, never written. */
import { execFile } from 'node:child_process';
import { copyFile, readdir, rename, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../server/base/errors.js';
import { makeClip } from '../support/clips.js';
import { assemble, complaints, never, sourceOf, startEngine, type EngineWorld } from '../support/engine.js';

const run = promisify(execFile);
let world: EngineWorld;
beforeEach(async () => {
  world = await startEngine();
});
afterEach(() => world.close());

/** MD5 of each decoded frame: bit-identical pictures have identical lists. */
async function frameHashes(path: string, stream: string): Promise<string[]> {
  const args = ['-v', 'error', '-i', path, '-map', `0:${stream}`, '-f', 'framemd5', '-'];
  const { stdout } = await run('ffmpeg', args);
  const lines = stdout.split('\n').filter((line) => line && !line.startsWith('#'));
  return lines.map((line) => line.split(',').at(-1)!.trim());
}

const BFRAMES = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '3', '-g', '25', '-pix_fmt', 'yuv420p'];

test.each(['clip.mp4', 'clip.mkv'])(
  '%s plays bit-identically, and nothing of it is written',
  async (name) => {
    const clip = await makeClip({ name, seconds: 6, width: 480, height: 270, video: BFRAMES });
    const source = await sourceOf(clip);
    expect(source.plan.renditions.map((r) => 'method' in r && r.method)).toEqual(['copy', 'copy']);
    const video = await assemble(world, source, 'src');
    expect(await frameHashes(video, 'v')).toEqual(await frameHashes(clip, 'v'));
    expect(await complaints(video)).toBe('');
    expect(await complaints(await assemble(world, source, 'a0'))).toBe('');
    expect(world.commands).toEqual([]);
    expect(await readdir(join(world.dataDir, 'renditions'))).toEqual(['parts']);
  },
);

test('many segments at the same time share one open index', async () => {
  const source = await sourceOf(await makeClip({ seconds: 6 }));
  let opened = 0;
  const counted = { ...source, locate: () => (opened++, source.locate()) };
  const n = source.plan.videoGrid!.frames.length - 1;
  const all = await Promise.all(
    Array.from({ length: 10 * n }, (_, i) => world.engine.segment(counted, 'src', i % n, never)),
  );
  expect(new Set(all.map((bytes) => bytes.toString('latin1'))).size).toBe(n);
  expect(opened).toBe(10 * n);
});

test('an original that was rewritten in place is refused, not served', async () => {
  const path = join(world.dataDir, 'film.mp4');
  await copyFile(await makeClip({ seconds: 4 }), path);
  const source = await sourceOf(path);
  await world.engine.segment(source, 'src', 0, never);
  await utimes(path, 1, 1);
  await expect(world.engine.segment(source, 'src', 1, never)).rejects.toMatchObject({
    code: 'source-changed',
  });
});

test('a renamed original plays on; one that is gone is refused', async () => {
  let path = join(world.dataDir, 'film.mp4');
  await copyFile(await makeClip({ seconds: 4 }), path);
  const planned = await sourceOf(path);
  let isGone = false;
  const source = {
    ...planned,
    async locate() {
      if (isGone) throw new AppError('source-missing', 'The original is not in its place.');
      return path;
    },
  };
  await world.engine.segment(source, 'src', 0, never);
  await rename(path, join(world.dataDir, 'renamed.mp4'));
  path = join(world.dataDir, 'renamed.mp4');
  expect((await world.engine.segment(source, 'src', 1, never)).length).toBeGreaterThan(100);
  isGone = true;
  await expect(world.engine.segment(source, 'src', 1, never)).rejects.toMatchObject({
    code: 'source-missing',
  });
});

test('what is not in the plan does not exist', async () => {
  const source = await sourceOf(await makeClip({ seconds: 4 }));
  const { engine } = world;
  const refusals = [
    engine.init(source, 'v9999', never),
    engine.segment(source, 'nope', 0, never),
    engine.captions(source, 'src', never),
    ...[-1, 0.5, NaN, 1e9].map((n) => engine.segment(source, 'src', n, never)),
  ];
  for (const refusal of await Promise.allSettled(refusals)) {
    expect(refusal).toMatchObject({ status: 'rejected', reason: { code: 'not-found' } });
  }
  const gone = AbortSignal.abort();
  await expect(engine.segment(source, 'src', 0, gone)).rejects.toMatchObject({ code: 'aborted' });
});
