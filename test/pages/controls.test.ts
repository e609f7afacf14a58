/** The player's controls: by keyboard, by pointer, by what a browser remembers; and what remains without scripts. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from '../support/accessible.js';
import { startAppliance, type Appliance } from '../support/appliance.js';
import {
  expectFrame,
  expectTimeBeyond,
  look,
  openBrowser,
  openPage,
  type TestPage,
} from '../support/browser.js';
import { makeClip } from '../support/clips.js';
import { drop, share, waitForFile } from '../support/library.js';
import { choose, openMenu, waitForControls } from '../support/media-controls.js';

let appliance: Appliance;
let browser: Browser;
let known: Promise<string> | undefined;
beforeAll(async () => {
  [appliance, browser] = await Promise.all([startAppliance(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await appliance.close();
});

const filmUrl = () => (known ??= shareFilm());

async function shareFilm(): Promise<string> {
  await drop(appliance, await makeClip({ seconds: 20, width: 640, height: 360 }), 'film.mp4');
  const file = await waitForFile(appliance, 'film.mp4');
  return (await share(appliance, file.id)).share_url;
}

interface Sounding {
  volume: number;
  muted: boolean;
  playbackRate: number;
}
const sounding = (page: TestPage) =>
  page
    .locator('video')
    .evaluate(({ volume, muted, playbackRate }: Sounding) => ({ volume, muted, playbackRate }));

async function openFilm(query = ''): Promise<TestPage> {
  const page = await openPage(browser);
  await page.goto((await filmUrl()) + query);
  await waitForControls(page);
  await page.waitForFunction('document.querySelector("#player").readyState > 1');
  return page;
}

describe('by keyboard', () => {
  test('plays, jumps, steps by pictures, is muted', async () => {
    const page = await openFilm();
    const { keyboard } = page;
    await keyboard.press('k');
    await expectTimeBeyond(page, 0.2);
    await keyboard.press('Space');
    await expect.poll(async () => (await look(page)).isPaused).toBe(true);
    await keyboard.press('5');
    await expectFrame(page, 300);
    await keyboard.press('.');
    await expectFrame(page, 301);
    await keyboard.press(',');
    await keyboard.press(',');
    await expectFrame(page, 299);
    await keyboard.press('0');
    await expectFrame(page, 0);
    await keyboard.press('l');
    await expectFrame(page, 300);
    await keyboard.press('ArrowLeft');
    await expectFrame(page, 150);
    await keyboard.press('j');
    await expectFrame(page, 0);
    await keyboard.press('m');
    expect(await sounding(page)).toMatchObject({ muted: true });
    await keyboard.press('m');
    await keyboard.press('ArrowDown');
    expect(await sounding(page)).toMatchObject({ muted: false, volume: 0.95 });
    await keyboard.press('f');
    await expect.poll(() => page.evaluate('document.fullscreenElement?.id')).toBe('stage');
    await keyboard.press('f');
    await expect.poll(() => page.evaluate('document.fullscreenElement')).toBeNull();
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  test('leaves keys to fields, to modifiers and to who turned it off', async () => {
    const page = await openFilm('?s=10.01');
    await page.getByText('Embed in a page').click();
    await page.getByLabel('HTML that shows the player').focus();
    await page.keyboard.press('k');
    await page.keyboard.press('0');
    await page.locator('body').press('Control+j');
    await page.getByText('Keyboard', { exact: true }).click();
    await page.getByLabel('Single keys control the player').uncheck();
    await page.locator('body').press('0');
    expect(await look(page)).toMatchObject({ isPaused: true, time: 10.01 });
    await page.reload();
    await waitForControls(page);
    await page.getByText('Keyboard', { exact: true }).click();
    expect(await page.getByLabel('Single keys control the player').isChecked()).toBe(false);
    await page.context().close();
  });
});

test('the speed is chosen in the menu, and the volume is remembered', async () => {
  const page = await openFilm();
  const speed = await openMenu(page, 'Speed');
  await choose(speed, '1.5x');
  await expect.poll(async () => (await sounding(page)).playbackRate).toBe(1.5);
  await page.keyboard.press('Escape');
  await page.evaluate('document.activeElement.blur()');
  await page.keyboard.press('ArrowDown');
  await expect.poll(async () => (await sounding(page)).volume, { timeout: 10_000 }).toBeLessThan(1);
  const { volume } = await sounding(page);
  await page.reload();
  await expect.poll(async () => (await sounding(page)).volume, { timeout: 10_000 }).toBeCloseTo(volume, 5);
  await page.context().close();
});

test('the picture stays where it is when the controls come', async () => {
  const page = await openPage(browser);
  await page.route('**/controls.js', async (route) => {
    const before = await page.locator('video').boundingBox();
    await route.continue();
    await waitForControls(page);
    expect(await page.locator('video').boundingBox()).toEqual(before);
    raised = true;
  });
  let raised = false;
  await page.goto(await filmUrl());
  await expect.poll(() => raised, { timeout: 20_000 }).toBe(true);
  await page.context().close();
});

test('the browser’s own controls stay where ours cannot be had', async () => {
  const page = await openPage(browser);
  await page.route('**/controls.js', (route) => route.abort());
  await page.goto(await filmUrl());
  await page.locator('html.has-native-controls').waitFor();
  expect(await page.locator('video').getAttribute('controls')).toBe('');
  await page.context().close();
});

test('without scripts there is a poster, the title, the download and the browser’s own player', async () => {
  const page = await openPage(browser, { javaScriptEnabled: false });
  await page.goto(await filmUrl());
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('film.mp4');
  const video = page.locator('video');
  expect(await video.getAttribute('controls')).toBe('');
  const poster = await page.request.get(new URL((await video.getAttribute('poster'))!, page.url()).href);
  expect(poster.headers()['content-type']).toBe('image/jpeg');
  expect(await video.locator('source').getAttribute('type')).toBe('application/vnd.apple.mpegurl');
  const href = await page.getByRole('link', { name: 'Download' }).getAttribute('href');
  const download = await page.request.get(new URL(href!, page.url()).href);
  expect(download.headers()['content-type']).toBe('video/mp4');
  expect(await page.getByRole('button', { name: 'Copy link' }).isVisible()).toBe(false);
  await page.context().close();
});

describe.each([
  ['a phone', 390],
  ['a desktop', 1280],
])('on %s', (_device, width) => {
  test('the page and the open menus are accessible', async () => {
    const page = await openPage(browser, { viewport: { width, height: 800 } });
    await page.goto(await filmUrl());
    await waitForControls(page);
    await expectAccessible(page);
    await openMenu(page, 'Speed');
    await expectAccessible(page);
    await page.goto(`${await filmUrl()}?layout=minimal`);
    await waitForControls(page);
    await expectAccessible(page);
    await page.context().close();
  });
});
