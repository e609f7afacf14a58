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

beforeAll(async () => {
  foreign = createServer((_req, res) => {
    res.setHeader('content-type', 'text/html');
    res.end(
      `<body style="margin:0"><iframe width="640" height="360" allow="autoplay; fullscreen" src="${framed}">`,
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

test('a whole page is not shown in a foreign frame', async () => {
  const url = await shareUrl('whole.mp4');
  const page = await openPage(browser);
  const frame = await frameOf(page, url);
  expect(await frame.locator('video').count()).toBe(0);
  expect(page.complaints.join()).toContain('frame-ancestors');
});
