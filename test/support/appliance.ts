/** Starts the whole appliance on folders of its own, as main does, for tests that use it from outside. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createApp, type Started } from '../../server/app.js';
import { systemClock, type Clock } from '../../server/base/clock.js';
import { loadConfig } from '../../server/base/config.js';
import { createLog } from '../../server/base/log.js';
import { findUndescribed } from './described.js';

export interface Appliance extends Started {
  url: string;
  apiKey: string;
  mediaDir: string;
  dataDir: string;
  /** Every log line so far. */
  logLines: string[];
  /** Stops and starts again on the same folders. */
  restart(): Promise<void>;
  /** Stops; removes the folders. */
  close(): Promise<void>;
  /** A request to the API with the key; the body is parsed. */
  api(method: string, path: string, body?: unknown): Promise<{ status: number; body: any }>;
}

export async function startAppliance(
  env: Record<string, string> = {},
  { clock = systemClock }: { clock?: Clock } = {},
): Promise<Appliance> {
  const root = await mkdtemp(join(tmpdir(), 'lanternshare-'));
  const mediaDir = join(root, 'media');
  const dataDir = join(root, 'data');
  const apiKey = 'ls_test_key_0123456789abcdef';
  const logLines: string[] = [];
  const config = loadConfig({
    PORT: '0',
    HOST: '127.0.0.1',
    MEDIA_DIR: mediaDir,
    DATA_DIR: dataDir,
    API_KEY: apiKey,
    LOG_LEVEL: 'debug',
    ...env,
  });

  async function boot() {
    const log = createLog(config.settings.logLevel, { write: (line) => logLines.push(line) });
    const app = await createApp(config, { log, clock });
    return { app, started: await app.start() };
  }

  let running = await boot();
  const appliance: Appliance = {
    ...running.started,
    url: `http://127.0.0.1:${running.started.port}`,
    apiKey,
    mediaDir,
    dataDir,
    logLines,
    async restart() {
      await running.app.close();
      running = await boot();
      Object.assign(appliance, running.started, { url: `http://127.0.0.1:${running.started.port}` });
    },
    async close() {
      await running.app.close();
      await rm(root, { recursive: true, force: true });
      expect(findUndescribed(logLines)).toEqual([]);
    },
    async api(method, path, body) {
      const response = await fetch(`${appliance.url}/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json() };
    },
  };
  return appliance;
}
