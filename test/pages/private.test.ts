/** A private share as people meet it: signed out, signed in, in a frame, over many hours. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock, type Clock } from '../../server/base/clock.js';
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
  type TestPage,
} from '../support/browser.js';
import { makeClip } from '../support/clips.js';
import { drop, share, waitForFile } from '../support/library.js';

const HOUR_MS = 3600 * 1000;
const GOOD = { username: 'keeper', password: 'lighthouse keeper' };

/** Timers run as usual; the time of day can be set forward, as after a sleep. */
function createMovedClock(): Clock & { moveMs(ms: number): void } {
  let aheadMs = 0;
  return {
    now: () => systemClock.now() + aheadMs,
    after: (ms, fn) => systemClock.after(ms, fn),
    moveMs: (ms) => void (aheadMs += ms),
  };
}

const clock = createMovedClock();
let appliance: Appliance;
let browser: Browser;
let foreign: Server;
let url = '';

beforeAll(async () => {
  const admin = { ADMIN_USERNAME: GOOD.username, ADMIN_PASSWORD: GOOD.password };
  [appliance, browser] = await Promise.all([startAppliance(admin, { clock }), openBrowser()]);
  foreign = createServer((_req, res) => {
    res.setHeader('content-type', 'text/html');
    res.end(`<body><iframe width="640" height="360" src="${url}?layout=minimal&amp;s=9"></iframe>`);
  });
  foreign.listen(0, '127.0.0.1');
});
beforeEach(async () => {
  url ||= await sharePrivately('home.mp4', { title: 'At home' });
});
afterAll(async () => {
  foreign.close();
  await browser.close();
  await appliance.close();
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
});

async function sharePrivately(name: string, more: object = {}): Promise<string> {
  // Longer than what a player loads ahead.
  await drop(appliance, await makeClip({ seconds: 100, width: 240, height: 136, frameRate: '10' }), name);
  const file = await waitForFile(appliance, name);
  return (await share(appliance, file.id, { visibility: 'private', ...more })).share_url;
}

async function signIn(page: Page, password = GOOD.password): Promise<void> {
  await page.getByLabel('User name').fill(GOOD.username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function openSignedIn(query = ''): Promise<TestPage> {
  const page = await openPage(browser);
  await page.goto(url + query);
  await signIn(page);
  await page.getByRole('heading', { name: 'At home' }).waitFor();
  return page;
}

describe('who is signed out', () => {
  test('is told nothing, signs in, at the second try, and watches from the moment of the link', async () => {
    const page = await openPage(browser);
    await page.goto(`${url}?s=7.01`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.content()).not.toMatch(/At home|home\.mp4|og:/);
    await signIn(page, 'not this one');
    await page.getByText('The user name or the password is wrong.').waitFor();
    await signIn(page);
    await page.getByRole('heading', { name: 'At home' }).waitFor();
    expect(page.url()).toBe(`${url}?s=7.01`);
    await expectFrame(page, 70);
    await play(page);
    await expectTimeBeyond(page, 8);
    expect(page.complaints).toEqual([]);
  });

  test('sees in a frame on another site a way to a tab of its own, where it plays', async () => {
    const page = await openPage(browser);
    // localhost and 127.0.0.1 are two sites.
    await page.goto(`http://localhost:${(foreign.address() as AddressInfo).port}/`);
    const frame = page.frameLocator('iframe');
    const opened = page.waitForEvent('popup');
    expect(await frame.locator('body').innerText()).not.toMatch(/At home|home\.mp4/);
    await frame.getByRole('link', { name: 'Open to sign in' }).click();
    const tab = await opened;
    await signIn(tab);
    await expectFrame(tab, 90);
    // Signed in by now, yet a browser tells that to no frame on another site.
    await page.reload();
    await frame.getByText('not even after you signed in').waitFor();
    expect(await frame.locator('video').count()).toBe(0);
    expect(page.complaints).toEqual([]);
  });
});

/** How often the picture stopped for want of data, and how often the stream was begun anew. */
async function countBreaks(page: Page): Promise<() => Promise<{ stalls: number; reloads: number }>> {
  await page.evaluate(`{
    const media = document.querySelector('#player');
    window.breaks = { stalls: 0, reloads: 0 };
    media.addEventListener('waiting', () => window.breaks.stalls++);
    media.addEventListener('emptied', () => window.breaks.reloads++);
  }`);
  return () => page.evaluate<{ stalls: number; reloads: number }>('window.breaks');
}

const tokensOf = (page: Page) => {
  const tokens = new Set<string>();
  page.on('response', (response) => {
    const token = /\/hls\/([^/]+)\/.*\.m4s/.exec(response.url())?.[1];
    if (token && response.ok()) tokens.add(token);
  });
  return tokens;
};

describe('a page that stays open for longer than its stream was promised', () => {
  test('plays on without a break when the time jumps while it plays', async () => {
    const page = await openSignedIn();
    const tokens = tokensOf(page);
    await play(page);
    await expectTimeBeyond(page, 0.5);
    const breaks = await countBreaks(page);
    expect(tokens.size).toBe(1);
    clock.moveMs(14 * HOUR_MS);
    await expect.poll(() => tokens.size, { timeout: 60_000 }).toBeGreaterThan(1);
    const { time } = await look(page);
    await expectTimeBeyond(page, time + 1);
    expect(await breaks()).toEqual({ stalls: 0, reloads: 0 });
    expect(await page.locator('#player-note').isVisible()).toBe(false);
    expect(page.complaints).toEqual([]);
  });

  test('goes on where it was after a pause of a day', async () => {
    const page = await openSignedIn('?s=20.01');
    await expectFrame(page, 200);
    await play(page);
    await pause(page);
    const breaks = await countBreaks(page);
    clock.moveMs(24 * HOUR_MS);
    await seek(page, 80.01);
    await expectFrame(page, 800);
    await play(page);
    await expectTimeBeyond(page, 81);
    expect((await breaks()).reloads).toBe(0);
    expect(await page.locator('#player-note').isVisible()).toBe(false);
  });

  test('asks for the next address before it goes on, when its own clock says so', async () => {
    const page = await openPage(browser);
    await page.addInitScript(
      '{ const now = Date.now; window.aheadMs = 0; Date.now = () => now() + aheadMs; }',
    );
    await page.goto(`${url}?s=20.01`);
    await signIn(page);
    await expectFrame(page, 200);
    const asked: string[] = [];
    page.on('request', (sent) => asked.push(new URL(sent.url()).pathname.split('/').at(-1)!));
    // A sleep: the page's timers did not run, its clock did.
    await page.evaluate(`window.aheadMs = ${14 * HOUR_MS}`);
    await seek(page, 60.01);
    await expectFrame(page, 600);
    const [first, ...others] = asked.filter((name) => name === 'state' || name.endsWith('.m4s'));
    expect(first).toBe('state');
    expect(others.filter((name) => name.endsWith('.m4s')).length).toBeGreaterThan(0);
  });

  test('plays on in a browser that plays by itself', async () => {
    const page = await openPage(browser);
    await page.addInitScript('delete window.MediaSource; delete window.ManagedMediaSource');
    await page.goto(`${url}?s=10.01`);
    await signIn(page);
    await expectFrame(page, 100);
    clock.moveMs(24 * HOUR_MS);
    await seek(page, 90.01);
    await expectFrame(page, 900);
    await play(page);
    await expectTimeBeyond(page, 90.5);
    expect(await page.locator('#player-note').isVisible()).toBe(false);
  });

  test('says that its visitor is signed out, and leads to sign-in', async () => {
    const page = await openSignedIn();
    await play(page);
    await expectTimeBeyond(page, 0.2);
    clock.moveMs(14 * HOUR_MS);
    await page.context().clearCookies();
    await seek(page, 90.01);
    await page.getByText('You are signed out.').waitFor();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  test('says that it is no longer shared', async () => {
    const other = await sharePrivately('other.mp4');
    const page = await openSignedIn();
    await page.goto(other);
    await play(page);
    await expectTimeBeyond(page, 0.2);
    await appliance.api('DELETE', other.slice(other.indexOf('/share/')));
    await seek(page, 90.01);
    await page.getByText('This is no longer shared.').waitFor();
  });
});

test('a private link is made by one click, beside the other, and said to be for members', async () => {
  await drop(appliance, await makeClip({ seconds: 4 }), 'clicked.mp4');
  const file = await waitForFile(appliance, 'clicked.mp4');
  const page = await openPage(browser, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.goto(appliance.url);
  await signIn(page);
  const row = page.getByRole('listitem').filter({ hasText: 'clicked.mp4' });
  await row.getByRole('button', { name: 'Private link to clicked.mp4' }).click();
  await page.getByText('Shared, and the link is on your clipboard.').waitFor();
  await row.getByText('For members').first().waitFor();
  const link = await row.getByLabel('Private address of clicked.mp4').inputValue();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(link);
  const { body } = await appliance.api('GET', `/share?file_id=${file.id}`);
  expect(body.data).toMatchObject([{ share_url: link, visibility: 'private' }]);
  await row.getByRole('button', { name: 'Share clicked.mp4' }).click();
  await row.getByText('For anyone').first().waitFor();
  await row.getByRole('button', { name: 'Stop link clicked.mp4' }).click();
  await row.getByRole('button', { name: 'Private link to clicked.mp4' }).waitFor();
  await row.getByText('For anyone').first().waitFor();
  expect(page.complaints).toEqual([]);
});
