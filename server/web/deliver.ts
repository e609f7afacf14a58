/**
 * One delivery for everything that is in memory: status, range, conditions, lengths and types are decided
 * here, whatever dispatched the request. Knows nothing of what the bytes are.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isNotModified, mayUseRange } from './conditions.js';
import { parseRange } from './range.js';

export interface Content {
  body: Buffer;
  /** Strong, from the content. */
  etag: string;
  type: string;
  /** The same content compressed, for those who accept it. */
  gzip?: { body: Buffer; etag: string };
}

/** Name, value, name, value …: what writeHead takes. */
export type HeaderList = readonly string[];

type Asking = Pick<IncomingMessage, 'method' | 'headers'>;

/** Above this, one write of the whole makes others on the same loop wait (Node 20 and 22; 24 does not need it). */
const SLICED_BYTES = 1024 * 1024;
const SLICE_BYTES = 256 * 1024;
const NEEDS_SLICES = Number(process.versions.node.split('.')[0]) < 24;

/** What a script on another site may read and send; players there need ranges. */
export const CORS: HeaderList = [
  'Access-Control-Allow-Origin',
  '*',
  'Access-Control-Expose-Headers',
  'Accept-Ranges, Content-Length, Content-Range, ETag',
  'Cross-Origin-Resource-Policy',
  'cross-origin',
];

export function createContent(body: Buffer, type: string, gzip?: Buffer): Content {
  return {
    body,
    etag: etagOf(body),
    type,
    ...(gzip ? { gzip: { body: gzip, etag: etagOf(gzip) } } : {}),
  };
}

/** `extra` are headers of the caller's policy: caching, CORS. */
export function deliver(req: Asking, res: ServerResponse, content: Content, extra: HeaderList): void {
  const chosen = content.gzip && acceptsGzip(req) ? content.gzip : content;
  const { body, etag } = chosen;
  // A list, not an object: it is written as it stands, which is worth a tenth of a hot segment's time.
  const headers = [...extra, 'ETag', etag, 'X-Content-Type-Options', 'nosniff'];
  if (content.gzip) headers.push('Vary', 'Accept-Encoding');
  if (isNotModified(req.headers, { etag })) {
    res.writeHead(304, headers);
    res.end();
    return;
  }
  const range = mayUseRange(req.headers, { etag }) ? parseRange(req.headers.range, body.length) : undefined;
  if (range === 'unsatisfiable') return answerUnsatisfiable(res, body.length, extra);
  const part = range ? body.subarray(range.start, range.end + 1) : body;
  headers.push('Content-Type', content.type, 'Accept-Ranges', 'bytes', 'Content-Length', String(part.length));
  if (chosen !== content) headers.push('Content-Encoding', 'gzip');
  if (range) headers.push('Content-Range', `bytes ${range.start}-${range.end}/${body.length}`);
  res.writeHead(range ? 206 : 200, headers);
  if (req.method === 'HEAD') res.end();
  else write(res, part);
}

/** 416 says how much there is (RFC 9110 15.5.17). */
export function answerUnsatisfiable(res: ServerResponse, sizeBytes: number, extra: HeaderList): void {
  res.writeHead(416, [...extra, 'Content-Range', `bytes */${sizeBytes}`, 'Content-Length', '0']);
  res.end();
}

/** For things whose bytes would have to be made first: existence and type, no length (RFC 9110 9.3.2 allows it). */
export function answerHead(res: ServerResponse, type: string, extra: HeaderList): void {
  res.writeHead(200, [
    ...extra,
    'Content-Type',
    type,
    'Accept-Ranges',
    'bytes',
    'X-Content-Type-Options',
    'nosniff',
  ]);
  res.end();
}

function write(res: ServerResponse, body: Buffer): void {
  if (!NEEDS_SLICES || body.length < SLICED_BYTES) return void res.end(body);
  let offset = 0;
  const next = () => {
    while (offset < body.length) {
      if (res.destroyed) return;
      const slice = body.subarray(offset, (offset += SLICE_BYTES));
      if (offset >= body.length) return void res.end(slice);
      if (!res.write(slice)) return void res.once('drain', next);
    }
  };
  next();
}

function acceptsGzip(req: Asking): boolean {
  const header = req.headers['accept-encoding'];
  if (typeof header !== 'string') return false;
  const match = /(?:^|,)\s*(?:gzip|x-gzip)\s*(?:;\s*q=([0-9.]+))?\s*(?:,|$)/i.exec(header);
  return match !== null && Number(match[1] ?? 1) > 0;
}

function etagOf(body: Buffer): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
}
