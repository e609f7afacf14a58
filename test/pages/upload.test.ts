/** Files from a browser into the folder: dropped, cut off, gone on with, refused. */
import { copyFile, mkdtemp, open, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from '../support/accessible.js';
import { startAppliance, type Appliance } from '../support/appliance.js';
import { openBrowser, openPage, type TestPage } from '../support/browser.js';
import { makeClip } from '../support/clips.js';
import { openCutLine, type CutLine } from '../support/cut.js';
import { drop, waitForFile } from '../support/library.js';

const BIG_BYTES = 200_000_000;

let appliance: Appliance;
let browser: Browser;
let line: CutLine;
let folder: string;
let big: string;
beforeAll(async () => {
  const admin = { ADMIN_USERNAME: 'keeper', ADMIN_PASSWORD: 'lighthouse keeper' };
  [appliance, browser] = await Promise.all([startAppliance(admin), openBrowser()]);
  line = await openCutLine(appliance.url);
  folder = await mkdtemp(join(tmpdir(), 'lanternshare-upload-'));
  big = join(folder, 'big.mp4');
  await makeBig(big);
});
afterAll(async () => {
  await browser.close();
  await line.close();
  await appliance.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
});

/** A clip, and behind it a free box of zeros that is never written to the disk. */
async function makeBig(path: string): Promise<void> {
  await copyFile(await makeClip({ seconds: 2 }), path);
  const { size } = await stat(path);
  const file = await open(path, 'r+');
  const head = Buffer.alloc(8);
  head.writeUInt32BE(BIG_BYTES - size);
  head.write('free', 4);
  await file.write(head, 0, 8, size);
  await file.close();
  await truncate(path, BIG_BYTES);
}

async function openLibrary(url: string): Promise<TestPage> {
  const page = await openPage(browser);
  await page.goto(url);
  await page.getByLabel('User name').fill('keeper');
  await page.getByLabel('Password').fill('lighthouse keeper');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Upload files' }).waitFor();
  return page;
}

const choose = (page: Page, ...paths: string[]) => page.locator('#upload-files').setInputFiles(paths);
const uploadOf = (page: Page, name: string) => page.locator('.upload').filter({ hasText: name });
const rowOf = (page: Page, name: string) => page.locator('.file').filter({ hasText: name });

test('files that are dropped on the page land in the open folder and can be played', async () => {
  const clip = await makeClip({ seconds: 1 });
  await drop(appliance, clip, 'Trips/there.mp4');
  const page = await openLibrary(appliance.url);
  await waitForFile(appliance, 'Trips/there.mp4');
  await page.goto(`${appliance.url}/?folder=Trips`);
  const content = (await readFile(clip)).toString('base64');
  const transfer = await page.evaluateHandle(
    ([base64]) => {
      const { DataTransfer, File } = globalThis as any;
      const bytes = Uint8Array.from(atob(base64!), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      for (const name of ['lake.mp4', 'sea.mp4'])
        data.items.add(new File([bytes], name, { type: 'video/mp4' }));
      return data;
    },
    [content],
  );
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer });
  await page.getByText('Drop to upload into Trips').waitFor();
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  for (const name of ['lake.mp4', 'sea.mp4']) {
    await uploadOf(page, name).getByText('In the library').waitFor();
    await rowOf(page, name).getByText('Ready').waitFor();
    expect((await stat(join(appliance.mediaDir, 'Trips', name))).size).toBe((await stat(clip)).size);
  }
  await expectAccessible(page);
  expect(page.complaints).toEqual([]);
});

test('200 MB go on after a lost connection and after a reload, and no byte is lost', async () => {
  const page = await openLibrary(line.url);
  const before = line.sentBytes();
  const lost = line.cutAfter(70_000_000);
  await choose(page, big);
  await lost;
  await uploadOf(page, 'big.mp4').getByText('it goes on by itself').waitFor();
  const lostAgain = line.cutAfter(60_000_000);
  line.mend();
  await lostAgain;
  line.mend();

  await page.reload();
  await page.getByText('Not finished: big.mp4').waitFor();
  await choose(page, big);
  await uploadOf(page, 'big.mp4').getByText('In the library').waitFor({ timeout: 120_000 });
  await rowOf(page, 'big.mp4').getByText('Ready').waitFor();
  const kept = await readFile(join(appliance.mediaDir, 'big.mp4'));
  expect(kept.equals(await readFile(big))).toBe(true);
  // Begun anew, it would be more than one and a half times as much.
  expect(line.sentBytes() - before).toBeLessThan(BIG_BYTES * 1.25);
  expect(page.complaints).toEqual([]);
});

test('an upload is paused, resumed and cancelled', async () => {
  const page = await openLibrary(line.url);
  const lost = line.cutAfter(30_000_000);
  await choose(page, big);
  await lost;
  const upload = uploadOf(page, 'big.mp4');
  await upload.getByRole('button', { name: 'Pause' }).click();
  await upload.getByText(/^Paused at \d+ %$/).waitFor();
  line.mend();
  const lostAgain = line.cutAfter(10_000_000);
  await upload.getByRole('button', { name: 'Resume' }).click();
  await lostAgain;
  line.mend();
  await upload.getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(() => page.locator('.upload').count()).toBe(0);
  await page.reload();
  expect(await page.getByText('Not finished').count()).toBe(0);
  expect(page.complaints).toEqual([]);
});

test('what is no media says so, and the others go on', async () => {
  const page = await openLibrary(appliance.url);
  const letter = join(folder, 'letter.mp4');
  await copyFile(new URL(import.meta.url), letter);
  const clip = join(folder, 'good.mp4');
  await copyFile(await makeClip({ seconds: 1 }), clip);
  await choose(page, letter, clip);
  await uploadOf(page, 'good.mp4').getByText('In the library').waitFor();
  const refused = uploadOf(page, 'letter.mp4');
  await refused.getByText(/^[A-Z].{10,}\.$/).waitFor();
  await expectAccessible(page);
  await refused.getByRole('button', { name: 'Close' }).click();
  expect(await refused.count()).toBe(0);
});
