/** Pages of shares that cannot be played yet, or not any more. */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
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
import { makeClip } from '../support/clips.js';
import { drop, share, waitForFile } from '../support/library.js';
import { startWeb } from '../support/web.js';

let appliance: Appliance;
let browser: Browser;
beforeAll(async () => {
  [appliance, browser] = await Promise.all([startAppliance(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await appliance.close();
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
});

test('a page that waits takes the player in by itself once the file is published', async () => {
  const web = await startWeb();
  try {
    const { file } = await web.addFile('early.mp4', Buffer.from('x'));
    const { device, inode, sizeBytes, mtimeMs } = file;
    const signature = { device, inode, sizeBytes, mtimeMs };
    await web.library.remove(file.id);
    const [pending] = await web.library.admit([{ path: 'early.mp4', signature }]);
    const { id } = await web.shares.create({ fileId: pending!.id, title: 'Soon' });

    const page = await openPage(browser);
    await page.goto(`${web.url}/share/${id}?s=2`);
    await page.getByRole('heading', { name: 'Almost ready' }).waitFor();
    await page.evaluate('window.isTheSamePage = true');
    const { info, plan } = web.generation;
    await web.library.setProcessing(pending!.id);
    await web.library.publish(pending!.id, { signature, info, plan });

    const player = page.locator('video#player');
    await player.waitFor();
    expect(await player.getAttribute('data-start')).toBe('2');
    expect(await page.getByRole('link', { name: 'Download' }).isVisible()).toBe(true);
    expect(await page.evaluate('window.isTheSamePage')).toBe(true);
  } finally {
    await web.close();
  }
});

test('a page whose original is away says so, and plays when it is back', async () => {
  await drop(appliance, await makeClip({ seconds: 4 }), 'away.mp4');
  const file = await waitForFile(appliance, 'away.mp4');
  const { share_url } = await share(appliance, file.id);
  const [place, elsewhere] = [join(appliance.mediaDir, 'away.mp4'), join(appliance.dataDir, 'kept.mp4')];
  await rename(place, elsewhere);

  const page = await openPage(browser);
  await page.goto(share_url);
  await page.getByRole('heading', { name: 'Away at the moment' }).waitFor();
  await rename(elsewhere, place);
  await page.locator('video#player').waitFor();
  await expectTimeBeyond(page, 0.5);
  expect(page.complaints).toEqual([]);
});

test('a file that failed has a page without a player, and plays once it was replaced by a good one', async () => {
  await writeFile(join(appliance.mediaDir, 'film.mp4'), Buffer.alloc(50_000, 'no film'));
  const failed = await waitForFile(appliance, 'film.mp4', 'failed');
  const { share_url } = await share(appliance, failed.id);
  const page = await openPage(browser);
  await page.goto(share_url);
  await page.getByRole('heading', { name: 'This cannot be played' }).waitFor();
  expect(await page.locator('video, audio').count()).toBe(0);
  expect(await page.textContent('body')).not.toContain(failed.error);

  await drop(appliance, await makeClip({ seconds: 4 }), 'film.mp4');
  await waitForFile(appliance, 'film.mp4');
  await page.goto(`${share_url}?autoplay=1`);
  await expectTimeBeyond(page, 0.5);
  expect(page.complaints).toEqual([]);
});

test('a share that is stopped while its page waits ends in a clean page', async () => {
  await drop(appliance, await makeClip({ seconds: 4 }), 'brief.mp4');
  const file = await waitForFile(appliance, 'brief.mp4');
  const { id, share_url } = await share(appliance, file.id);
  const place = join(appliance.mediaDir, 'brief.mp4');
  await rename(place, `${place}.part`);
  const page = await openPage(browser);
  await page.goto(share_url);
  await page.getByRole('heading', { name: 'Away at the moment' }).waitFor();
  await appliance.api('DELETE', `/share/${id}`);
  await page.getByText('it is no longer shared').waitFor();
});

/** Longer than what a player loads ahead. */
const long = () => makeClip({ seconds: 100, width: 240, height: 136, frameRate: '10' });

test('a share that is stopped while it plays says so when there is nothing left to play', async () => {
  await drop(appliance, await long(), 'long.mp4');
  const file = await waitForFile(appliance, 'long.mp4');
  const { id, share_url } = await share(appliance, file.id);
  const page = await openPage(browser);
  await page.goto(share_url);
  await play(page);
  await expectTimeBeyond(page, 0.2);
  await appliance.api('DELETE', `/share/${id}`);
  await seek(page, 90);
  await page.getByText('This is no longer shared.').waitFor();
});

test('a file whose content is replaced while it plays goes on with the new one', async () => {
  await drop(appliance, await long(), 'draft.mp4');
  const file = await waitForFile(appliance, 'draft.mp4');
  const { share_url } = await share(appliance, file.id);
  const page = await openPage(browser);
  await page.goto(share_url);
  await play(page);
  await expectTimeBeyond(page, 0.2);
  await pause(page);
  const streamNow = async () => (await (await fetch(`${share_url}/state`)).json()) as { stream?: string };
  const { stream: old } = await streamNow();
  await drop(
    appliance,
    await makeClip({ seconds: 95, width: 240, height: 136, frameRate: '5' }),
    'draft.mp4',
  );
  await expect.poll(async () => (await streamNow()).stream, { timeout: 60_000 }).not.toBe(old);
  // The old content is served for as long as it is at hand; here it is not any more.
  await page.route(`**${old!.replace('master.m3u8', '**')}`, (route) => route.fulfill({ status: 410 }));
  await seek(page, 90.1);
  await expect.poll(async () => (await look(page)).duration, { timeout: 60_000 }).toBeCloseTo(95, 0);
  await expectFrame(page, 450);
});
