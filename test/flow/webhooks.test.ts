/** The whole appliance tells a receiver what happens to files, also over a restart. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAppliance, type Appliance } from '../support/appliance.js';
import { makeClip } from '../support/clips.js';
import { drop, waitForFile } from '../support/library.js';
import { isSigned, startReceiver, type Receiver } from '../support/receiver.js';

let appliance: Appliance;
let receiver: Receiver;
beforeAll(async () => {
  [appliance, receiver] = await Promise.all([
    startAppliance({ WEBHOOK_ALLOW: '127.0.0.1', SETTLE_MS: '200' }),
    startReceiver(),
  ]);
});
afterAll(async () => {
  await appliance.close();
  await receiver.close();
});

test('a receiver is told of a file that appears and of one that cannot be played', async () => {
  const { body: webhook } = await appliance.api('POST', '/webhooks', { endpoint: receiver.url });
  await drop(appliance, await makeClip({ seconds: 4 }), 'film.mp4');
  const [started, completed] = [await receiver.next(), await receiver.next()];
  expect([started.json.event, completed.json.event]).toEqual(['file.job.processing', 'file.job.completed']);
  expect(completed.json.data).toMatchObject({ filename: 'film.mp4', status: 'completed', object: 'file' });
  expect(isSigned(completed, webhook.webhook_secret)).toBe(true);
  expect((await appliance.api('GET', `/files/${completed.json.data.id}`)).body.status).toBe('completed');

  await writeFile(join(appliance.mediaDir, 'broken.mp4'), 'no film');
  const { id } = await waitForFile(appliance, 'broken.mp4', 'failed');
  await expect
    .poll(() => receiver.all.map(({ json }) => [json.event, json.data.id]), { timeout: 20_000 })
    .toContainEqual(['file.job.failed', id]);
});

test('what could not be told before a stop is told after the next start', async () => {
  receiver.answer = (res) => res.destroy();
  await writeFile(join(appliance.mediaDir, 'other.mp4'), 'no film either');
  const { id } = await waitForFile(appliance, 'other.mp4', 'failed');
  const tries = () => receiver.all.filter(({ json }) => json.data.id === id);
  await expect.poll(() => tries().length, { timeout: 20_000 }).toBeGreaterThan(0);
  receiver.answer = 200;
  const before = receiver.all.length;
  await appliance.restart();
  await expect.poll(() => receiver.all.length, { timeout: 90_000, interval: 200 }).toBeGreaterThan(before);
  await expect
    .poll(() => receiver.all.slice(before).map(({ json }) => json.event), { timeout: 90_000, interval: 200 })
    .toContain('file.job.failed');
  expect(appliance.logLines.join('')).not.toContain('whsec_');
});
