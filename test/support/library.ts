/** Drops files into a running appliance and waits, by its API, for what becomes of them. */
import { copyFile, mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { Appliance } from './appliance.js';

/** Copies a file into the media dir so that it appears whole, by a rename. */
export async function drop(appliance: Appliance, source: string, name: string): Promise<void> {
  const target = join(appliance.mediaDir, name);
  const temporary = join(appliance.mediaDir, `.${randomBytes(4).toString('hex')}.tmp`);
  await mkdir(dirname(target), { recursive: true });
  await copyFile(source, temporary);
  await rename(temporary, target);
}

export interface ApiFile {
  id: string;
  status: string;
  filename: string;
  path: string;
  media_type: string;
  error?: string;
  render_progress?: number;
  media_info: Record<string, unknown>;
}

export async function listFiles(appliance: Appliance): Promise<ApiFile[]> {
  return (await appliance.api('GET', '/files?limit=100')).body.data;
}

/** The file at that path once its status is as wished. */
export async function waitForFile(
  appliance: Appliance,
  path: string,
  status = 'completed',
  timeoutMs = 20_000,
): Promise<ApiFile> {
  let found: ApiFile | undefined;
  await expect
    .poll(
      async () => {
        found = (await listFiles(appliance)).find((file) => file.path === path);
        return found?.status === 'failed' && status !== 'failed' ? `failed: ${found.error}` : found?.status;
      },
      { timeout: timeoutMs, interval: 40, message: path },
    )
    .toBe(status);
  return found!;
}

/** Until everything that is made in the background is there. */
export async function waitForRendering(appliance: Appliance, id: string, timeoutMs = 60_000): Promise<void> {
  await expect
    .poll(async () => (await appliance.api('GET', `/files/${id}`)).body.render_progress, {
      timeout: timeoutMs,
      interval: 100,
    })
    .toBe(1);
}

export interface ApiShare {
  id: string;
  status: string;
  share_url: string;
  stream_url: string;
  media_download_url: string;
  preview_url: string;
}

export async function share(appliance: Appliance, fileId: string, more: object = {}): Promise<ApiShare> {
  const { status, body } = await appliance.api('POST', '/share', { file_id: fileId, ...more });
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}
