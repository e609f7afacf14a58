/** What a viewer, and the player by itself, may choose: quality, sound track, captions. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAppliance, type Appliance } from '../support/appliance.js';
import {
  expectFrame,
  expectTimeBeyond,
  look,
  openBrowser,
  openPage,
  pause,
  play,
  seek,
} from '../support/browser.js';
import { convertClip, makeClip } from '../support/clips.js';
import { choose, openMenu, readMenu } from '../support/media-controls.js';
import { drop, share, waitForFile } from '../support/library.js';

let appliance: Appliance;
let browser: Browser;
let url: string | undefined;
beforeAll(async () => {
  [appliance, browser] = await Promise.all([startAppliance(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await appliance.close();
});

const SUBTITLES =
  '1\n00:00:01,000 --> 00:00:03,000\nGood evening.\n\n2\n00:00:04,000 --> 00:00:05,000\nGood night.\n';

/** Full HD with two sound tracks and captions. */
async function filmUrl(): Promise<string> {
  if (url) return url;
  const scratch = await mkdtemp(join(tmpdir(), 'lanternshare-choices-'));
  try {
    await writeFile(join(scratch, 'subtitles.srt'), SUBTITLES);
    const video = [
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-crf',
      '20',
      '-g',
      '30',
      '-pix_fmt',
      'yuv420p',
    ];
    const film = await makeClip({ name: 'film.mkv', seconds: 8, width: 1920, height: 1080, video });
    const tracks = ['-map', '0:v', '-map', '0:a', '-map', '0:a', '-map', '1', '-c', 'copy'];
    const names = ['language=eng', 'language=fra', 'title=Commentary'];
    const metadata = [
      '-metadata:s:a:0',
      names[0]!,
      '-metadata:s:a:1',
      names[1]!,
      '-metadata:s:a:1',
      names[2]!,
    ];
    const clip = convertClip([film, join(scratch, 'subtitles.srt')], 'tracks.mkv', [
      ...tracks,
      ...metadata,
      '-metadata:s:s:0',
      names[0]!,
    ]);
    await drop(appliance, await clip, 'film.mkv');
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  const file = await waitForFile(appliance, 'film.mkv');
  return (url = (await share(appliance, file.id)).share_url);
}

interface Track {
  mode: string;
  label: string;
  activeCues?: { text: string }[];
}

test('begins with the original, and changes to the quality that is chosen', async () => {
  const page = await openPage(browser);
  // What it asks for first; on a machine that is slow at this moment it may leave the original soon after.
  const first = page.waitForRequest(/\/(src|v\d+)\/\d+\.m4s$/);
  await page.goto(await filmUrl());
  await play(page);
  expect((await first).url()).toContain('/src/');
  await expectTimeBeyond(page, 0.2);
  await pause(page);
  const quality = await openMenu(page, 'Quality');
  expect(await readMenu(quality)).toEqual(['1080p, original', '720p', '480p', 'Auto (1080p)']);
  await choose(quality, '480p');
  await seek(page, 6.05);
  await expectFrame(page, 180);
  await expect.poll(async () => (await look(page)).width, { timeout: 30_000 }).toBe(854);
  expect(page.complaints).toEqual([]);
  await page.context().close();
});

test('offers each sound track by its name and goes on in the one that is chosen', async () => {
  const page = await openPage(browser);
  await page.goto(await filmUrl());
  await play(page);
  const sound = await openMenu(page, 'Audio');
  expect(await readMenu(sound)).toEqual(['English', 'Commentary']);
  const other = page.waitForRequest(/\/a1\/\d+\.m4s$/);
  await choose(sound, 'Commentary');
  await other;
  await expectTimeBeyond(page, (await look(page)).time + 0.5);
  await page.context().close();
});

test('shows captions in the language that is chosen', async () => {
  const page = await openPage(browser);
  await page.goto(await filmUrl());
  await play(page);
  await pause(page);
  await seek(page, 2);
  const captions = await openMenu(page, 'Captions');
  expect(await readMenu(captions)).toEqual(['Off', 'English']);
  await choose(captions, 'English');
  const caption = () =>
    page.locator('video').evaluate(({ textTracks }: { textTracks: Iterable<Track> }) => {
      const showing = [...textTracks].find(({ mode }) => mode === 'showing');
      return showing && `${showing.label}: ${showing.activeCues?.[0]?.text}`;
    });
  await expect.poll(caption, { timeout: 20_000 }).toBe('English: Good evening.');
  await page.context().close();
});

test('by itself never chooses on a slow line what would have to be encoded first', async () => {
  const page = await openPage(browser);
  const segments: string[] = [];
  page.on('request', (request) => {
    const rendition = /\/([^/]+)\/\d+\.m4s$/.exec(request.url())?.[1];
    if (rendition && !rendition.startsWith('a')) segments.push(rendition);
  });
  const line = await page.context().newCDPSession(page);
  const bytesPerSecond = 120_000;
  await line.send('Network.enable');
  await line.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 20,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond,
  });
  await page.goto(`${await filmUrl()}?autoplay=1`);
  await expectTimeBeyond(page, 5, 90_000);
  // The script that plays came slowly too: so the first picture is one that the line carries.
  expect(segments[0]).toBe('v480');
  expect(segments).not.toContain('v720');
  await page.context().close();
});
