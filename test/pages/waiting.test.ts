/** Pages of shares that cannot be played yet, or not any more. */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startAppliance, type Appliance } from '../support/appliance.js';
import { expectTimeBeyond, openBrowser, openPage } from '../support/browser.js';
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
  await page.getByRole('heading', { name: 'Nothing here' }).waitFor();
});
