/** Copies that take their time: what is half there is never shown. */
import { open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAppliance, type Appliance } from '../support/appliance.js';
import { makeClip, readFrameNumbers } from '../support/clips.js';
import { listFiles, share, waitForFile } from '../support/library.js';
import { readMultivariant } from '../support/stream.js';

const SETTLE_MS = 300;
let appliance: Appliance;
beforeAll(async () => {
  appliance = await startAppliance({ SETTLE_MS: String(SETTLE_MS) });
});
afterAll(() => appliance.close());

/** Writes the first half, lets `midway` look, writes the rest. */
async function copySlowly(source: string, name: string, midway: () => Promise<void>): Promise<void> {
  const bytes = await readFile(source);
  const half = Math.floor(bytes.length / 2);
  const handle = await open(join(appliance.mediaDir, name), 'w');
  try {
    await handle.write(bytes.subarray(0, half));
    await midway();
    await handle.write(bytes.subarray(half));
  } finally {
    await handle.close();
  }
}

/** Resolves when a copy that looks just as still has had several times the settling time. */
async function stallsForLong(name: string): Promise<void> {
  await expect
    .poll(async () => Date.now() - (await stat(join(appliance.mediaDir, name))).mtimeMs, { timeout: 20_000 })
    .toBeGreaterThan(SETTLE_MS * 10);
}

test.each([
  ['moov-first.mp4', { output: ['-movflags', '+faststart'] }],
  ['moov-last.mp4', {}],
  ['matroska.mkv', { name: 'x.mkv' }],
])('a copy of %s that stalls in the middle is not published half', async (name, options) => {
  const clip = await makeClip({ seconds: 4, ...options });
  await copySlowly(clip, name, async () => {
    await stallsForLong(name);
    const early = (await listFiles(appliance)).find((file) => file.path === name);
    expect(early?.status ?? 'unknown').not.toBe('completed');
  });
  const file = await waitForFile(appliance, name);
  const { stream_url } = await share(appliance, file.id);
  const { variants } = await readMultivariant(stream_url);
  expect(await readFrameNumbers(variants[0]!.uri)).toHaveLength(120);
});

test('a transport stream that was taken too early is taken again, quietly', async () => {
  const clip = await makeClip({ name: 'x.ts', seconds: 4 });
  await copySlowly(clip, 'recording.ts', () => stallsForLong('recording.ts'));
  await expect
    .poll(
      async () => {
        const file = (await listFiles(appliance)).find((f) => f.path === 'recording.ts');
        return file?.status === 'completed'
          ? Math.round(Number(file.media_info['duration_seconds']))
          : file?.status;
      },
      { timeout: 30_000 },
    )
    .toBe(4);
});

test.each(['x.mp4.part', 'x.mp4.crdownload', '.x.mp4', 'x.mp4~', '~x.mp4', 'x.tmp', '.syncthing.x.mp4.tmp'])(
  'the unfinished name %s is left alone, and taken at once when it gets its real name',
  async (partial) => {
    const name = `${partial.replaceAll(/[^a-z0-9]/g, '-')}.mp4`;
    const bytes = await readFile(await makeClip({ seconds: 2 }));
    const handle = await open(join(appliance.mediaDir, partial), 'w');
    await handle.writeFile(bytes);
    await handle.close();
    const probe = `before ${name}`;
    await copySlowly(await makeClip({ seconds: 2 }), probe, () => Promise.resolve());
    await waitForFile(appliance, probe); // by now the unfinished one would have been seen too
    expect((await listFiles(appliance)).some((file) => file.path === partial)).toBe(false);
    await rename(join(appliance.mediaDir, partial), join(appliance.mediaDir, name));
    await waitForFile(appliance, name);
  },
);
