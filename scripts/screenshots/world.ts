/** An appliance of its own, with an account, files of all kinds and links of all kinds, for pictures of its pages. */
import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createApp } from '../../server/app.js';
import { loadConfig } from '../../server/base/config.js';
import { createLog } from '../../server/base/log.js';
import { makeMedia, type Media } from './media.js';

export interface World {
  url: string;
  setupPath: string;
  media: Media;
  /** A file appears in the folder; resolves to its id once it can be played, or has failed. */
  drop(source: string, path: string): Promise<string>;
  /** It is moved out of the folder. */
  takeAway(path: string): Promise<void>;
  share(body: object): Promise<{ id: string; share_url: string }>;
  api<T>(method: string, path: string, body?: object): Promise<T>;
  close(): Promise<void>;
}

interface ApiFile {
  id: string;
  path: string;
  status: string;
  render_progress?: number;
}

const API_KEY = 'ls_screenshots_0123456789';
const LOOK_MS = 200;

export async function openWorld(): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), 'lanternshare-screenshots-'));
  const mediaDir = join(root, 'media');
  const elsewhere = join(root, 'elsewhere');
  await Promise.all([mkdir(mediaDir), mkdir(elsewhere)]);
  const media = await makeMedia(elsewhere);
  const env = { PORT: '0', HOST: '127.0.0.1', MEDIA_DIR: mediaDir, DATA_DIR: join(root, 'data'), API_KEY };
  const config = loadConfig({ ...env, LOG_LEVEL: 'silent' });
  const app = await createApp(config, { log: createLog('silent') });
  const started = await app.start();
  const url = `http://127.0.0.1:${started.port}`;

  async function api<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${url}/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  return {
    url,
    setupPath: started.setupPath!,
    media,
    api,
    async drop(source, path) {
      const temporary = join(elsewhere, 'dropped');
      await copyFile(source, temporary);
      await mkdir(dirname(join(mediaDir, path)), { recursive: true });
      await rename(temporary, join(mediaDir, path));
      return (await until(async () => (await list()).find((file) => file.path === path && isSettled(file))))
        .id;
    },
    takeAway: (path) => rename(join(mediaDir, path), join(elsewhere, 'taken')),
    share: (body) => api('POST', '/share', body),
    async close() {
      await app.close();
      await rm(root, { recursive: true, force: true });
    },
  };

  async function list(): Promise<ApiFile[]> {
    return (await api<{ data: ApiFile[] }>('GET', '/files?limit=100')).data;
  }
}

const isSettled = ({ status, render_progress: progress }: ApiFile) =>
  status === 'failed' || (status === 'completed' && progress === 1);

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let waitedMs = 0; waitedMs < 180_000; waitedMs += LOOK_MS) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new Error('a file did not get ready within three minutes');
}
