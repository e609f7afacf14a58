/** The plug is pulled in the middle of the work: nothing is lost, nothing half is served, the work goes on. */
import { copyFile, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeClip, readFrameNumbers } from '../support/clips.js';
import { startProcess, worldEnv } from '../support/process.js';
import { decode, fetchBytes, readMediaPlaylist, readMultivariant } from '../support/stream.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'lanternshare-restart-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

test(
  'kill -9 in the middle of rendering loses at most the chunks in flight',
  { timeout: 180_000 },
  async () => {
    const env = worldEnv(root);
    const seconds = 40;
    const clip = await makeClip({
      name: 'long.webm',
      seconds,
      width: 1200,
      height: 676,
      video: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '1M', '-g', '60'],
      audio: ['-c:a', 'libopus', '-b:a', '64k'],
    });
    await mkdir(env['MEDIA_DIR']!, { recursive: true });
    await copyFile(clip, join(env['MEDIA_DIR']!, 'long.webm'));

    const first = await startProcess(env);
    const get = async (url: string, path: string, init: RequestInit = {}) => {
      const headers = { authorization: `Bearer ${env['API_KEY']}`, 'content-type': 'application/json' };
      return (await fetch(`${url}/v1${path}`, { ...init, headers })).json() as Promise<any>;
    };
    const file = async (url: string) => (await get(url, '/files')).data[0];
    await expect
      .poll(async () => (await file(first.url))?.render_progress ?? 0, { timeout: 90_000 })
      .toBeGreaterThan(0.2);
    const before = await file(first.url);
    expect(before.render_progress).toBeLessThan(1);
    const { id } = await get(first.url, '/share', {
      method: 'POST',
      body: JSON.stringify({ file_id: before.id }),
    });
    await first.pullThePlug();

    const finished = await chunkFiles(env['DATA_DIR']!);
    expect(finished.size).toBeGreaterThan(0);

    const second = await startProcess(env);
    const { stream_url } = await get(second.url, `/share/${id}`);
    const { variants } = await readMultivariant(stream_url);
    const playlist = await readMediaPlaylist(variants.at(-1)!.uri);
    expect((await fetchBytes(playlist.segments.at(-1)!)).length).toBeGreaterThan(100);
    await expect.poll(async () => (await file(second.url)).render_progress, { timeout: 150_000 }).toBe(1);
    for (const { uri } of variants) {
      expect(await readFrameNumbers(uri)).toEqual(Array.from({ length: seconds * 30 }, (_, n) => n));
    }
    expect((await decode(stream_url)).errors).toBe('');
    const after = await chunkFiles(env['DATA_DIR']!);
    for (const [path, mtimeMs] of finished) expect(after.get(path), `${path} was made again`).toBe(mtimeMs);
    expect((await file(second.url)).id).toBe(before.id);
    expect(await second.stop()).toBe(0);
  },
);

/** Every finished file under renditions/ with its mtime. */
async function chunkFiles(dataDir: string): Promise<Map<string, number>> {
  const entries = await readdir(join(dataDir, 'renditions'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !/part|tmp/.test(entry.name));
  const pairs = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    return [path, (await stat(path)).mtimeMs] as const;
  });
  return new Map(await Promise.all(pairs));
}
