/** A clip is made on the page of its file, by keys, by hand and by typing, and what is shared is exactly that. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from '../support/accessible.js';
import { startAppliance, type Appliance } from '../support/appliance.js';
import {
  expectFrame,
  look,
  openBrowser,
  openPage,
  pause,
  play,
  seek,
  type TestPage,
} from '../support/browser.js';
import { makeClip } from '../support/clips.js';
import { drop, waitForFile } from '../support/library.js';

const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-bf', '2'];

let appliance: Appliance;
let browser: Browser;
beforeAll(async () => {
  const admin = { ADMIN_USERNAME: 'keeper', ADMIN_PASSWORD: 'lighthouse keeper' };
  [appliance, browser] = await Promise.all([startAppliance(admin), openBrowser()]);
  await drop(appliance, await makeClip({ seconds: 9, video: [...X264, '-g', '75'] }), 'lake.mp4');
  await drop(appliance, await makeClip({ name: 'talk.m4a', seconds: 20, video: false }), 'talk.m4a');
});
afterAll(async () => {
  await browser.close();
  await appliance.close();
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
});

async function openFile(name: string, width = 1280): Promise<TestPage & { id: string }> {
  const { id } = await waitForFile(appliance, name);
  const page = await openPage(browser, {
    permissions: ['clipboard-read', 'clipboard-write'],
    viewport: { width, height: 900 },
  });
  await page.goto(`${appliance.url}/files/${id}`);
  await page.getByLabel('User name').fill('keeper');
  await page.getByLabel('Password').fill('lighthouse keeper');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${appliance.url}/files/${id}`);
  return Object.assign(page, { id });
}

const start = (page: Page) => page.getByLabel('Beginning', { exact: true });
const end = (page: Page) => page.getByLabel('End', { exact: true });
const handle = (page: Page, name: 'Beginning' | 'End') =>
  page.getByRole('slider', { name: `${name} of the clip` });

async function expectTimes(page: Page, times: [string, string]): Promise<void> {
  await expect.poll(() => Promise.all([start(page).inputValue(), end(page).inputValue()])).toEqual(times);
}

/** Presses the button and gives the link that is then on the clipboard. */
async function shareClip(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Share this clip' }).click();
  await page.getByText('Shared, and the link is on your clipboard.').waitFor();
  const link = await page.evaluate<string>('navigator.clipboard.readText()');
  expect(await page.getByLabel('Link to the new clip').inputValue()).toBe(link);
  return link;
}

async function clipsOf(id: string): Promise<[number, number][]> {
  const { body } = await appliance.api('GET', `/files/${id}/segments`);
  return body.data.map((clip: { start_time: number; end_time: number }) => [clip.start_time, clip.end_time]);
}

async function drag(page: Page, from: Locator, byPx: number): Promise<void> {
  await from.scrollIntoViewIfNeeded();
  const box = (await from.boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + byPx / 2, y);
  await page.mouse.move(x + byPx, y);
  await page.mouse.up();
}

test('by keyboard: from the picture shown at i to the one shown at o, and a visitor sees these and no others', async () => {
  const page = await openFile('lake.mp4');
  await expectFrame(page, 0);
  await seek(page, 40.5 / 30);
  await expectFrame(page, 40);
  await page.keyboard.press('i');
  await seek(page, 227.5 / 30);
  await expectFrame(page, 227);
  await page.keyboard.press('o');
  await expectTimes(page, ['0:01.333', '0:07.600']);
  await page.getByText('0:06.267, 188 pictures').waitFor();

  await handle(page, 'Beginning').focus();
  await page.keyboard.press('ArrowRight');
  await expectTimes(page, ['0:01.367', '0:07.600']);
  await expectFrame(page, 41);
  await page.keyboard.press('Shift+ArrowRight');
  await expectTimes(page, ['0:02.367', '0:07.600']);
  expect(await handle(page, 'Beginning').getAttribute('aria-valuetext')).toBe('0:02.367');
  await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expectTimes(page, ['0:01.333', '0:07.600']);
  await handle(page, 'End').focus();
  await page.keyboard.press('ArrowLeft');
  await expectFrame(page, 226);
  await page.keyboard.press('ArrowRight');
  await expectFrame(page, 227);

  await page.getByLabel('Title').fill('Rowing at dawn');
  const link = await shareClip(page);
  expect(await clipsOf(page.id)).toEqual([[1.333, 7.6]]);
  await expectAccessible(page);

  const visitor = await openPage(browser);
  await visitor.goto(link);
  expect(await visitor.title()).toBe('Rowing at dawn');
  await expectFrame(visitor, 40);
  expect((await look(visitor)).duration).toBeCloseTo(188 / 30, 0);
  await seek(visitor, 5.92);
  await expectFrame(visitor, 216);

  const row = page.locator('#clips-list').getByRole('listitem');
  await row.getByText('Rowing at dawn').waitFor();
  const download = page.waitForEvent('download');
  await row.getByRole('link', { name: 'Download' }).click();
  expect((await download).suggestedFilename()).toBe('Clip.mp4');

  // The same again is the same, with its link.
  await page.getByLabel('Title').fill('');
  expect(await shareClip(page)).toBe(link);
  expect(await clipsOf(page.id)).toHaveLength(1);

  await row.getByText('Delete', { exact: false }).first().click();
  await row.getByRole('button', { name: 'Delete the clip' }).click();
  await expect.poll(() => row.count()).toBe(0);
  await visitor.reload();
  await visitor.getByText('it is no longer shared').waitFor();
  expect(await clipsOf(page.id)).toEqual([]);
  expect([...page.complaints, ...visitor.complaints]).toEqual([]);
});

test('by hand: handles are dragged from picture to picture, as finely as one zooms, and the preview goes round', async () => {
  const page = await openFile('lake.mp4');
  await expectFrame(page, 0);
  await drag(page, handle(page, 'Beginning'), 300);
  await drag(page, handle(page, 'End'), -300);
  const readSeconds = async () =>
    Promise.all(
      (['Beginning', 'End'] as const).map(async (name) =>
        Number(await handle(page, name).getAttribute('aria-valuenow')),
      ),
    );
  const [from, to] = (await readSeconds()) as [number, number];
  expect(from).toBeGreaterThan(1.5);
  expect(to).toBeLessThan(7.5);
  // A boundary of pictures, to the millisecond.
  for (const seconds of [from, to]) {
    expect(Math.abs(((seconds * 30) % 1) - Math.round((seconds * 30) % 1))).toBeLessThan(0.02);
  }
  await expectFrame(page, Math.round(to * 30) - 1);

  await page.getByRole('button', { name: 'Zoom in' }).click();
  await page.getByRole('button', { name: 'Zoom in' }).click();
  await drag(page, handle(page, 'End'), -30);
  const [, nearer] = (await readSeconds()) as [number, number];
  expect(to - nearer).toBeGreaterThanOrEqual(0);
  expect(to - nearer).toBeLessThan(0.1);
  await page.getByRole('button', { name: 'Whole file' }).click();

  await start(page).fill('2');
  await end(page).fill('2.4');
  await end(page).press('Enter');
  await expectTimes(page, ['0:02.000', '0:02.400']);
  await page.evaluate(`
    window.seen = { wraps: 0, most: 0, last: 0 };
    const video = document.querySelector('#player');
    video.muted = true;
    video.addEventListener('timeupdate', () => {
      if (video.paused) return;
      if (video.currentTime < window.seen.last) window.seen.wraps++;
      window.seen.last = video.currentTime;
      window.seen.most = Math.max(window.seen.most, video.currentTime);
    });`);
  const preview = page.getByRole('button', { name: 'Preview' });
  await preview.click();
  await expect.poll(() => page.evaluate('window.seen.wraps'), { timeout: 30_000 }).toBeGreaterThan(1);
  expect(await page.evaluate('window.seen.most')).toBeLessThan(2.7);
  await preview.click();
  expect((await look(page)).isPaused).toBe(true);

  await page.getByLabel('Members only').check();
  const link = await shareClip(page);
  expect(await clipsOf(page.id)).toEqual([[2, 2.4]]);
  const visitor = await openPage(browser);
  await visitor.goto(link);
  await visitor.getByRole('button', { name: 'Sign in' }).waitFor();

  // "Edit" of a clip brings its times back.
  await start(page).fill('0');
  await start(page).press('Tab');
  await page.locator('#clips-list').getByRole('link', { name: 'Edit clip' }).click();
  await expectTimes(page, ['0:02.000', '0:02.400']);
  expect(page.complaints).toEqual([]);
});

test('by typing: what cannot be a clip is told beside the fields, and nothing is sent', async () => {
  const page = await openFile('lake.mp4', 390);
  const sent: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
  const problem = page.locator('#clip-problem');
  const wrong: [string, string, RegExp][] = [
    ['one', '2', /^The beginning cannot be read/],
    ['1:75', '2:00', /^The beginning cannot be read/],
    ['1', '0:12', /^The end lies beyond the end of the file. The file ends at 0:0/],
    ['3', '2', /^The end must come after the beginning/],
    ['2', '2.01', /^That is too short. One picture lasts 33 ms/],
  ];
  for (const [from, to, sentence] of wrong) {
    await start(page).fill(from);
    await end(page).fill(to);
    await page.getByRole('button', { name: 'Share this clip' }).click();
    await expect.poll(() => problem.innerText()).toMatch(sentence);
  }
  await expectAccessible(page);
  await start(page).fill('1,5');
  await end(page).fill('0:00:02.25');
  await end(page).press('Enter');
  await expectTimes(page, ['0:01.500', '0:02.250']);
  expect(await problem.isVisible()).toBe(false);
  expect(sent).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  expect(page.complaints).toEqual([]);
});

test('of a sound: steps of 10 ms on its waveform', async () => {
  const page = await openFile('talk.m4a');
  await play(page);
  await pause(page);
  await seek(page, 5);
  await page.keyboard.press('i');
  await expectTimes(page, ['0:05.000', expect.stringMatching(/^0:20\.0/)]);
  await handle(page, 'Beginning').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await end(page).fill('8');
  await end(page).press('Enter');
  await expectTimes(page, ['0:06.010', '0:08.000']);
  const link = await shareClip(page);
  expect(await clipsOf(page.id)).toEqual([[6.01, 8]]);
  const visitor = await openPage(browser);
  await visitor.goto(link);
  await expect.poll(async () => (await look(visitor)).duration, { timeout: 20_000 }).toBeCloseTo(1.99, 0);
  await expectAccessible(page);
  expect([...page.complaints, ...visitor.complaints]).toEqual([]);
});
