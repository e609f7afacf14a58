/** Every page on a small phone and a desktop, by day and by night: nothing sticks out, everything has a name. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from '../support/accessible.js';
import { startAppliance, type Appliance } from '../support/appliance.js';
import { openBrowser, openPage } from '../support/browser.js';
import { makeClip } from '../support/clips.js';
import { drop, share, waitForFile } from '../support/library.js';
import { waitForControls } from '../support/media-controls.js';

let appliance: Appliance;
let browser: Browser;
let pictures: string;
let cookies: Awaited<ReturnType<BrowserContext['cookies']>> = [];
/** Paths of the pages, filled as the world is made. */
const paths: Record<string, string> = { 'sign in': '/login', error: '/nothing', docs: '/docs' };
const LONG = 'a_recording_with_a_very_long_name_that_has_no_space_in_it_anywhere_at_all_really';

beforeAll(async () => {
  pictures = await mkdtemp(join(tmpdir(), 'lanternshare-pictures-'));
  [appliance, browser] = await Promise.all([startAppliance(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await appliance.close();
  // LOOK=1 keeps them for human eyes.
  if (process.env['LOOK']) process.stdout.write(`pictures are in ${pictures}\n`);
  else await rm(pictures, { recursive: true, force: true });
});

test('a world with a page of every kind', async () => {
  paths['set up'] = appliance.setupPath!;
  await addShare('video', `${LONG}.mp4`, await makeClip({ seconds: 4 }));
  const sound = { name: 'x.mp3', seconds: 4, video: false, audio: ['-c:a', 'libmp3lame'] } as const;
  await addShare('sound', `${LONG}.mp3`, await makeClip(sound));
  await addShare('away', 'away.mp4', await makeClip({ seconds: 4 }));
  await rename(join(appliance.mediaDir, 'away.mp4'), join(appliance.mediaDir, '.away'));
  await writeFile(join(appliance.mediaDir, 'broken.mp4'), 'no film');
  const { id } = await waitForFile(appliance, 'broken.mp4', 'failed');
  paths['failed'] = new URL((await share(appliance, id)).share_url).pathname;
  for (const kind of ['video', 'sound', 'failed']) paths[`${kind}, alone`] = `${paths[kind]}?layout=minimal`;
  expect(Object.keys(paths)).toHaveLength(11);
});

describe.each([
  ['phone', 360],
  ['desktop', 1280],
])('on a %s', (device, width) => {
  describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
    test('every page fits and every control has a name', async () => {
      const page = await openPage(browser, { viewport: { width, height: 740 }, colorScheme });
      for (const [name, path] of Object.entries(paths)) {
        await page.goto(appliance.url + path);
        if ((await page.locator('media-controller').count()) > 0) await waitForControls(page);
        await page.screenshot({ path: join(pictures, `${name}-${device}-${colorScheme}.png`) });
        expect(await page.evaluate(WHAT_STICKS_OUT), name).toEqual([]);
        expect(await page.evaluate(WHAT_HAS_NO_NAME), name).toEqual([]);
        // Each page once on each device and once in each colour is enough for what axe looks at.
        if (width < 1000 === (colorScheme === 'light')) await expectAccessible(page);
      }
      expect(page.complaints).toEqual([]);
      await page.context().close();
    });
  });
});

test('the library and the settings fit a phone too', async () => {
  const page = await openPage(browser, { viewport: { width: 360, height: 740 } });
  await page.goto(appliance.url + appliance.setupPath!);
  await page.getByLabel('User name').fill('keeper');
  await page.getByLabel('Password').fill('lighthouse keeper');
  await page.getByRole('button', { name: 'Create the account' }).click();
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  cookies = await page.context().cookies();
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [360, 1280]) {
      const other = await openPage(browser, { viewport: { width, height: 740 }, colorScheme });
      await other.context().addCookies(cookies);
      await other.goto(appliance.url);
      await other.screenshot({ path: join(pictures, `library-${width}-${colorScheme}.png`), fullPage: true });
      expect(await other.evaluate(WHAT_STICKS_OUT)).toEqual([]);
      expect(await other.evaluate(WHAT_HAS_NO_NAME)).toEqual([]);
      await other.goto(`${appliance.url}/settings`);
      await other.getByLabel('User name of a new member').fill(`${LONG.slice(0, 50)}-${width}${colorScheme}`);
      await other.getByRole('button', { name: 'Add the member' }).click();
      await other.getByText('Write it down now').waitFor();
      await other.getByText('Change', { exact: false }).last().click();
      await other.screenshot({
        path: join(pictures, `settings-${width}-${colorScheme}.png`),
        fullPage: true,
      });
      expect(await other.evaluate(WHAT_STICKS_OUT)).toEqual([]);
      expect(await other.evaluate(WHAT_HAS_NO_NAME)).toEqual([]);
      expect(other.complaints).toEqual([]);
      await other.context().close();
    }
  }
  expect(page.complaints).toEqual([]);
});

async function addShare(kind: string, name: string, clip: string): Promise<void> {
  await drop(appliance, clip, name);
  const { id } = await waitForFile(appliance, name);
  paths[kind] = new URL((await share(appliance, id)).share_url).pathname;
}

/** Evaluated in the page: what reaches beyond its width, visible or not, but for menus that wait beside their own. */
const WHAT_STICKS_OUT = `[...document.querySelectorAll('body *')]
  .filter((element) => !element.closest('[slot=submenu][hidden]'))
  .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
  .map((element) => element.outerHTML.slice(0, 80))`;

const WHAT_HAS_NO_NAME = `[...document.querySelectorAll('a, button, input:not([type=hidden]), select, progress, video, audio')]
  .filter((control) => !control.hidden)
  .filter((control) => !(control.labels?.length || control.getAttribute('aria-label') || control.textContent.trim()))
  .map((control) => control.outerHTML.slice(0, 80))`;
