/** Links with limits as people meet them, and the page on which members look after all links. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../server/base/clock.js';
import { expectAccessible } from '../support/accessible.js';
import { startAppliance, type Appliance } from '../support/appliance.js';
import {
  expectFrame,
  expectTimeBeyond,
  openBrowser,
  openPage,
  play,
  seek,
  type TestPage,
} from '../support/browser.js';
import { makeClip } from '../support/clips.js';
import { drop, share, waitForFile } from '../support/library.js';

const GOOD = { username: 'keeper', password: 'lighthouse keeper' };
/** The one of the test browser says that it is no person's. */
const PERSON = {
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36',
};

let aheadMs = 0;
const clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
let appliance: Appliance;
let browser: Browser;
let foreign: Server;
let framed = '';

beforeAll(async () => {
  const env = {
    ADMIN_USERNAME: GOOD.username,
    ADMIN_PASSWORD: GOOD.password,
    TRUST_PROXY: 'loopback',
  };
  [appliance, browser] = await Promise.all([startAppliance(env, { clock }), openBrowser()]);
  foreign = createServer((_req, res) => {
    res.setHeader('content-type', 'text/html');
    res.end(`<body><iframe width="640" height="360" src="${framed}"></iframe>`);
  });
  foreign.listen(0, '127.0.0.1');
});
afterAll(async () => {
  foreign.close();
  await browser.close();
  await appliance.close();
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
});

let files = 0;
async function makeShare(more: object, seconds = 40) {
  const name = `film-${++files}.mp4`;
  await drop(appliance, await makeClip({ seconds, width: 240, height: 136, frameRate: '10' }), name);
  const file = await waitForFile(appliance, name);
  return share(appliance, file.id, { title: `Film ${files}`, ...more });
}

async function open(url: string, options: BrowserContextOptions = {}): Promise<TestPage> {
  const page = await openPage(browser, options);
  await page.goto(url);
  return page;
}

async function openSignedIn(path: string, options: BrowserContextOptions = {}): Promise<TestPage> {
  const page = await open(`${appliance.url}${path}`, options);
  await page.getByLabel('User name').fill(GOOD.username);
  await page.getByLabel('Password').fill(GOOD.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(appliance.url + path);
  return page;
}

async function givePassword(page: Pick<Page, 'getByLabel' | 'getByRole'>, password: string): Promise<void> {
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Open' }).click();
}

const viewsOf = async (id: string) => (await appliance.api('GET', `/share/${id}`)).body.view_count;

describe('a link with a password', () => {
  test.each([true, false])(
    'opens at the second try, from the moment of the link (scripts: %s)',
    async (javaScriptEnabled) => {
      const { share_url } = await makeShare({ password: 'sesame' });
      const page = await open(`${share_url}?s=7.01`, { javaScriptEnabled });
      await page.getByRole('heading', { name: 'This link has a password' }).waitFor();
      expect(await page.content()).not.toMatch(/Film|film|og:/);
      await givePassword(page, 'simsim');
      await page.getByText('This is not the password of this link.').waitFor();
      await givePassword(page, 'sesame');
      await page.getByRole('heading', { name: `Film ${files}` }).waitFor();
      expect(page.url()).toBe(`${share_url}?s=7.01`);
      if (javaScriptEnabled) await expectFrame(page, 70);
      await page.reload();
      await page.getByRole('heading', { name: `Film ${files}` }).waitFor();
      expect(page.complaints).toEqual([]);
    },
  );

  test('plays in a frame on another site, which keeps no cookie of ours', async () => {
    const { share_url } = await makeShare({ password: 'sesame' });
    framed = `${share_url}?layout=minimal&amp;s=9.01`;
    const page = await open(`http://localhost:${(foreign.address() as AddressInfo).port}/`);
    const frame = page.frames()[1]!;
    await givePassword(frame, 'sesame');
    await frame.locator('#player').waitFor();
    await expectFrame(frame, 90);
    await play(frame);
    await expectTimeBeyond(frame, 10);
    expect(page.complaints).toEqual([]);
  });

  test('asks again who watches while it is changed', async () => {
    const { id, share_url } = await makeShare({ password: 'sesame' }, 100);
    const page = await open(share_url);
    await givePassword(page, 'sesame');
    await expectFrame(page, 0);
    await appliance.api('PUT', `/share/${id}`, { password: 'simsim' });
    await seek(page, 90);
    await page.getByText('This asks for its password again.').waitFor();
    await page.getByRole('button', { name: 'Give it' }).click();
    await givePassword(page, 'simsim');
    await expectFrame(page, 0);
    expect(page.complaints).toEqual([]);
  });

  test('is accessible to everybody, in the dark too', async () => {
    const { share_url } = await makeShare({
      password: 'sesame',
      link_preview: 'full',
      description: 'A few words.',
    });
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await open(share_url, { colorScheme, viewport: { width: 360, height: 700 } });
      await givePassword(page, 'wrong');
      await page.getByRole('alert').waitFor();
      await expectAccessible(page);
    }
  });
});

test('a link that ends while it is watched stops, and says so when it is loaded again', async () => {
  const { share_url } = await makeShare({ expires_at: clock.now() + 3_600_000 }, 100);
  const page = await open(share_url);
  await page.getByText(/until \d+ /).waitFor();
  await expectFrame(page, 0);
  aheadMs += 3_600_000;
  await seek(page, 95);
  await page.locator('#player-note').waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'No longer available' }).waitFor();
  expect(await page.content()).not.toMatch(/Film|expired/);
  await expectAccessible(page);
});

test('a link for one view is seen to its end by who was first, and by nobody else', async () => {
  const { id, share_url } = await makeShare({ max_views: 1 }, 60);
  const page = await open(share_url);
  await play(page);
  await expect.poll(() => viewsOf(id), { timeout: 30_000 }).toBe(1);
  await seek(page, 50.01);
  await expectTimeBeyond(page, 51);
  await page.reload();
  await expectFrame(page, 0);
  const other = await open(share_url, { extraHTTPHeaders: { 'x-forwarded-for': '203.0.113.9' } });
  await other.getByRole('heading', { name: 'No longer available' }).waitFor();
  expect(await other.content()).not.toMatch(/Film|used up/);
});

test('a play is counted when ten seconds were really played, and not for members', async () => {
  const { id, share_url } = await makeShare({}, 30);
  const page = await open(share_url, PERSON);
  const told = page.waitForRequest((sent) => sent.url().endsWith('/plays/done'));
  await play(page);
  await expectTimeBeyond(page, 5);
  expect(await viewsOf(id)).toBe(0);
  await told;
  await expect.poll(() => viewsOf(id)).toBe(1);
  const member = await openSignedIn('/shares', PERSON);
  await member.goto(share_url);
  const asked = member.waitForResponse((answer) => answer.url().endsWith('/plays'));
  await play(member);
  expect((await asked).status()).toBe(204);
  expect(page.complaints).toEqual([]);
});

describe('the page of all shares', () => {
  test('finds, changes, copies and revokes links', async () => {
    const made = [
      await makeShare({ title: 'Alpha' }),
      await makeShare({ title: 'Beta' }),
      await makeShare({ title: 'Gamma' }),
    ];
    const page = await openSignedIn('/shares', { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByLabel('Search for shares').fill('alph');
    await page.getByRole('link', { name: 'Beta', exact: true }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /^Copy/ }).click();
    await page.getByText('Link copied.').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(made[0]!.share_url);

    await page.getByRole('link', { name: 'Alpha', exact: true }).click();
    await page.getByLabel('Password').fill('sesame');
    await page.getByLabel('The link ends').selectOption('in a week');
    await page.getByLabel('How many visitors may see it').fill('5');
    await page.getByLabel('Offer a download').uncheck();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    const { body } = await appliance.api('GET', `/share/${made[0]!.id}`);
    expect(body).toMatchObject({ has_password: true, max_views: 5, downloadable: false });
    expect(body.expires_at - clock.now()).toBeGreaterThan(6.9 * 24 * 3_600_000);

    await page.getByRole('link', { name: 'Back to all shares' }).click();
    await page.getByLabel('Which links').selectOption('With a password');
    await page.getByText('0 of 5 views').waitFor();
    await page.getByLabel('Which links').selectOption('All links');
    await page.getByLabel(/Select Beta/).check();
    await page.getByLabel(/Select Gamma/).check();
    await page.getByLabel('Selected links').getByRole('button', { name: 'Revoke…' }).click();
    await page.getByRole('heading', { name: 'Revoke 2 links?' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('Revoked.').waitFor();
    for (const { id } of made.slice(1)) expect((await appliance.api('GET', `/share/${id}`)).status).toBe(404);
    expect(page.complaints).toEqual([]);
  });

  test('is accessible and fits a small phone, in light and dark', async () => {
    await makeShare({
      password: 'x',
      expires_at: clock.now() + 9e8,
      max_views: 3,
      downloadable: false,
      allowed_origins: ['https://a.example'],
    });
    await makeShare({
      title:
        'A title that is so long that it takes several lines on a phone, and without_any_space_in_it_at_all_where_one_would_help',
    });
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await openSignedIn('/shares', { colorScheme, viewport: { width: 360, height: 740 } });
      await expectFits(page);
      await page.getByRole('link', { name: 'Edit' }).last().click();
      await page.getByRole('button', { name: 'Save' }).waitFor();
      await expectFits(page);
    }
  });

  async function expectFits(page: TestPage): Promise<void> {
    await expectAccessible(page);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  }
});
