/** The page of one file, as a member uses it. */
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from '../support/accessible.js';
import { startAppliance, type Appliance } from '../support/appliance.js';
import { expectTimeBeyond, openBrowser, openPage, play, type TestPage } from '../support/browser.js';
import { makeClip } from '../support/clips.js';
import { drop, waitForFile } from '../support/library.js';

let appliance: Appliance;
let browser: Browser;
beforeAll(async () => {
  const admin = { ADMIN_USERNAME: 'keeper', ADMIN_PASSWORD: 'lighthouse keeper' };
  [appliance, browser] = await Promise.all([startAppliance(admin), openBrowser()]);
  await drop(appliance, await makeClip({ seconds: 4 }), 'Trips/lake.mp4');
});
afterAll(async () => {
  await browser.close();
  await appliance.close();
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
});

async function openFile(path: string, status?: string): Promise<TestPage & { id: string }> {
  const { id } = await waitForFile(appliance, path, status);
  const page = await openPage(browser, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.goto(`${appliance.url}/files/${id}`);
  await page.getByLabel('User name').fill('keeper');
  await page.getByLabel('Password').fill('lighthouse keeper');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${appliance.url}/files/${id}`);
  return Object.assign(page, { id });
}

test('a file plays, is described, shared and downloaded', async () => {
  const page = await openFile('Trips/lake.mp4');
  await play(page);
  await expectTimeBeyond(page, 0.5);
  await page.getByText('480 × 270').waitFor();
  await page.getByRole('row', { name: /270p/ }).getByText('from the original').waitFor();

  await page.locator('#links').getByRole('button', { name: 'Private link' }).click();
  await page.getByText('Shared, and the link is on your clipboard.').waitFor();
  const link = await page.evaluate('navigator.clipboard.readText()');
  await page.getByLabel('Private address of lake.mp4').waitFor();
  expect(await page.getByLabel('Private address of lake.mp4').inputValue()).toBe(link);

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download' }).click();
  expect((await download).suggestedFilename()).toBe('lake.mp4');
  await expectAccessible(page);
  expect(page.complaints).toEqual([]);
});

test('clips of it are listed, played and shared', async () => {
  const page = await openFile('Trips/lake.mp4');
  const { status } = await appliance.api('POST', `/files/${page.id}/segmentations`, {
    strategy: 'manual',
    manual_config: { segments: [{ start_time: 1.5, end_time: 3 }] },
  });
  expect(status).toBe(200);
  await page.reload();
  await page.getByRole('link', { name: '0:01.5 – 0:03', exact: true }).click();
  await expectTimeBeyond(page, 1.6);
  await page.locator('.clip').getByRole('button', { name: 'Share' }).click();
  const link = page.locator('.clip .link-text');
  await link.waitFor();
  const visitor = await openPage(browser);
  await visitor.goto(await link.inputValue());
  await play(visitor);
  await expectTimeBeyond(visitor, 0.3);
  expect([...page.complaints, ...visitor.complaints]).toEqual([]);
});

test('its name and metadata are changed, and what is wrong is said beside them', async () => {
  const page = await openFile('Trips/lake.mp4');
  await page.getByLabel('Name that people see').fill('A <quiet> lake');
  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('status').getByText('The name is changed.').waitFor();
  await page.getByRole('heading', { name: 'A <quiet> lake' }).waitFor();

  await page.getByText('Metadata', { exact: true }).click();
  await page.getByLabel(/A JSON object/).fill('{"year": 2024');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').getByText('This is not JSON').waitFor();
  expect(await page.getByLabel(/A JSON object/).inputValue()).toBe('{"year": 2024');
  await expectAccessible(page);
  await page.getByLabel(/A JSON object/).fill('{"year": 2024}');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').getByText('The metadata is saved.').waitFor();
  expect((await appliance.api('GET', `/files/${page.id}`)).body).toMatchObject({
    filename: 'A <quiet> lake',
    path: 'Trips/lake.mp4',
    metadata: { year: 2024 },
  });
});

test('what cannot be played says why, and plays by itself once it can', async () => {
  await writeFile(join(appliance.mediaDir, 'broken.mp4'), Buffer.alloc(50_000, 'no film'));
  const page = await openFile('broken.mp4', 'failed');
  await page
    .locator('.file-error')
    .getByText(/^[A-Z].{10,}\.$/)
    .waitFor();
  await expectAccessible(page);
  await drop(appliance, await makeClip({ seconds: 2 }), 'broken.mp4');
  await page.locator('#player').waitFor();
  await play(page);
  await expectTimeBeyond(page, 0.3);
});

test('it is deleted after a question, and its source stays if so wished', async () => {
  await drop(appliance, await makeClip({ seconds: 2 }), 'Old/boat.mp4');
  const page = await openFile('Old/boat.mp4');
  await page.getByRole('button', { name: 'Delete…' }).click();
  await page.getByRole('heading', { name: 'Delete “boat.mp4”?' }).waitFor();
  expect(await page.getByLabel(/Leave the file in the media folder/).isChecked()).toBe(true);
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('heading', { name: 'No files in this folder' }).waitFor();
  await access(join(appliance.mediaDir, 'Old/boat.mp4'));
  await page.goto(`${appliance.url}/files/${page.id}`);
  await page.getByRole('heading', { name: 'Nothing here' }).waitFor();
});
