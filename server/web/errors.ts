/**
 * Refusals and faults become answers here, and only here: a status, a sentence where the visitor may read
 * it, a request id where not. A fault is logged once, at this exit.
 */
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { isAppError, type ErrorCode } from '../base/errors.js';
import { redactUrl, type Log } from '../base/log.js';

const STATUS = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'unsupported-media': 415,
  'source-missing': 404,
  'source-changed': 410,
  'source-damaged': 500,
  'too-many': 429,
  'no-space': 507,
  busy: 503,
  aborted: 499, // nobody reads it: the asker went away
  'not-implemented': 501,
  'render-failed': 500,
} satisfies Record<ErrorCode, number>;

export const statusOf = (code: ErrorCode): number => STATUS[code];

/** What of the request a fault is logged with. */
type Asked = { method?: string | undefined; url?: string | undefined };

export type ErrorKind = ErrorCode | 'fault';

export interface Refusal {
  status: number;
  kind: ErrorKind;
  /** May be shown to anybody. */
  message: string;
  /** Only with faults, which are logged under it. */
  requestId?: string;
}

/** Writes a whole page; must not throw. */
export type RenderError = (req: Request, res: Response, status: number, kind: ErrorKind) => void;

export type Refuse = (error: unknown, asked: Asked) => Refusal;

export function createRefuse({ log }: { log: Log }): Refuse {
  return function refuse(error, asked) {
    const known = knownRefusal(error);
    if (known) return known;
    const requestId = randomBytes(8).toString('hex');
    const url = redactUrl(asked.url ?? '');
    log.error({ err: error, requestId, method: asked.method, url }, 'request failed');
    const status = isAppError(error) ? STATUS[error.code] : 500;
    const kind = isAppError(error) ? error.code : 'fault';
    return { status, kind, message: `Something went wrong here; request ${requestId}.`, requestId };
  };
}

/** For the API: every error is `{"error": "…"}`. */
export function answerJson(res: Response, refusal: Refusal): void {
  if (refusal.status === 401) res.setHeader('WWW-Authenticate', 'Bearer');
  if (refusal.status === 503) res.setHeader('Retry-After', '5');
  res.status(refusal.status).json({ error: refusal.message });
}

/** For players and download tools: a line of text, the same for everything that is not there. */
export function answerText(res: ServerResponse, refusal: Pick<Refusal, 'status' | 'message'>): void {
  if (res.headersSent) return void res.destroy();
  const body = Buffer.from(`${refusal.message}\n`);
  res.writeHead(refusal.status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
    'Access-Control-Allow-Origin': '*',
    'X-Content-Type-Options': 'nosniff',
    ...retryAfter(refusal.status),
  });
  res.end(body);
}

/** Whoever had too much made is told to wait for the next minute. */
function retryAfter(status: number): { 'Retry-After'?: string } {
  if (status === 429) return { 'Retry-After': '60' };
  return status === 503 ? { 'Retry-After': '2' } : {};
}

export const NOT_FOUND: Refusal = { status: 404, kind: 'not-found', message: 'Not found.' };

/** Last in an Express chain. `answer` writes JSON or a page. */
export function createErrorHandler(
  refuse: Refuse,
  answer: (req: Request, res: Response, refusal: Refusal) => void,
): ErrorRequestHandler {
  return (error, req, res, _next) => {
    const refusal = refuse(error, { method: req.method, url: req.originalUrl });
    if (refusal.requestId) res.locals['requestId'] = refusal.requestId;
    if (res.headersSent) return void res.destroy();
    answer(req, res, refusal);
  };
}

/** Not the visitor's doing and nothing that asking differently would help: a fault to them. */
const HIDDEN = new Set<ErrorCode>(['source-damaged', 'render-failed']);
/** The code's own sentence names paths, for the owner. */
const FOR_VISITORS: Partial<Record<ErrorCode, string>> = {
  'source-missing': 'The original is not in its place at the moment.',
  'source-changed': 'The original has changed; open the link again.',
};

function knownRefusal(error: unknown): Refusal | undefined {
  if (isAppError(error)) {
    if (HIDDEN.has(error.code)) return undefined;
    const message = FOR_VISITORS[error.code] ?? error.message;
    return { status: STATUS[error.code], kind: error.code, message };
  }
  if (error instanceof URIError) return refusalOf(400, 'The address is not valid percent-encoding.');
  return bodyRefusal(error);
}

/** What express.json and express.urlencoded throw (http-errors); their own words may quote the body. */
function bodyRefusal(error: unknown): Refusal | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  if (error.status === 413) return refusalOf(413, 'The body is too large.');
  if (error.status === 415) return refusalOf(415, 'The body must be UTF-8 and not compressed.');
  return error.status < 500 ? refusalOf(400, 'The body could not be read.') : undefined;
}

function refusalOf(status: number, message: string): Refusal {
  return { status, kind: 'invalid', message };
}
