/** A clip that was saved plays in a browser from a plain file, over its joins, although several encoders made it. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectFrame, look, openBrowser, openPage, seek } from '../support/browser.js';
import { makeClip } from '../support/clips.js';
import { never, sourceOf, startEngine, type EngineWorld } from '../support/engine.js';

declare const document: { querySelector(selector: '#player'): { src: string } };

let world: EngineWorld;
let browser: Browser;
beforeAll(async () => {
  [world, browser] = await Promise.all([startEngine(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await world.close();
});

test('the file of a clip shows each picture at its time, and seeks to any', async () => {
  const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-profile:v', 'main', '-bf', '2', '-g', '75'];
  const source = await sourceOf(await makeClip({ seconds: 9, video: [...video, '-pix_fmt', 'yuv420p'] }));
  const file = await world.engine.clips.download(source, { startMs: 1500, endMs: 7600 }, never);
  const parts: Buffer[] = [];
  for await (const part of file.read(0, file.sizeBytes, never)) parts.push(part);

  const page = await openPage(browser);
  await page.setContent('<video id="player" muted></video>');
  await page.evaluate((bytes) => {
    const data = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
    document.querySelector('#player').src = URL.createObjectURL(new Blob([data], { type: 'video/mp4' }));
  }, Buffer.concat(parts).toString('base64'));
  await expectFrame(page, 45);
  const { duration } = await look(page);
  // Nothing comes before the first picture but the sound's frame of silence.
  const lead = duration - 6.1;
  expect(lead).toBeGreaterThanOrEqual(0);
  expect(lead).toBeLessThan(0.1);
  const silence = Math.min(lead, 2048 / 48_000);
  for (const frame of [46, 74, 75, 76, 149, 150, 151, 224, 225, 226, 227]) {
    await seek(page, silence + (frame - 45 + 0.4) / 30);
    await expectFrame(page, frame);
  }
  expect(page.complaints).toEqual([]);
});
