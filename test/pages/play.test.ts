/** Every kind of media shows the right picture at the right time in a real browser. */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
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
import { drop, share, waitForFile } from '../support/library.js';

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

const X265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error'];
const HDR10 = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'];

async function shareUrl(name: string, clip: Promise<string>): Promise<string> {
  await drop(appliance, await clip, name);
  const file = await waitForFile(appliance, name);
  return (await share(appliance, file.id)).share_url;
}

describe('a video in H.264', () => {
  let known: Promise<string> | undefined;
  const holiday = () => (known ??= shareUrl('holiday.mp4', makeClip({ seconds: 6 })));

  test('shows the frame that the link names before anybody presses play', async () => {
    const url = await holiday();
    const page = await openPage(browser);
    for (const [start, frame] of [
      ['2.51', 75],
      ['4s', 120],
      ['0:03.34', 100],
    ] as const) {
      await page.goto(`${url}?s=${start}`);
      await expectFrame(page, frame);
      expect(await look(page)).toMatchObject({ isPaused: true });
    }
    expect(page.complaints).toEqual([]);
  });

  test('shows its poster until then when the link names no time', async () => {
    const url = await holiday();
    const page = await openPage(browser);
    await page.goto(url);
    const poster = await page.getAttribute('video', 'poster');
    expect((await page.request.get(new URL(poster!, url).href)).headers()['content-type']).toBe('image/jpeg');
    expect(await look(page)).toMatchObject({ isPaused: true, time: 0 });
  });

  test('plays to its last frame', async () => {
    const url = await holiday();
    const page = await openPage(browser);
    await page.goto(`${url}?s=4&autoplay=1`);
    await expect.poll(async () => (await look(page)).hasEnded, { timeout: 30_000 }).toBe(true);
    const { time, duration, frame } = await look(page);
    expect(time).toBeCloseTo(duration, 1);
    expect(duration).toBeCloseTo(6, 1);
    expect(frame).toBe(179);
    expect(page.complaints).toEqual([]);
  });

  test('shows the right frame after every jump', async () => {
    const url = await holiday();
    const page = await openPage(browser);
    await page.goto(url);
    await play(page);
    await pause(page);
    for (const [seconds, frame] of [
      [5.01, 150],
      [0.51, 15],
      [3.01, 90],
    ] as const) {
      await seek(page, seconds);
      await expectFrame(page, frame);
    }
  });

  test('shows the end when the link points behind it, the beginning when it makes no sense', async () => {
    const url = await holiday();
    const page = await openPage(browser);
    await page.goto(`${url}?s=99999`);
    await expectFrame(page, 165);
    await page.goto(`${url}?s=-3`);
    await expectFrame(page, 0);
  });

  test('can be linked to at the moment that is shown', async () => {
    const url = await holiday();
    const page = await openPage(browser, { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.goto(`${url}?s=3.5`);
    await expectFrame(page, 105);
    const copied = () => page.evaluate('navigator.clipboard.readText()');
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByText('Link copied.').waitFor();
    expect(await copied()).toBe(url);
    await page.getByLabel('at 0:03').check();
    await page.getByRole('button', { name: 'Copy link' }).click();
    await expect.poll(copied).toBe(`${url}?s=3`);
  });

  test('plays by the browser itself where there is no Media Source', async () => {
    const url = await holiday();
    const page = await openPage(browser);
    await page.addInitScript('delete window.MediaSource; delete window.ManagedMediaSource');
    await page.goto(`${url}?s=4.01&autoplay=1&muted=1`);
    await expect.poll(async () => (await look(page)).hasEnded, { timeout: 30_000 }).toBe(true);
    expect((await look(page)).duration).toBeCloseTo(6, 1);
    expect(await page.getAttribute('video', 'src')).toMatch(/master\.m3u8$/);
    await page.goto(`${url}?s=2.51`);
    await expectFrame(page, 75);
    expect(page.complaints).toEqual([]);
  });

  test('begins small: few requests and few bytes before the media', async () => {
    const url = await holiday();
    const page = await openPage(browser);
    const loaded: { path: string; sizeBytes: Promise<number> }[] = [];
    page.on('requestfinished', (request) => {
      const path = new URL(request.url()).pathname;
      // What comes after the test has seen enough has no size any more.
      const sizeBytes = request.sizes().then(
        (sizes) => sizes.responseBodySize,
        () => 0,
      );
      if (!/\.(m3u8|mp4|m4s)$/.test(path)) loaded.push({ path, sizeBytes });
    });
    await page.goto(`${url}?s=1.01`);
    await expectFrame(page, 30);
    const sizes = await Promise.all(loaded.map((one) => one.sizeBytes));
    expect(loaded.map((one) => one.path).length).toBeLessThanOrEqual(8);
    expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThan(250_000);
  });
});

test('a video that has to be encoded shows the right frames', async () => {
  const url = await shareUrl('phone.mp4', makeClip({ seconds: 5, video: [...X265, '-tag:v', 'hvc1'] }));
  const page = await openPage(browser);
  await page.goto(`${url}?s=3.01`);
  await expectFrame(page, 90);
  await play(page);
  await expectTimeBeyond(page, 4);
  expect(page.complaints).toEqual([]);
});

test('a video in HDR shows the right frames', async () => {
  const video = [...X265, '-pix_fmt', 'yuv420p10le', ...HDR10];
  const url = await shareUrl('bright.mp4', makeClip({ seconds: 3, video }));
  const page = await openPage(browser);
  await page.goto(`${url}?s=1.51`);
  await expectFrame(page, 45);
  expect(page.complaints).toEqual([]);
});

describe('a sound', () => {
  test('plays beside its cover', async () => {
    const picture = await makeClip({
      name: 'x.png',
      seconds: 1,
      frameRate: '1',
      audio: false,
      video: ['-c:v', 'png'],
    });
    const song = await makeClip({ name: 'x.mp3', seconds: 4, video: false, audio: ['-c:a', 'libmp3lame'] });
    const url = await shareUrl(
      'song.mp3',
      convertClip([song, picture], 'x.mp3', [
        '-map',
        '0:a',
        '-map',
        '1:v',
        '-c',
        'copy',
        '-disposition:v',
        'attached_pic',
      ]),
    );
    const page = await openPage(browser);
    await page.goto(`${url}?s=1`);
    expect(await page.locator('video').count()).toBe(0);
    const cover = page.locator('img.cover');
    await expect
      .poll(() => cover.evaluate((image: { naturalWidth: number }) => image.naturalWidth))
      .toBeGreaterThan(100);
    await play(page);
    await expectTimeBeyond(page, 2);
    expect((await look(page)).duration).toBeCloseTo(4, 1);
    expect(page.complaints).toEqual([]);
  });

  test('without a cover shows a drawn one', async () => {
    const url = await shareUrl(
      'voice.wav',
      makeClip({ name: 'x.wav', seconds: 4, video: false, audio: ['-c:a', 'pcm_s16le'] }),
    );
    const page = await openPage(browser);
    await page.goto(url);
    expect(await page.locator('svg.cover').isVisible()).toBe(true);
    await play(page);
    await expectTimeBeyond(page, 0.5);
    expect(page.complaints).toEqual([]);
  });
});

test('a file that is renamed while it plays goes on', async () => {
  // Longer than what a player loads ahead.
  const clip = makeClip({ seconds: 100, width: 240, height: 136, frameRate: '10' });
  const url = await shareUrl('before.mp4', clip);
  const page = await openPage(browser);
  await page.goto(url);
  await play(page);
  await expectTimeBeyond(page, 0.2);
  await rename(join(appliance.mediaDir, 'before.mp4'), join(appliance.mediaDir, 'after.mp4'));
  await waitForFile(appliance, 'after.mp4');
  await pause(page);
  await seek(page, 90.05);
  await expectFrame(page, 900);
  expect(page.complaints).toEqual([]);
});

test('a lost connection is said, and playing goes on when it is back', async () => {
  const clip = makeClip({ seconds: 100, width: 240, height: 136, frameRate: '10' });
  const url = await shareUrl('long.mp4', clip);
  const page = await openPage(browser);
  await page.goto(url);
  await play(page);
  await expectTimeBeyond(page, 0.2);
  await page.context().setOffline(true);
  await seek(page, 90.05);
  await page.getByText('Reconnecting').waitFor();
  await page.context().setOffline(false);
  await expectTimeBeyond(page, 90.5);
  expect(await page.getByText('Reconnecting').isVisible()).toBe(false);
});
