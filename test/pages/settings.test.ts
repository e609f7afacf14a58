/** People and their settings in a real Chromium, for the most part one that runs no script: everything is plain forms. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from '../support/accessible.js';
import { startAppliance, type Appliance } from '../support/appliance.js';
import { openBrowser, openPage, type TestPage } from '../support/browser.js';

let appliance: Appliance;
let browser: Browser;
beforeAll(async () => {
  const admin = { ADMIN_USERNAME: 'keeper', ADMIN_PASSWORD: 'lighthouse keeper' };
  [appliance, browser] = await Promise.all([startAppliance(admin), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await appliance.close();
});

async function open(path: string): Promise<TestPage> {
  const page = await openPage(browser, { javaScriptEnabled: false });
  await page.goto(appliance.url + path);
  return page;
}

async function signIn(page: TestPage, username: string, password: string): Promise<void> {
  await page.getByLabel('User name').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('an admin adds a webhook and sees how the appliance is', async () => {
  const page = await openPage(browser);
  await page.goto(`${appliance.url}/settings`);
  await signIn(page, 'keeper', 'lighthouse keeper');
  await page.getByLabel('Address of a new webhook').fill('https://1.1.1.1/hook');
  await page.getByRole('button', { name: 'Add the webhook' }).click();
  await page.getByText('It signs what is sent.').waitFor();
  await page.locator('#webhooks summary').click();
  await page.locator('#about summary').click();
  await page.getByRole('heading', { name: 'Storage and health' }).waitFor();
  await expectAccessible(page);
  expect(page.complaints).toEqual([]);
});

test('an admin adds a member, who changes the password and makes a key, and is removed', async () => {
  const admin = await open('/settings');
  await signIn(admin, 'keeper', 'not this one');
  await admin.getByRole('alert').getByText('The user name or the password is wrong.').waitFor();
  await signIn(admin, 'keeper', 'lighthouse keeper');
  await admin.getByRole('heading', { name: 'Settings' }).waitFor();
  await admin.getByLabel('User name of a new member').fill('nils');
  await admin.getByRole('button', { name: 'Add the member' }).click();
  const password = (await admin.locator('.secret-value').textContent())!;

  const member = await open('/login');
  await signIn(member, 'nils', password);
  await member.getByRole('link', { name: 'Settings' }).click();
  await member.getByLabel('Current password').fill(password);
  await member.getByLabel('New password').fill('a word of my own');
  await member.getByRole('button', { name: 'Change the password' }).click();
  await member.getByText('Your password is changed.').waitFor();
  await member.getByLabel('Name of a new key').fill('backup');
  await member.getByRole('button', { name: 'Make a key' }).click();
  const key = (await member.locator('.secret-value').textContent())!;
  const ask = () => fetch(`${appliance.url}/v1/files`, { headers: { authorization: `Bearer ${key}` } });
  expect((await ask()).status).toBe(200);
  expect(await member.getByRole('heading', { name: 'Members' }).count()).toBe(0);

  await admin.goto(`${appliance.url}/settings`);
  await admin.locator('summary', { hasText: 'nils' }).click();
  await admin.getByRole('button', { name: 'Remove nils' }).click();
  await admin.getByText('The member is removed').waitFor();
  expect((await ask()).status).toBe(401);
  await member.goto(`${appliance.url}/settings`);
  expect(new URL(member.url()).pathname).toBe('/login');

  await admin.getByRole('button', { name: 'Sign out everywhere' }).click();
  await admin.getByRole('heading', { name: 'Sign in' }).waitFor();
  const log = appliance.logLines.join('\n');
  for (const secret of [password, key, 'lighthouse keeper', 'a word of my own'])
    expect(log).not.toContain(secret);
  expect([...admin.complaints, ...member.complaints]).toEqual([]);
});
