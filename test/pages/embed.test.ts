/** The player alone in somebody else's page. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Frame } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAppliance, type Appliance } from '../support/appliance.js';
import {
  expectFrame,
  expectTimeBeyond,
  look,
  openBrowser,
  openPage,
  play,
  type TestPage,
} from '../support/browser.js';
import { makeClip } from '../support/clips.js';
import { drop, share, waitForFile } from '../support/library.js';

let appliance: Appliance;
let browser: Browser;
let foreign: Server;
/** What the other site shows in its frame. */
let framed = '';
/** What it does with the frame. */
let script = '';

beforeAll(async () => {
  foreign = createServer((_req, res) => {
    res.setHeader('content-type', 'text/html');
    res.end(
      `<body style="margin:0"><iframe width="640" height="360" allow="autoplay; fullscreen" src="${framed}"></iframe><script>${script}</script>`,
    );
  });
  foreign.listen(0, '127.0.0.1');
  [appliance, browser] = await Promise.all([startAppliance(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await appliance.close();
  foreign.close();
});

/** localhost and 127.0.0.1 are two origins. */
async function frameOf(page: TestPage, url: string): Promise<Frame> {
  framed = url;
  await page.goto(`http://localhost:${(foreign.address() as AddressInfo).port}/`);
  return page.frames()[1]!;
}

async function shareUrl(name: string): Promise<string> {
  await drop(appliance, await makeClip({ seconds: 4 }), name);
  const file = await waitForFile(appliance, name);
  return (await share(appliance, file.id)).share_url;
}

test('plays in a foreign frame, fills it, and shows nothing else', async () => {
  const url = await shareUrl('embedded.mp4');
  const page = await openPage(browser);
  const frame = await frameOf(page, `${url}?layout=minimal&s=1.51`);
  await expectFrame(frame, 45);
  const box = await frame.locator('video').boundingBox();
  expect(box).toMatchObject({ x: 0, y: 0, width: 640, height: 360 });
  expect((await frame.locator('body').innerText()).trim()).toBe('');
  await play(frame);
  await expectTimeBeyond(frame, 2);
  expect(page.complaints).toEqual([]);
});

test('begins by itself and in silence when the link says so', async () => {
  const url = await shareUrl('silent.mp4');
  const page = await openPage(browser);
  const frame = await frameOf(page, `${url}?layout=minimal&autoplay=1&muted=1&loop=1`);
  await expectTimeBeyond(frame, 0.5);
  const properties = await frame
    .locator('video')
    .evaluate(({ muted, loop }: { muted: boolean; loop: boolean }) => ({ muted, loop }));
  expect(properties).toEqual({ muted: true, loop: true });
  expect(await look(frame)).toMatchObject({ isPaused: false });
});

/** As the player.js library does it: asks by messages, keeps what it is told. */
const DRIVER = `
  const told = [];
  let count = 0;
  const frame = document.querySelector('iframe');
  addEventListener('message', ({ data, source }) => {
    if (source === frame.contentWindow) told.push(JSON.parse(data));
  });
  const tell = (method, value, listener) => frame.contentWindow.postMessage(
    JSON.stringify({ context: 'player.js', version: '0.0.11', method, value, listener }), '*');
  const ask = (method) => new Promise((resolve) => {
    const listener = 'asked-' + count++;
    addEventListener('message', function heard({ data }) {
      const message = JSON.parse(data);
      if (message.listener !== listener) return;
      removeEventListener('message', heard);
      resolve(message.value);
    });
    tell(method, undefined, listener);
  });
  const until = (event) => new Promise((resolve) => {
    const listener = 'until-' + count++;
    addEventListener('message', function heard({ data }) {
      const message = JSON.parse(data);
      if (message.listener !== listener) return;
      removeEventListener('message', heard);
      tell('removeEventListener', event, listener);
      resolve(message.value);
    });
    tell('addEventListener', event, listener);
  });`;

test('is driven by the page around it', async () => {
  const url = await shareUrl('driven.mp4');
  const page = await openPage(browser);
  script = DRIVER;
  const frame = await frameOf(page, `${url}?layout=minimal&muted=1`);
  const told = () => page.evaluate('told');
  await expect.poll(told).toMatchObject([{ context: 'player.js', event: 'ready' }]);
  expect(await page.evaluate("until('ready')")).toMatchObject({
    src: `${url}?layout=minimal&muted=1`,
    events: expect.arrayContaining(['play', 'pause', 'ended', 'timeupdate', 'seeked', 'error']),
    methods: expect.arrayContaining(['setCurrentTime', 'getDuration', 'removeEventListener']),
  });
  expect(await page.evaluate("ask('getPaused')")).toBe(true);
  expect(await page.evaluate("ask('getMuted')")).toBe(true);
  expect(await page.evaluate("ask('getDuration')")).toBeCloseTo(4, 1);
  await page.evaluate("[until('play'), tell('play')][0]");
  expect(await page.evaluate("until('timeupdate')")).toEqual({
    seconds: expect.any(Number),
    duration: expect.any(Number),
  });
  await page.evaluate("[until('pause'), tell('pause')][0]");
  expect(await look(frame)).toMatchObject({ isPaused: true });
  await page.evaluate("[until('seeked'), tell('setCurrentTime', 3.01)][0]");
  await expectFrame(frame, 90);
  expect(await page.evaluate("ask('getCurrentTime')")).toBeCloseTo(3.01, 2);
  await page.evaluate("tell('unmute'), tell('setVolume', 40), tell('setLoop', true)");
  expect(await page.evaluate("ask('getVolume')")).toBe(40);
  expect(await page.evaluate("ask('getMuted')")).toBe(false);
  expect(await page.evaluate("ask('getLoop')")).toBe(true);
  await page.evaluate(
    "tell('setLoop', false), tell('nothing'), tell('setVolume', 'loud'), tell('constructor')",
  );
  expect(await page.evaluate("ask('getVolume')")).toBe(40);
  await page.evaluate("[until('ended'), tell('play')][0]");
  expect(await look(frame)).toMatchObject({ hasEnded: true });
  expect(page.complaints).toEqual([]);
});

test('a whole page is not shown in a foreign frame', async () => {
  const url = await shareUrl('whole.mp4');
  const page = await openPage(browser);
  const frame = await frameOf(page, url);
  expect(await frame.locator('video').count()).toBe(0);
  expect(page.complaints.join()).toContain('frame-ancestors');
});
