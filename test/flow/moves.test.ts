/** What people do with files in a folder: links live on. */
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAppliance, type Appliance } from '../support/appliance.js';
import { makeClip, readFrameNumbers } from '../support/clips.js';
import { drop, listFiles, share, waitForFile } from '../support/library.js';
import { fetchBytes, readMediaPlaylist, readMultivariant } from '../support/stream.js';

let appliance: Appliance;
beforeAll(async () => {
  appliance = await startAppliance({ SETTLE_MS: '200' });
});
afterAll(() => appliance.close());

const at = (name: string) => join(appliance.mediaDir, name);

test('a link plays on while its file is renamed, moved and has its case changed', async () => {
  await drop(appliance, await makeClip({ seconds: 6 }), 'first.mp4');
  const file = await waitForFile(appliance, 'first.mp4');
  const { stream_url } = await share(appliance, file.id);
  const { variants } = await readMultivariant(stream_url);
  const playlist = await readMediaPlaylist(variants[0]!.uri);
  let n = 0;
  for (const name of ['second name.mp4', 'SECOND name.mp4', 'folder/with "quotes" 🎬.mp4', '-dash.mp4']) {
    await mkdir(join(at(name), '..'), { recursive: true });
    const before = (await listFiles(appliance)).find((f) => f.id === file.id)!.path;
    await rename(at(before), at(name));
    await fetchBytes(playlist.segments[n++ % playlist.segments.length]!);
    const moved = await waitForFile(appliance, name);
    expect(moved.id).toBe(file.id);
  }
  expect(await readFrameNumbers(variants[0]!.uri)).toHaveLength(180);
});

test('copy and delete keeps the id and the link', async () => {
  await drop(appliance, await makeClip({ seconds: 4 }), 'original.mp4');
  const file = await waitForFile(appliance, 'original.mp4');
  const { stream_url } = await share(appliance, file.id);
  await copyFile(at('original.mp4'), at('copied.mp4'));
  await rm(at('original.mp4'));
  await expect
    .poll(async () => (await listFiles(appliance)).find((f) => f.path === 'copied.mp4')?.id, {
      timeout: 20_000,
    })
    .toBe(file.id);
  const { variants } = await readMultivariant(stream_url);
  expect(await readFrameNumbers(variants[0]!.uri)).toHaveLength(120);
});

test('a new content at the same place keeps the id and plays the new content', async () => {
  await drop(appliance, await makeClip({ seconds: 2 }), 'take.mp4');
  const file = await waitForFile(appliance, 'take.mp4');
  const { id } = await share(appliance, file.id);
  await drop(appliance, await makeClip({ seconds: 5 }), 'take.mp4');
  await expect
    .poll(
      async () => {
        const { body } = await appliance.api('GET', `/files/${file.id}`);
        return Math.round(body.media_info?.duration_seconds ?? 0);
      },
      { timeout: 20_000 },
    )
    .toBe(5);
  const { body } = await appliance.api('GET', `/share/${id}`);
  const { variants } = await readMultivariant(body.stream_url);
  expect(await readFrameNumbers(variants[0]!.uri)).toHaveLength(150);
});

test('a folder that is renamed keeps the links of all that is in it', async () => {
  for (const [name, seconds] of [
    ['a.mp4', 2],
    ['b.mp4', 3],
  ] as const) {
    await drop(appliance, await makeClip({ seconds }), `album/${name}`);
  }
  const before = await Promise.all(['album/a.mp4', 'album/b.mp4'].map((p) => waitForFile(appliance, p)));
  await rename(at('album'), at('Album 2026'));
  const after = await Promise.all(
    ['Album 2026/a.mp4', 'Album 2026/b.mp4'].map((p) => waitForFile(appliance, p)),
  );
  expect(after.map((f) => f.id)).toEqual(before.map((f) => f.id));
});
