/**
 * One delivery over HTTP: a connection of its own to an address that may be reached, no redirect followed, no
 * answer read beyond its status, an end within seconds.
 */
import http from 'node:http';
import https from 'node:https';
import type { Clock } from '../base/clock.js';
import { AppError } from '../base/errors.js';
import type { Reach } from './reach.js';

export interface Letter {
  endpoint: string;
  headers: Record<string, string>;
  body: string;
}

/** Resolves when the receiver has taken it (2xx). Errors: why not, in words without the path of the endpoint. */
export type Send = (letter: Letter, signal: AbortSignal) => Promise<void>;

const TIMEOUT_MS = 10_000;

export function createSend({ reach, clock }: { reach: Reach; clock: Clock }): Send {
  return async ({ endpoint, headers, body }, signal) => {
    const url = new URL(endpoint);
    reach.checkLiteral(url);
    const status = await withinTime(signal, clock, (limit) => post(url, { headers, body }, limit, reach));
    if (status >= 200 && status < 300) return;
    throw new AppError('conflict', `the answer was ${status}`);
  };
}

function post(
  url: URL,
  { headers, body }: Pick<Letter, 'headers' | 'body'>,
  signal: AbortSignal,
  reach: Reach,
): Promise<number> {
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const req = request(url, {
      method: 'POST',
      headers: { ...headers, 'Content-Length': Buffer.byteLength(body), Connection: 'close' },
      // No pool: a connection that was checked once would be used again after its name has moved on.
      agent: false,
      lookup: reach.lookup,
      signal,
    });
    req.on('error', reject);
    req.on('response', (response) => {
      resolve(response.statusCode ?? 0);
      response.on('error', () => {});
      req.destroy();
    });
    req.end(body);
  });
}

async function withinTime<T>(
  signal: AbortSignal,
  clock: Clock,
  work: (limit: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const cancel = clock.after(TIMEOUT_MS, () => late.abort());
  try {
    return await work(AbortSignal.any([signal, late.signal]));
  } catch (error) {
    if (late.signal.aborted) throw new AppError('busy', `no answer within ${TIMEOUT_MS / 1000} s`);
    throw error;
  } finally {
    cancel();
  }
}
