/** The built appliance as users run it: a process of its own on empty folders, spoken to over HTTP only. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { link, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { existsSync } from 'node:fs';
import { projectRoot } from '../../../server/base/files.js';

export interface ApiFile {
  id: string;
  status: string;
  path: string;
  error?: string;
  render_progress?: number;
  renditions?: ApiRendition[];
}

export interface ApiRendition {
  id: string;
  kind: 'video' | 'audio' | 'subtitles';
  method: 'copy' | 'encode';
  width?: number;
  height?: number;
  bytes: number;
  segments_ready: number;
  segments_total: number;
}

export interface ApiShare {
  share_url: string;
  stream_url: string;
}

export interface BenchedAppliance {
  url: string;
  pid: number;
  dataDir: string;
  /** Renames a file, already complete on the same disk, into the media dir; returns when, and as what. */
  drop(file: string): Promise<{ path: string; atMs: number }>;
  /** As soon as the file at `path` is so, looking every `lookMs`. Errors: it failed. */
  waitForFile(path: string, isReady: (file: ApiFile) => boolean, lookMs?: number): Promise<ApiFile>;
  /** Everything that the API tells of one file, its renditions too. */
  file(id: string): Promise<ApiFile>;
  share(fileId: string): Promise<ApiShare>;
  /** Any other call; the path comes after /v1. */
  api<T>(method: string, path: string, body?: object): Promise<T>;
  stop(): Promise<void>;
}

const API_KEY = 'ls_bench_0123456789abcdef';
/** Looking more often would be a load of its own. */
const LOOK_MS = 10;

/**
 * `folder` has to be on the disk of the films, so that they can be renamed into place. What is in `kept` is there
 * again the next time; without it everything is gone afterwards.
 */
export async function startBuilt(
  folder: string,
  env: Record<string, string> = {},
  kept?: string,
): Promise<BenchedAppliance> {
  const program = join(projectRoot(), 'dist/server/main.js');
  if (!existsSync(program)) throw new Error('Build first: npm run build');
  const world = kept ?? (await mkdtemp(join(folder, '.world-')));
  const [mediaDir, dataDir] = [join(world, 'media'), join(world, 'data')];
  await mkdir(mediaDir, { recursive: true });
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      HOST: '127.0.0.1',
      MEDIA_DIR: mediaDir,
      DATA_DIR: dataDir,
      API_KEY,
      LOG_LEVEL: 'info',
      ...env,
    },
  });
  const ended = once(child, 'exit');
  const port = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /"port":(\d+)/.exec(line);
      if (found) resolve(found[1]!);
    });
    void ended.then(([code]) => reject(new Error(`the appliance ended with ${code}`)));
  });
  const url = `http://127.0.0.1:${port}`;

  async function api<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${url}/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${API_KEY}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const answer = (await response.json()) as T;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }

  await until(async () => (await fetch(`${url}/readyz`)).ok || undefined);
  let dropped = 0;
  return {
    url,
    pid: child.pid!,
    dataDir,
    async drop(file) {
      const path = `film-${++dropped}${extname(file)}`;
      const temporary = join(mediaDir, `.${path}.tmp`);
      await link(file, temporary);
      await rename(temporary, join(mediaDir, path));
      return { path, atMs: performance.now() };
    },
    waitForFile: (path, isReady, lookMs) =>
      until(async () => {
        const { data } = await api<{ data: ApiFile[] }>('GET', '/files?limit=100');
        const file = data.find((one) => one.path === path);
        if (file?.status === 'failed') throw new Error(`${path} failed: ${file.error}`);
        return file && isReady(file) ? file : undefined;
      }, lookMs),
    file: (id) => api<ApiFile>('GET', `/files/${id}`),
    api,
    share: (fileId) => api<ApiShare>('POST', '/share', { file_id: fileId }),
    async stop() {
      child.kill('SIGTERM');
      await ended;
      if (kept === undefined) await rm(world, { recursive: true, force: true });
    },
  };
}

async function until<T>(look: () => Promise<T | undefined>, lookMs = LOOK_MS): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}
