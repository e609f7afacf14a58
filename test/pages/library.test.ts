/** From the set-up link to a link that plays, as a person does it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startAppliance, type Appliance } from '../support/appliance.js';
import { expectTimeBeyond, openBrowser, openPage, play } from '../support/browser.js';
import { makeClip } from '../support/clips.js';
import { drop } from '../support/library.js';

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

const rowOf = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name });

async function signIn(page: Page): Promise<void> {
  await page.goto(appliance.url);
  await page.getByLabel('User name').fill('keeper');
  await page.getByLabel('Password').fill('lighthouse keeper');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Library' }).waitFor();
}

test('set up, drop a file, share it with one click, open the link', async () => {
  const page = await openPage(browser, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.goto(appliance.url + appliance.setupPath!);
  await page.getByLabel('User name').fill('keeper');
  await page.getByLabel('Password').fill('lighthouse keeper');
  await page.getByRole('button', { name: 'Create the account' }).click();

  await page.getByRole('heading', { name: 'Drop a file here' }).waitFor();
  expect(await page.getByText(appliance.mediaDir).isVisible()).toBe(true);

  // Nobody reloads: the page hears of it.
  await drop(appliance, await makeClip({ seconds: 4 }), 'holiday.mp4');
  const row = rowOf(page, 'holiday.mp4');
  await row.getByText('Ready').waitFor();
  expect(await row.getByText('0:04').isVisible()).toBe(true);
  const poster = row.locator('img');
  await expect.poll(() => poster.evaluate((image: { naturalWidth: number }) => image.naturalWidth)).toBe(480);

  await row.getByRole('button', { name: 'Share' }).click();
  await page.getByText('Shared, and the link is on your clipboard.').waitFor();
  const link = await row.getByLabel('Link to holiday.mp4').inputValue();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(link);

  const visitor = await openPage(browser);
  await visitor.goto(link);
  expect(await visitor.title()).toBe('holiday.mp4');
  await play(visitor);
  await expectTimeBeyond(visitor, 0.5);

  await row.getByRole('button', { name: 'Stop sharing' }).click();
  await row.getByRole('button', { name: 'Share' }).waitFor();
  await visitor.goto(link);
  await visitor.getByText('it is no longer shared').waitFor();
  expect([...page.complaints, ...visitor.complaints]).toEqual([]);
});

test('a set-up link that was used opens nothing any more', async () => {
  const page = await openPage(browser);
  await page.goto(appliance.url + appliance.setupPath!);
  await page.getByRole('heading', { name: 'This link is used up' }).waitFor();
  expect(await page.locator('input').count()).toBe(0);
});

test('a file that cannot be played says why, in the list', async () => {
  const page = await openPage(browser);
  await signIn(page);
  await writeFile(join(appliance.mediaDir, 'broken.mp4'), Buffer.alloc(50_000, 'no film'));
  const row = rowOf(page, 'broken.mp4');
  await row.getByText('Cannot be played').waitFor();
  expect(await row.locator('.file-error').innerText()).toMatch(/^[A-Z].{10,}\.$/);
  expect(await row.getByRole('button', { name: 'Share' }).isDisabled()).toBe(true);
});

test('a refusal is said where it happened', async () => {
  const page = await openPage(browser);
  await signIn(page);
  const row = rowOf(page, 'holiday.mp4');
  await row
    .locator('input[name=csrf]')
    .first()
    .evaluate((field: { value: string }) => (field.value = 'outdated'));
  await row.getByRole('button', { name: 'Share' }).click();
  await page.getByRole('status').getByText('Reload it and try again').waitFor();
});

test('whoever was signed out elsewhere is asked to sign in', async () => {
  const page = await openPage(browser);
  await signIn(page);
  await page.context().clearCookies();
  // By the click, or by whatever change is told first.
  await rowOf(page, 'holiday.mp4')
    .getByRole('button', { name: 'Share' })
    .click({ timeout: 5000 })
    .catch(() => {});
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
});

test('everything works without scripts', async () => {
  const page = await openPage(browser, { javaScriptEnabled: false });
  await signIn(page);
  await rowOf(page, 'holiday.mp4').getByRole('button', { name: 'Share' }).click();
  const row = rowOf(page, 'holiday.mp4');
  const link = await row.getByLabel('Link to holiday.mp4').inputValue();
  await row.getByRole('link', { name: 'Open' }).click();
  expect(page.url()).toBe(link);
  expect(await page.locator('video').getAttribute('poster')).toMatch(/poster\.jpg$/);
  expect(await page.locator('video source').getAttribute('src')).toMatch(/master\.m3u8$/);
  expect(await page.getByRole('link', { name: 'Download' }).isVisible()).toBe(true);
  await page.goBack();
  await row.getByRole('button', { name: 'Stop sharing' }).click();
  await row.getByRole('button', { name: 'Share' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
});
