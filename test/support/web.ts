/**
 * The read wing on a real database, library, shares, tokens and sign-in, with one published file and its
 * share. Only the engine is a small one that returns bytes: what it makes is not what is tested here.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openDatabase } from '../../storage/database/index.js';
import { createAuth, createPasswords, type Auth } from '../../server/auth/index.js';
import { createClips, type Clips } from '../../server/clips/index.js';
import { systemClock, type Clock } from '../../server/base/clock.js';
import { loadConfig } from '../../server/base/config.js';
import { createLog } from '../../server/base/log.js';
import { AppError } from '../../server/base/errors.js';
import {
  createLibrary,
  createRemoval,
  createUploads,
  type Library,
  type MediaFile,
} from '../../server/library/index.js';
import type { Generation } from '../../server/library/model.js';
import type { MediaInfo } from '../../server/media/info.js';
import { inspectStructure } from '../../server/media/structure/index.js';
import type { ClipRange } from '../../server/media/clip/index.js';
import type { ClipFile, Engine, RenderSource } from '../../server/render/model.js';
import { createShares, type Share, type Shares } from '../../server/share/index.js';
import { createSigner, type Audience, type Claims, type Signer } from '../../server/sign/index.js';
import { createWeb, type WebOptions } from '../../server/web/index.js';
import { createWebhooks } from '../../server/webhooks/index.js';
import { findUndescribed } from './described.js';
import { plan, videoInfo } from './some-film.js';

export interface TestWeb {
  url: string;
  port: number;
  apiKey: string;
  mediaDir: string;
  library: Library;
  shares: Shares;
  clips: Clips;
  signer: Signer;
  auth: Auth;
  engine: BytesEngine;
  file: MediaFile;
  generation: Generation;
  share: Share;
  logLines: string[];
  /** Files that ingest was told to probe. */
  taken: string[];
  /** Admits and publishes another file with that content. */
  addFile(
    path: string,
    content: Buffer,
    chapters?: MediaInfo['chapters'],
  ): Promise<{ file: MediaFile; generation: Generation }>;
  token(audience: Audience, more?: Partial<Claims>): string;
  close(): Promise<void>;
}

/** An engine whose bytes a test may choose, hold back or refuse. */
export interface BytesEngine extends Engine {
  /** Called for every segment; by default 1000 bytes that follow from rendition and n. */
  onSegment: (renditionId: string, n: number, signal: AbortSignal) => Promise<Buffer>;
  segmentsAsked: number;
  posterBytes: Buffer | undefined;
}

export const API_KEY = 'ls_test_key_0123456789abcdef';
export const SEGMENTS = 4;

export async function startWeb({
  env = {},
  clock = systemClock,
  readiness = () => Promise.resolve({ ready: true, checks: {} }),
  ingestStatus = () => ({}),
  acceptLoss = () => Promise.resolve(),
}: {
  env?: Record<string, string>;
  clock?: Clock;
  readiness?: WebOptions['readiness'];
  ingestStatus?: WebOptions['ingestStatus'];
  acceptLoss?: WebOptions['acceptLoss'];
} = {}): Promise<TestWeb> {
  const root = await mkdtemp(join(tmpdir(), 'lanternshare-web-'));
  const mediaDir = join(root, 'media');
  const logLines: string[] = [];
  const log = createLog('debug', { write: (line) => logLines.push(line) });
  const { settings } = loadConfig({
    PORT: '0',
    HOST: '127.0.0.1',
    MEDIA_DIR: mediaDir,
    DATA_DIR: join(root, 'data'),
    LOG_LEVEL: 'debug',
    ...env,
  });
  await mkdir(mediaDir, { recursive: true });
  const db = await openDatabase({ file: join(root, 'test.db'), log, refusesNesting: true });
  const library = createLibrary({ db, mediaDir, clock, log });
  const shares = createShares({ db, library, passwords: createPasswords(), clock, log });
  const signer = createSigner({ keys: [{ id: 'test', secret: randomBytes(32).toString('hex') }], clock });
  const auth = createAuth({
    db,
    clock,
    log,
    apiKey: API_KEY,
    isHttps: settings.baseUrl?.startsWith('https:') ?? false,
  });
  await auth.start();
  const engine = createBytesEngine();
  const taken: string[] = [];
  const removal = createRemoval({ library, mediaDir, forget: engine.forget, log });
  const clips = createClips({
    db,
    library,
    exec: {
      start() {
        throw new Error('programs are not started here');
      },
    },
    onRemoved: () => shares.forgetRead(),
    clock,
    log,
  });
  const uploads = createUploads({
    library,
    mediaDir,
    minFreeBytes: settings.minFreeBytes,
    prober: { probe: probeWords },
    inspect: inspectStructure,
    onKept: (id) => taken.push(id),
    clock,
    log,
  });
  const web = createWeb({
    settings,
    library,
    removal,
    uploads,
    take: (id) => taken.push(id),
    retry: (id) => Promise.resolve(void taken.push(id)),
    clips,
    engine,
    shares,
    webhooks: createWebhooks({ db, settings, clock, log }),
    signer,
    auth,
    ingestStatus,
    renderedBytes: () => Promise.resolve(5_000_000),
    acceptLoss,
    readiness,
    clock,
    log,
  });
  const { port } = await web.listen();

  async function addFile(path: string, content: Buffer, chapters: MediaInfo['chapters'] = []) {
    await writeFile(join(mediaDir, path), content);
    const { dev, ino, size, mtimeMs } = await stat(join(mediaDir, path));
    const signature = { device: dev, inode: ino, sizeBytes: size, mtimeMs };
    const [admitted] = await library.admit([{ path, signature }]);
    await library.setProcessing(admitted!.id);
    const info = { ...videoInfo(size), chapters };
    const { generation } = await library.publish(admitted!.id, { signature, info, plan });
    return { file: (await library.get(admitted!.id))!, generation };
  }

  const { file, generation } = await addFile('clip.mp4', randomBytes(300_000));
  const share = await shares.create({ fileId: file.id });
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    apiKey: API_KEY,
    mediaDir,
    library,
    shares,
    clips,
    signer,
    auth,
    engine,
    file,
    generation,
    share,
    logLines,
    taken,
    addFile,
    token: (audience, more = {}) =>
      signer.mint({
        audience,
        subject: 'share',
        subjectId: share.id,
        generationId: generation.id,
        epoch: share.epoch,
        // Only what is shared with everybody is good for as long as it is shared.
        expiresAt: more.subject === 'file' ? Math.floor(clock.now() / 1000) + 3600 : 0,
        ...more,
      }),
    async close() {
      await web.close();
      await clips.close();
      await auth.close();
      await db.close();
      await rm(root, { recursive: true, force: true });
      expect(findUndescribed(logLines)).toEqual([]);
    },
  };
}

/** Anything is media here unless it says otherwise. */
async function probeWords(path: string): Promise<MediaInfo> {
  const content = await readFile(path);
  if (!content.includes('no media')) return videoInfo(content.length);
  throw new AppError('unsupported-media', 'This is not a video or audio file.');
}

export function segmentBytes(renditionId: string, n: number, sizeBytes = 1000): Buffer {
  return Buffer.alloc(sizeBytes, `${renditionId}/${n};`);
}

/** They tell of which clip they are. */
export function clipBytes({ startMs, endMs }: ClipRange, what: string, k: number): Buffer {
  return segmentBytes(`clip ${startMs}-${endMs} ${what}`, k);
}

function clipFile(bytes: Buffer): ClipFile {
  return {
    sizeBytes: bytes.length,
    contentType: 'video/mp4',
    async *read(from, to) {
      for (let at = from; at < to; at += 300) yield bytes.subarray(at, Math.min(at + 300, to));
    },
  };
}

function createBytesEngine(): BytesEngine {
  const bytes = (what: string) => (_source: RenderSource, renditionId: string) =>
    Promise.resolve(Buffer.from(`${what} of ${renditionId}`));
  const nothing = () => Promise.resolve();
  const engine: BytesEngine = {
    onSegment: (renditionId, n) => Promise.resolve(segmentBytes(renditionId, n)),
    segmentsAsked: 0,
    posterBytes: Buffer.from('jpeg'),
    segment(_source, renditionId, n, signal) {
      engine.segmentsAsked++;
      return engine.onSegment(renditionId, n, signal);
    },
    init: bytes('init'),
    captions: bytes('WEBVTT'),
    poster: () => Promise.resolve(engine.posterBytes),
    clips: {
      init: (_source, _range, id, which) => Promise.resolve(Buffer.from(`${which} init of clip of ${id}`)),
      segment: (_source, range, id, k) => Promise.resolve(clipBytes(range, id, k)),
      captions: (_source, _range, id) => Promise.resolve(Buffer.from(`WEBVTT of clip of ${id}`)),
      poster: (_source, range) => Promise.resolve(clipBytes(range, 'poster', 0)),
      download: (_source, range) => Promise.resolve(clipFile(clipBytes(range, 'file', 0))),
      forget: nothing,
      sweep: nothing,
    },
    frame: (_source, atMs) => Promise.resolve(Buffer.from(`jpeg at ${atMs} ms`)),
    companion: (_source, name, part) =>
      Promise.resolve(Buffer.from(`${name} of ${part ? `${part.startMs}-${part.endMs}` : 'all'}`)),
    measured: () => Promise.resolve({}),
    report: () =>
      Promise.resolve([
        { id: 'v480', method: 'encode', segmentsReady: 1, segmentsTotal: SEGMENTS, sizeBytes: 1000 },
      ]),
    progress: () => ({ state: 'rendering', fraction: 0.25, secondsLeft: 12 }),
    workload: () => ({ files: 1 }),
    fill: () => {},
    onProgress: () => () => {},
    forget: nothing,
    start: nothing,
    close: nothing,
  };
  return engine;
}
