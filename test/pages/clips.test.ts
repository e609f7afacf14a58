/** A clip plays in a real browser as if it were one recording: from its first picture to its last, over its joins. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startAppliance, type Appliance } from '../support/appliance.js';
import { expectFrame, look, openBrowser, openPage, play, seek } from '../support/browser.js';
import { makeClip, type ClipOptions } from '../support/clips.js';
import { walkStream } from '../support/clip-walk.js';
import { drop, waitForFile } from '../support/library.js';

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

const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-bf', '2'];
const FPS = 30;

interface Video {
  currentTime: number;
  buffered: { length: number };
  getVideoPlaybackQuality(): { totalVideoFrames: number };
  addEventListener(type: string, listener: () => void): void;
  requestVideoFrameCallback(callback: (now: number, frame: { mediaTime: number }) => void): void;
}
declare const document: { querySelector(selector: '#player'): Video };
declare const window: { seen: { times: number[]; waits: number; ranges: number } };

/** Notes each picture's media time, each wait, and in how many parts the buffer ever was. */
async function watch(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('#player').buffered.length > 0);
  await page.evaluate(() => {
    const video = document.querySelector('#player');
    const seen: typeof window.seen = (window.seen = { times: [], waits: 0, ranges: 0 });
    video.addEventListener('waiting', () => seen.waits++);
    const note = (_now: number, { mediaTime }: { mediaTime: number }) => {
      seen.times.push(mediaTime);
      seen.ranges = Math.max(seen.ranges, video.buffered.length);
      video.requestVideoFrameCallback(note);
    };
    video.requestVideoFrameCallback(note);
  });
}

const KINDS: [string, ClipOptions][] = [
  ['a copy with long groups of pictures', { name: 'copied.mp4', video: [...X264, '-g', '75'] }],
  ['what is encoded', { name: 'encoded.mp4', video: ['-c:v', 'mpeg4', '-q:v', '4', '-g', '60'] }],
];

describe.each(KINDS)('a clip of %s', (_what, options) => {
  /** Frames 40 to 227. */
  const clip = { start_time: 1.333, end_time: 7.6 };

  async function shareClip() {
    const name = options.name!;
    await drop(appliance, await makeClip({ ...options, seconds: 9 }), name);
    const file = await waitForFile(appliance, name);
    const { body: segmentation } = await appliance.api('POST', `/files/${file.id}/segmentations`, {
      strategy: 'manual',
      manual_config: { segments: [clip] },
    });
    const { body } = await appliance.api('POST', '/share', {
      file_id: file.id,
      file_segment_id: segmentation.data.segments[0].id,
    });
    return body as { share_url: string; stream_url: string };
  }

  test('plays from its first picture to its last without a wait, a hole or a jump', async () => {
    const { share_url, stream_url } = await shareClip();
    // All of it is made: whatever is waited for from here on is a join's doing.
    await walkStream(stream_url);
    const page = await openPage(browser);
    await page.goto(share_url);
    await expectFrame(page, 40);
    await watch(page);
    await play(page);
    await expect.poll(async () => (await look(page)).hasEnded, { timeout: 40_000 }).toBe(true);
    expect(await look(page)).toMatchObject({ frame: 227, duration: expect.closeTo(6.3, 0.5) });
    const { times, waits, ranges, frames } = await page.evaluate(() => ({
      ...window.seen,
      frames: document.querySelector('#player').getVideoPlaybackQuality().totalVideoFrames,
    }));
    // Shown, or left out by a busy machine: none got lost at a join, none came twice.
    expect(frames).toBe(188);
    expect({ waits, ranges }).toEqual({ waits: 0, ranges: 1 });
    // A busy machine may leave out a picture; none comes late, early or twice.
    for (const [n, time] of times.slice(1).entries()) {
      const frames = (time - times[n]!) * FPS;
      expect(frames).toBeCloseTo(Math.round(frames), 1);
      expect(Math.round(frames)).toBeGreaterThanOrEqual(1);
    }
    expect(times.length).toBeGreaterThan(100);
    expect(page.complaints).toEqual([]);

    // The picture of each moment is the one of that moment, on both sides of each join.
    for (const frame of [40, 44, 60, 74, 75, 76, 120, 149, 150, 151, 180, 224, 225, 226]) {
      const offset = times.at(-1)! - (227 - frame) / FPS;
      await seek(page, Math.max(0, offset + 0.5 / FPS));
      await expectFrame(page, frame);
    }
  });
});
