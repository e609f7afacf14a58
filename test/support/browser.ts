/**
 * A real Chromium for tests: pages that count what went wrong in them, and eyes that read the frame counter
 * off the picture that is shown.
 */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { launchChromium } from './chromium.js';

export interface TestPage extends Page {
  /** Script errors and refusals of the content policy so far. */
  complaints: string[];
}

/**
 * What is used of the browser's world inside a page. The DOM's own types would be seen by the server's code
 * too, which must not know them.
 */
interface Media {
  currentTime: number;
  duration: number;
  paused: boolean;
  ended: boolean;
  seeking: boolean;
  readyState: number;
  videoWidth?: number;
  videoHeight?: number;
  play(): Promise<void>;
  pause(): void;
}
declare const document: { querySelector(selector: '#player'): Media };
declare class OffscreenCanvas {
  constructor(width: number, height: number);
  width: number;
  height: number;
  getContext(kind: '2d', options: { willReadFrequently: true }): Canvas;
}
interface Canvas {
  drawImage(media: Media, x: number, y: number, width: number, height: number): void;
  getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
}

export const openBrowser = launchChromium;

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<TestPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = Object.assign(await context.newPage(), { complaints: [] as string[] });
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  page.on('console', (message) => {
    // A refused connection or a 404 is part of some tests; what the page says of itself is not.
    const isLoading = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isLoading) page.complaints.push(message.text());
  });
  return page;
}

/** A page, or the page in a frame. */
type Eyes = Pick<Page, 'evaluate' | 'waitForFunction'>;

interface Shown {
  time: number;
  duration: number;
  isPaused: boolean;
  hasEnded: boolean;
  width: number;
  /** What the frame counter says; undefined while no picture is there. */
  frame: number | undefined;
}

/** What the player shows at this moment. */
export function look(page: Eyes): Promise<Shown> {
  return page.evaluate(() => {
    const media = document.querySelector('#player');
    const { currentTime, duration, paused, ended, videoWidth = 0, videoHeight = 0 } = media;
    const shown = { time: currentTime, duration, isPaused: paused, hasEnded: ended, width: videoWidth };
    if (videoWidth === 0 || media.seeking || media.readyState < 2) return { ...shown, frame: undefined };
    // 16 blocks from the top left, each a 48th of the width: brought to 10 × 10 pixels.
    const canvas = new OffscreenCanvas(480, Math.round((480 * videoHeight) / videoWidth));
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(media, 0, 0, canvas.width, canvas.height);
    const row = context.getImageData(0, 5, 160, 1).data;
    let frame = 0;
    for (let bit = 0; bit < 16; bit++) if (row[(bit * 10 + 5) * 4 + 1]! > 127) frame |= 1 << bit;
    return { ...shown, frame };
  });
}

/** Presses play once the stream is known; until then the player is still being put in place. */
export async function play(page: Eyes): Promise<void> {
  await page.waitForFunction(() => document.querySelector('#player').readyState > 0);
  await page.evaluate(() => document.querySelector('#player').play());
}

export const pause = (page: Eyes) => page.evaluate(() => document.querySelector('#player').pause());

export async function seek(page: Eyes, seconds: number): Promise<void> {
  await page.evaluate((time) => {
    document.querySelector('#player').currentTime = time;
  }, seconds);
}

/** Until the picture is the one wished; `frame` in the source's own count. */
export async function expectFrame(page: Eyes, frame: number, timeoutMs = 30_000): Promise<void> {
  await expect
    .poll(async () => (await look(page)).frame, { timeout: timeoutMs, interval: 50, message: 'frame shown' })
    .toBe(frame);
}

export async function expectTimeBeyond(page: Eyes, seconds: number, timeoutMs = 30_000): Promise<void> {
  await expect
    .poll(async () => (await look(page)).time, { timeout: timeoutMs, interval: 50, message: 'time played' })
    .toBeGreaterThan(seconds);
}
