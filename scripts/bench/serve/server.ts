/**
 * The measured process: `server.ts lanternshare|express.static FOLDER`. Prints one line of JSON, the URL of
 * each segment by its size, and serves until it is killed. Only the engine is replaced, by the files' bytes:
 * after the first request a hot segment never asks it again.
 */
import { readFile, stat } from 'node:fs/promises';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import { openDatabase } from '../../../storage/database/index.js';
import { createAuth, createPasswords } from '../../../server/auth/index.js';
import { createClips } from '../../../server/clips/index.js';
import { systemClock as clock } from '../../../server/base/clock.js';
import { loadConfig } from '../../../server/base/config.js';
import { createExec } from '../../../server/base/exec.js';
import { createSecret } from '../../../server/base/ids.js';
import { silentLog as log } from '../../../server/base/log.js';
import { createLibrary } from '../../../server/library/index.js';
import type { MediaInfo } from '../../../server/media/info.js';
import type { EncodedVideo, Plan } from '../../../server/media/plan.js';
import type { Engine } from '../../../server/render/model.js';
import { createShares } from '../../../server/share/index.js';
import { createSigner } from '../../../server/sign/index.js';
import { createWeb, type WebOptions } from '../../../server/web/index.js';
import { createWebhooks } from '../../../server/webhooks/index.js';

const SIZES = [200_000, 2_000_000];
const [name, folder] = process.argv.slice(2) as [string, string];

const urls = name === 'express.static' ? await serveStatic() : await serveOurs();
console.log(JSON.stringify(urls));

async function serveStatic(): Promise<Record<number, string>> {
  const server = express().use(express.static(folder)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.fromEntries(SIZES.map((size) => [size, `http://127.0.0.1:${port}/${size}.m4s`]));
}

async function serveOurs(): Promise<Record<number, string>> {
  const { settings } = loadConfig({
    MEDIA_DIR: folder,
    DATA_DIR: `${folder}-data`,
    PORT: '0',
    HOST: '127.0.0.1',
  });
  const db = await openDatabase({ file: join(folder, `bench-${process.pid}.db`), log });
  const library = createLibrary({ db, mediaDir: folder, clock, log });
  const shares = createShares({ db, library, passwords: createPasswords(), clock, log });
  const signer = createSigner({ keys: [{ id: 'keys', secret: createSecret() }], clock });
  const path = `${SIZES[0]}.m4s`;
  const { dev, ino, size, mtimeMs } = await stat(join(folder, path));
  const signature = { device: dev, inode: ino, sizeBytes: size, mtimeMs };
  const [file] = await library.admit([{ path, signature }]);
  await library.setProcessing(file!.id);
  const { generation } = await library.publish(file!.id, { signature, info: infoOf(size), plan: planOf() });
  const share = await shares.create({ fileId: file!.id });
  const web = createWeb({
    settings,
    library,
    ...notAsked(),
    clips: createClips({
      db,
      library,
      exec: createExec({ log }),
      onRemoved: () => shares.forgetRead(),
      clock,
      log,
    }),
    engine: engineOf(folder),
    shares,
    webhooks: createWebhooks({ db, settings, clock, log }),
    signer,
    auth: createAuth({ db, clock, log }),
    ingestStatus: () => ({}),
    renderedBytes: () => Promise.resolve(0),
    acceptLoss: () => Promise.resolve(),
    readiness: () => Promise.resolve({ ready: true, checks: {} }),
    clock,
    log,
  });
  const { port } = await web.listen();
  const token = signer.mint({
    audience: 'hls',
    subject: 'share',
    subjectId: share.id,
    generationId: generation.id,
    epoch: share.epoch,
    expiresAt: 0,
  });
  return Object.fromEntries(
    SIZES.map((bytes) => [bytes, `http://127.0.0.1:${port}/hls/${token}/b${bytes}/0.m4s`]),
  );
}

/** Rendition `b200000` is the file of that size. */
function engineOf(segments: string): Engine {
  const nothing = () => Promise.resolve();
  return {
    segment: (_source, renditionId) => readFile(join(segments, `${renditionId.slice(1)}.m4s`)),
    init: () => Promise.resolve(Buffer.alloc(0)),
    captions: () => Promise.resolve(Buffer.alloc(0)),
    poster: () => Promise.resolve(undefined),
    frame: () => Promise.resolve(undefined),
    clips: {
      init: () => Promise.resolve(Buffer.alloc(0)),
      segment: () => Promise.resolve(Buffer.alloc(0)),
      captions: () => Promise.resolve(Buffer.alloc(0)),
      poster: () => Promise.resolve(undefined),
      download: () => Promise.reject(new Error('clips are not measured here')),
      forget: nothing,
      sweep: nothing,
    },
    companion: () => Promise.resolve(undefined),
    measured: () => Promise.resolve({}),
    report: () => Promise.resolve([]),
    progress: () => undefined,
    workload: () => ({ files: 0 }),
    fill: () => {},
    onProgress: () => () => {},
    forget: nothing,
    start: nothing,
    close: nothing,
  };
}

function planOf(): Plan {
  const rendition = (bytes: number): EncodedVideo => ({
    id: `b${bytes}`,
    kind: 'video',
    method: 'encode',
    width: 1920,
    height: 1080,
    codecs: 'avc1.640028',
    level: 40,
    crf: 23,
    maxrateBps: 6_000_000,
    eager: true,
  });
  return {
    recipe: 'bench',
    durationSeconds: 4,
    videoGrid: { frameRate: { num: 25, den: 1 }, frames: [0, 100] },
    renditions: SIZES.map(rendition),
  };
}

function infoOf(sizeBytes: number): MediaInfo {
  return {
    format: 'mp4',
    mediaType: 'video',
    durationSeconds: 4,
    startSeconds: 0,
    sizeBytes,
    bitrateBps: 1,
    audios: [],
    subtitles: [],
    chapters: [],
    leftOut: [],
  };
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('not part of this benchmark'));
}

/** Nobody uploads or removes anything while segments are counted. */
function notAsked(): Pick<WebOptions, 'removal' | 'uploads' | 'take' | 'retry'> {
  return {
    removal: { remove: refuse },
    uploads: { checkSpace: refuse, receive: refuse, partial: noUploads() },
    take: () => {},
    retry: refuse,
  };
}

function noUploads() {
  return {
    keptMs: 0,
    begin: refuse,
    find: refuse,
    write: refuse,
    remove: refuse,
    start() {},
    close() {},
  };
}
