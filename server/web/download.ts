/**
 * What is saved: the original itself, as it lies in the media dir, or a clip of it as a file of its own; whole or
 * by range, never held in memory, whatever was opened closed however the transfer ends. Which it is comes from the
 * token alone; the name in the address is for people.
 */
import { createHash } from 'node:crypto';
import { constants, open, type FileHandle } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LRUCache } from 'lru-cache';
import { AppError, hasErrno } from '../base/errors.js';
import type { Generation, LibraryReader } from '../library/model.js';
import type { Engine } from '../render/model.js';
import type { Window } from '../share/model.js';
import { isNotModified, mayUseRange } from './conditions.js';
import { contentTypeOf } from './content-type.js';
import { answerUnsatisfiable, type HeaderList } from './deliver.js';
import type { Deliveries } from './deliveries.js';
import { answerText, NOT_FOUND, type Refuse } from './errors.js';
import type { Guard, Opened } from './guard.js';
import { parseRange } from './range.js';
import type { RenderBudget } from './render-budget.js';
import { shownInfo } from './shown-info.js';
import { savedName } from './shown-name.js';
import type { Answer } from './stream-path.js';

const READ_BYTES = 256 * 1024;
const CLIPS_KNOWN = 1000;

export function createDownload({
  guard,
  library,
  engine,
  budget,
  deliveries,
  refuse,
}: {
  guard: Pick<Guard, 'open'>;
  library: Pick<LibraryReader, 'locate'>;
  engine: Pick<Engine, 'clips'>;
  budget: RenderBudget;
  deliveries: Pick<Deliveries, 'download'>;
  refuse: Refuse;
}): Answer {
  /** Clips that were made lately. */
  const made = new LRUCache<string, true>({ max: CLIPS_KNOWN });

  async function answer(req: IncomingMessage, res: ServerResponse, token: string): Promise<void> {
    const opened = await guard.open(token, 'download', req);
    if (!opened) return answerText(res, NOT_FOUND);
    deliveries.download(opened, req);
    if (opened.window) return answerClip(req, res, opened, opened.window);
    const path = await library.locate(opened.generation.id);
    const file = await openSource(path, opened.generation);
    try {
      const { id, sizeBytes, mtimeMs } = opened.generation;
      const name = savedName(opened.share ?? {}, opened.file, undefined);
      await send(req, res, {
        sizeBytes,
        validators: { etag: `"${id}"`, lastModifiedMs: mtimeMs },
        headers: headersFor(opened, { name, type: contentTypeOf(path) }),
        read: (start, end) =>
          file.createReadStream({ start, end: end - 1, highWaterMark: READ_BYTES, autoClose: false }),
      });
    } finally {
      await file.close();
    }
  }

  /** Nothing of the original is opened for it, and what it is made of belongs to the clip. */
  async function answerClip(req: IncomingMessage, res: ServerResponse, opened: Opened, window: Window) {
    const { share, file, generation, source } = opened;
    const asker = new AbortController();
    res.once('close', () => asker.abort());
    const key = clipEtag(source.generationId, window);
    // Those who fetch a file in many parts have it made once.
    if (!made.has(key)) budget.spend(share?.id ?? file.id);
    made.set(key, true);
    const clip = await engine.clips.download(source, window, asker.signal);
    const name = savedName(share ?? {}, file, shownInfo(generation, window));
    await send(req, res, {
      sizeBytes: clip.sizeBytes,
      validators: { etag: key },
      headers: headersFor(opened, { name, type: clip.contentType }),
      read: (start, end) => Readable.from(clip.read(start, end, asker.signal), { objectMode: false }),
    });
  }

  return (req, res, { token }) => {
    answer(req, res, token).catch((error: unknown) => {
      if (hasErrno(error, 'ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE') || res.destroyed) {
        return void res.destroy();
      }
      answerText(res, refuse(error, req));
    });
  };
}

/** What is sent, in the only ways in which the two differ. */
interface Saved {
  sizeBytes: number;
  validators: { etag: string; lastModifiedMs?: number };
  headers: HeaderList;
  /** Bytes [start, end). */
  read(start: number, end: number): Readable;
}

async function send(
  req: IncomingMessage,
  res: ServerResponse,
  { sizeBytes, validators, headers, read }: Saved,
): Promise<void> {
  const { etag, lastModifiedMs } = validators;
  const modified =
    lastModifiedMs === undefined ? [] : ['Last-Modified', new Date(lastModifiedMs).toUTCString()];
  const extra = [...headers, 'ETag', etag, ...modified, 'Accept-Ranges', 'bytes'];
  if (isNotModified(req.headers, validators)) {
    res.writeHead(304, extra);
    res.end();
    return;
  }
  const range = mayUseRange(req.headers, validators) ? parseRange(req.headers.range, sizeBytes) : undefined;
  if (range === 'unsatisfiable') return answerUnsatisfiable(res, sizeBytes, extra);
  const { start, end } = range ?? { start: 0, end: sizeBytes - 1 };
  const lengthBytes = end - start + 1;
  extra.push('Content-Length', String(lengthBytes));
  if (range) extra.push('Content-Range', `bytes ${start}-${end}/${sizeBytes}`);
  res.writeHead(range ? 206 : 200, extra);
  if (req.method === 'HEAD') return void res.end();
  let sentBytes = 0;
  const bytes = read(start, end + 1).on('data', (part: Buffer) => (sentBytes += part.length));
  await pipeline(bytes, res, { end: false });
  // What became shorter meanwhile: an end that the reader would take for the whole must not be sent.
  if (sentBytes < lengthBytes) res.destroy();
  else res.end();
}

/** The same range of the same content is the same file; the tag tells neither. */
function clipEtag(generationId: string, { startMs, endMs }: Window): string {
  const hash = createHash('sha256').update(`${generationId}/${startMs}-${endMs}`).digest('base64url');
  return `"${hash.slice(0, 22)}"`;
}

/**
 * Errors: 'source-missing', 'source-changed': between the look-up and now it may have gone. Non-blocking, so
 * that a pipe of the same name cannot hold up a thread.
 */
async function openSource(path: string, { sizeBytes, mtimeMs }: Generation): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    if (!hasErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP')) throw error;
    throw new AppError('source-missing', 'The file is not in its place at the moment.', { cause: error });
  });
  const stats = await file.stat();
  if (stats.isFile() && stats.size === sizeBytes && isSameTime(stats.mtimeMs, mtimeMs)) return file;
  await file.close();
  throw new AppError('source-changed', 'The file is no longer the one that was shared.');
}

/** File systems and databases keep fractions of a millisecond differently. */
function isSameTime(aMs: number, bMs: number): boolean {
  return Math.abs(aMs - bMs) < 1;
}

function headersFor({ isPublic }: Opened, { name, type }: { name: string; type: string }): HeaderList {
  return Object.entries({
    'Content-Type': type,
    'Content-Disposition': attachment(name),
    'Cache-Control': `${isPublic ? 'public' : 'private'}, no-cache, no-transform`,
    // Should a browser show it after all, then as a page of nobody's that may do nothing.
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'X-Content-Type-Options': 'nosniff',
    'X-Robots-Tag': 'noindex',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'cross-origin',
  }).flat();
}

/** RFC 6266 with RFC 8187's encoding; the plain form is for the few that do not know it. */
export function attachment(name: string): string {
  const clean = name.replace(/[\p{Cc}\p{Cs}/\\]/gu, '_');
  const plain = clean.replace(/[^\x20-\x7e]/g, '_').replace(/["%]/g, '_');
  const encoded = encodeURIComponent(clean).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
