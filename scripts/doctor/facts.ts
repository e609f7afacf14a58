/** What the doctor finds out about this machine. Looks, touches only a file of its own, judges nothing. */
import { constants, type Dirent } from 'node:fs';
import { access, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { Settings } from '../../server/base/config.js';
import { messageOf } from '../../server/base/errors.js';
import type { Exec } from '../../server/base/exec.js';
import { fileSystemOf, type FileSystemKind } from '../../server/base/file-system.js';
import { freeBytes } from '../../server/base/files.js';

export interface Facts {
  nodeVersion: string;
  ffmpeg: ToolFacts;
  ffprobe: ToolFacts;
  /** The kernel ends children when we are killed. */
  canTether: boolean;
  encoders: string[];
  filters: string[];
  media: FolderFacts;
  data: FolderFacts;
  /** Media and data on one file system; undefined where one of them is missing. */
  sameFileSystem: boolean | undefined;
  /** Folders in the media dir, counted up to FOLDER_LIMIT. */
  mediaFolders: number;
  inotify: { maxWatches: number | undefined; maxInstances: number | undefined };
  /** Time of a file just written minus the process's clock; undefined where nothing can be written. */
  clockSkewMs: number | undefined;
  nowMs: number;
  freeBytes: number | undefined;
  /** Why the port cannot be taken; undefined when it is free or Lanternshare itself answers there. */
  portFault: string | undefined;
  answersAlready: boolean;
}

export interface ToolFacts {
  /** First line of `-version`; undefined where the program does not start. */
  version: string | undefined;
}

export interface FolderFacts {
  path: string;
  exists: boolean;
  readable: boolean;
  writable: boolean;
  /** The nearest folder above that exists, when it does not. */
  parentWritable: boolean;
  kind: FileSystemKind | undefined;
}

export const FOLDER_LIMIT = 1_000_000;

export async function gatherFacts(settings: Settings, exec: Exec): Promise<Facts> {
  const [ffmpeg, ffprobe, canTether, encoders, filters, media, data, portFacts] = await Promise.all([
    toolFacts(exec, 'ffmpeg'),
    toolFacts(exec, 'ffprobe'),
    tetherFacts(exec),
    namesListed(exec, '-encoders'),
    namesListed(exec, '-filters'),
    folderFacts(settings.mediaDir),
    folderFacts(settings.dataDir),
    lookAtPort(settings.host, settings.port),
  ]);
  return {
    nodeVersion: process.versions.node,
    ffmpeg,
    ffprobe,
    canTether,
    encoders,
    filters,
    media,
    data,
    sameFileSystem: await areOnOneDevice(media, data),
    mediaFolders: media.readable ? await countFolders(media.path) : 0,
    inotify: {
      maxWatches: await numberIn('/proc/sys/fs/inotify/max_user_watches'),
      maxInstances: await numberIn('/proc/sys/fs/inotify/max_user_instances'),
    },
    clockSkewMs: data.writable ? await clockSkew(data.path) : undefined,
    nowMs: Date.now(),
    freeBytes: await freeBytes(data.exists ? data.path : await nearestExisting(data.path)).catch(
      () => undefined,
    ),
    ...portFacts,
  };
}

async function toolFacts(exec: Exec, name: string): Promise<ToolFacts> {
  try {
    const { stdout } = await exec.run(name, ['-hide_banner', '-version'], { timeoutMs: 15_000 });
    return { version: stdout.toString('utf8').split('\n')[0]! };
  } catch {
    return { version: undefined };
  }
}

function tetherFacts(exec: Exec): Promise<boolean> {
  return exec.run('setpriv', ['--pdeathsig', 'KILL', 'true'], { timeoutMs: 15_000 }).then(
    () => true,
    () => false,
  );
}

/** Lines of these lists read ` V....D libx264   description`, after a legend whose second word is `=`. */
async function namesListed(exec: Exec, option: '-encoders' | '-filters'): Promise<string[]> {
  try {
    const { stdout } = await exec.run('ffmpeg', ['-hide_banner', option], { timeoutMs: 15_000 });
    return stdout
      .toString('utf8')
      .split('\n')
      .flatMap((line) => /^ [A-Z.|]{2,7} +(\w+) /.exec(line)?.[1] ?? []);
  } catch {
    return [];
  }
}

async function folderFacts(path: string): Promise<FolderFacts> {
  const exists = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  const nearest = exists ? path : await nearestExisting(path);
  return {
    path,
    exists,
    readable: exists && (await may(path, constants.R_OK | constants.X_OK)),
    writable: exists && (await may(path, constants.W_OK | constants.X_OK)),
    parentWritable: await may(nearest, constants.W_OK | constants.X_OK),
    kind: await fileSystemOf(nearest).catch(() => undefined),
  };
}

function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

async function nearestExisting(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found || dirname(path) === path ? path : nearestExisting(dirname(path));
}

async function areOnOneDevice(a: FolderFacts, b: FolderFacts): Promise<boolean | undefined> {
  if (!a.exists || !b.exists) return undefined;
  const [first, second] = await Promise.all([stat(a.path), stat(b.path)]);
  return first.dev === second.dev;
}

async function countFolders(root: string): Promise<number> {
  const queue = [root];
  let count = 0;
  for (let folder = queue.pop(); folder !== undefined && count < FOLDER_LIMIT; folder = queue.pop()) {
    count += 1;
    const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
    for (const entry of entries) if (entry.isDirectory()) queue.push(join(folder, entry.name));
  }
  return count;
}

function numberIn(path: string): Promise<number | undefined> {
  return readFile(path, 'utf8').then(Number, () => undefined);
}

/** A server that keeps the data dir stamps files by its own clock. */
async function clockSkew(folder: string): Promise<number | undefined> {
  const path = join(folder, `.doctor-${process.pid}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    const beforeMs = Date.now();
    await writeFile(path, 'x');
    const { mtimeMs } = await stat(path);
    const afterMs = Date.now();
    return mtimeMs < beforeMs ? Math.min(0, mtimeMs - beforeMs) : Math.max(0, mtimeMs - afterMs);
  } catch {
    return undefined;
  } finally {
    await rm(path, { force: true });
  }
}

async function lookAtPort(host: string, port: number) {
  const portFault = await new Promise<string | undefined>((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(messageOf(error)));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
  if (portFault === undefined) return { portFault, answersAlready: false };
  const address = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const answersAlready = await fetch(`http://${address}:${port}/healthz`, {
    signal: AbortSignal.timeout(3000),
  }).then(
    (response) => response.ok,
    () => false,
  );
  return { portFault: answersAlready ? undefined : portFault, answersAlready };
}
