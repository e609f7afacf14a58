/**
 * The original itself, as it lies in the media dir: whole or by range, never held in memory, its descriptor
 * closed however the transfer ends. Which file it is comes from the token alone; the name in the address is
 * for people.
 */
import { constants, open, type FileHandle } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { AppError, hasErrno } from '../base/errors.js';
import type { Generation, LibraryReader } from '../library/model.js';
import { isNotModified, mayUseRange } from './conditions.js';
import { contentTypeOf } from './content-type.js';
import { answerUnsatisfiable, type HeaderList } from './deliver.js';
import { answerText, NOT_FOUND, type Refuse } from './errors.js';
import type { Guard, Opened } from './guard.js';
import { parseRange } from './range.js';
import type { Answer } from './stream-path.js';

const READ_BYTES = 256 * 1024;

export function createDownload({
  guard,
  library,
  refuse,
}: {
  guard: Pick<Guard, 'open'>;
  library: Pick<LibraryReader, 'locate'>;
  refuse: Refuse;
}): Answer {
  async function answer(req: IncomingMessage, res: ServerResponse, token: string): Promise<void> {
    const opened = await guard.open(token, 'download');
    if (!opened) return answerText(res, NOT_FOUND);
    const path = await library.locate(opened.generation.id);
    const file = await openSource(path, opened.generation);
    try {
      await send(req, res, file, headersFor(opened, path), opened.generation);
    } finally {
      await file.close();
    }
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

async function send(
  req: IncomingMessage,
  res: ServerResponse,
  file: FileHandle,
  headers: HeaderList,
  { id, sizeBytes, mtimeMs }: Generation,
): Promise<void> {
  const validators = { etag: `"${id}"`, lastModifiedMs: mtimeMs };
  const modified = new Date(mtimeMs).toUTCString();
  const extra = [...headers, 'ETag', validators.etag, 'Last-Modified', modified, 'Accept-Ranges', 'bytes'];
  if (isNotModified(req.headers, validators)) {
    res.writeHead(304, extra);
    res.end();
    return;
  }
  const range = mayUseRange(req.headers, validators) ? parseRange(req.headers.range, sizeBytes) : undefined;
  if (range === 'unsatisfiable') return answerUnsatisfiable(res, sizeBytes, extra);
  const { start, end } = range ?? { start: 0, end: sizeBytes - 1 };
  extra.push('Content-Length', String(end - start + 1));
  if (range) extra.push('Content-Range', `bytes ${start}-${end}/${sizeBytes}`);
  res.writeHead(range ? 206 : 200, extra);
  if (req.method === 'HEAD') return void res.end();
  const bytes = file.createReadStream({ start, end, highWaterMark: READ_BYTES, autoClose: false });
  await pipeline(bytes, res, { end: false });
  // A file that became shorter meanwhile: an end that the reader would take for the whole must not be sent.
  if (bytes.bytesRead < end - start + 1) res.destroy();
  else res.end();
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

function headersFor({ file, isPublic }: Opened, path: string): HeaderList {
  return Object.entries({
    'Content-Type': contentTypeOf(path),
    'Content-Disposition': attachment(file.displayName),
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
