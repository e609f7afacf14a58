/** What is shown beside the stream: pictures over the time line, a sound as a picture, its chapters. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from '../support/accessible.js';
import { startAppliance, type Appliance } from '../support/appliance.js';
import { expectTimeBeyond, look, openBrowser, openPage } from '../support/browser.js';
import { convertClip, makeClip } from '../support/clips.js';
import { drop, share, waitForFile } from '../support/library.js';
import { waitForControls } from '../support/media-controls.js';

let appliance: Appliance;
let browser: Browser;
beforeAll(async () => {
  [appliance, browser] = await Promise.all([startAppliance(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await appliance.close();
});

async function shareUrl(name: string, clip: Promise<string>): Promise<string> {
  await drop(appliance, await clip, name);
  const file = await waitForFile(appliance, name);
  return (await share(appliance, file.id)).share_url;
}

const CHAPTERS = `;FFMETADATA1
[CHAPTER]
TIMEBASE=1/1
START=0
END=4
title=Dawn
[CHAPTER]
TIMEBASE=1/1
START=4
END=12
title=Noon & <after>
`;

async function withChapters(clip: string, name: string): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), 'lanternshare-chapters-'));
  try {
    const chapters = join(scratch, 'chapters.txt');
    await writeFile(chapters, CHAPTERS);
    return await convertClip([clip, chapters], name, ['-map', '0', '-map_chapters', '1', '-c', 'copy']);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

test('the time line shows the picture of the moment under the pointer', async () => {
  const url = await shareUrl('film.mp4', makeClip({ seconds: 12 }));
  const page = await openPage(browser);
  const sheet = page.waitForResponse(/storyboard\.jpg$/, { timeout: 60_000 });
  await page.goto(url);
  await waitForControls(page);
  const line = page.locator('media-time-range');
  const { x, y, width, height } = (await line.boundingBox())!;
  await page.waitForFunction(
    '[...document.querySelector("#player").textTracks].some((t) => t.label === "thumbnails" && t.cues?.length > 1)',
    undefined,
    { timeout: 60_000 },
  );
  await page.mouse.move(x + width / 2 - 5, y + height / 2);
  await page.mouse.move(x + width / 2, y + height / 2, { steps: 4 });
  expect((await sheet).status()).toBe(200);
  const preview = line.locator('media-preview-thumbnail');
  await expect.poll(() => preview.getAttribute('mediapreviewimage')).toContain('storyboard.jpg#xywh=');
  await expect.poll(() => preview.isVisible()).toBe(true);
  expect(Number(await line.getAttribute('mediapreviewtime'))).toBeCloseTo(6, 0);
  expect(page.complaints).toEqual([]);
  await page.context().close();
});

test('a sound is shown as a picture, which leads to the moment that is clicked, and its chapters do so too', async () => {
  const sound = { name: 'x.m4a', seconds: 12, video: false } as const;
  const url = await shareUrl('talk.m4a', withChapters(await makeClip(sound), 'talk.m4a'));
  const page = await openPage(browser);
  await page.goto(url);
  await waitForControls(page);
  const waveform = page.locator('#waveform');
  await waveform.locator('canvas').waitFor({ timeout: 60_000 });
  await page.waitForFunction('document.querySelector("#player").duration > 10');
  const { width, height } = (await waveform.boundingBox())!;
  await waveform.click({ position: { x: width * 0.75, y: height / 2 } });
  await expect.poll(async () => (await look(page)).time).toBeCloseTo(9, 0);

  const chapters = page.locator('#chapters a');
  expect((await chapters.allInnerTexts()).map((text) => text.replace(/\s+/g, ' '))).toEqual([
    '0:00 Dawn',
    '0:04 Noon & <after>',
  ]);
  await chapters.nth(1).click();
  await expectTimeBeyond(page, 4.3);
  expect((await look(page)).time).toBeLessThan(9);
  expect(new URL(page.url()).search).toBe('');
  expect(await chapters.nth(1).getAttribute('aria-current')).toBe('true');
  expect(await chapters.nth(0).getAttribute('aria-current')).toBeNull();
  await expectAccessible(page);
  if (process.env['LOOK']) await page.screenshot({ path: `${process.env['LOOK']}/talk.png` });
  expect(page.complaints).toEqual([]);
  await page.context().close();
});
