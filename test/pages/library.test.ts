/** From the set-up link to a link that plays, as a person does it. */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from '../support/accessible.js';
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

test('folders are walked through, files are found as one types, and the layout is remembered', async () => {
  await drop(appliance, await makeClip({ seconds: 1 }), 'Trips/2024/lake.mp4');
  const page = await openPage(browser);
  await signIn(page);
  await page.getByRole('link', { name: 'Trips' }).click();
  await page.getByRole('link', { name: '2024' }).click();
  await rowOf(page, 'lake.mp4').getByText('Ready').waitFor();
  await page.getByRole('link', { name: 'Library' }).last().click();

  const files = page.locator('.file-name');
  await expect.poll(() => files.allInnerTexts()).not.toContain('lake.mp4');
  await page.getByLabel('Search for files').pressSequentially('LAKE');
  await expect.poll(() => files.allInnerTexts()).toEqual(['lake.mp4']);
  expect(new URL(page.url()).search).toBe('?q=LAKE');
  await page.getByLabel('Search for files').fill('no such file');
  await page.getByRole('heading', { name: 'Nothing found' }).waitFor();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Show all' }).click();
  await page.getByLabel('Show').selectOption({ value: 'failed' });
  await expect.poll(() => files.allInnerTexts()).toEqual(['broken.mp4']);

  await page.getByRole('link', { name: 'List' }).click();
  await page.locator('.files-list').waitFor();
  await page.goto(appliance.url);
  expect(await page.locator('.files-list').count()).toBe(1);
  await expectAccessible(page);
  expect(page.complaints).toEqual([]);
});

test('a failed file is tried again by a click, and plays as soon as it is whole', async () => {
  const page = await openPage(browser);
  await signIn(page);
  const row = rowOf(page, 'broken.mp4');
  const asked = page.waitForResponse((response) => response.url().endsWith('/retry'));
  await row.getByRole('button', { name: 'Try again' }).click();
  expect((await asked).status()).toBe(200);
  await page.getByRole('status').getByText('Done.').waitFor();
  await row.getByText('Cannot be played').waitFor();
  await drop(appliance, await makeClip({ seconds: 1 }), 'broken.mp4');
  await row.getByText('Ready').waitFor();
  expect(page.complaints).toEqual([]);
});

test('selected files are shared and deleted at once, after a question', async () => {
  await drop(appliance, await makeClip({ seconds: 1 }), 'Pile/one.mp4');
  await drop(appliance, await makeClip({ seconds: 1 }), 'Pile/two.mp4');
  const page = await openPage(browser);
  await signIn(page);
  await page.goto(`${appliance.url}/?folder=Pile`);
  for (const name of ['one.mp4', 'two.mp4']) await page.getByLabel(`Select ${name}`).check();
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await expect.poll(() => page.locator('.link-text').count()).toBe(2);
  for (const name of ['one.mp4', 'two.mp4']) await page.getByLabel(`Select ${name}`).check();
  await page.getByRole('button', { name: 'Delete…' }).click();
  await page.getByText('2 links stop working').waitFor();
  await expectAccessible(page);
  await page.getByLabel(/Delete the files from the media folder/).check();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('heading', { name: 'No files in this folder' }).waitFor();
  expect(await readdir(join(appliance.mediaDir, 'Pile'))).toEqual([]);
});

test('light and dark are chosen by a button, also for the pages to come', async () => {
  const page = await openPage(browser, { colorScheme: 'light' });
  await signIn(page);
  const ground = () =>
    page.locator('html').evaluate((html) => (globalThis as any).getComputedStyle(html).backgroundColor);
  const light = await ground();
  await page.locator('#theme').click();
  await page.locator('#theme').click();
  await expect.poll(ground).not.toBe(light);
  await page.reload();
  expect(await ground()).not.toBe(light);
  await expectAccessible(page);
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
