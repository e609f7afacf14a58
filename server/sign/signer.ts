/**
 * Mints and verifies tokens. Pure but for a memory of tokens that were found genuine. Promises that a token
 * has one spelling, that it opens one door only, and that its time is looked at anew on every use.
 */
import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.js';
import { createKeyRing } from './key-ring.js';
import { MAC_BYTES, readToken, writeClaims } from './layout.js';
import type { Audience, Claims, Signer } from './model.js';

const LONGEST_TOKEN = 120;
const TOKENS_KEPT = 10_000;

/** The first key signs; all of them verify. */
export function createSigner(options: {
  keys: readonly { id: string; secret: string }[];
  clock: Clock;
}): Signer {
  const { clock } = options;
  const ring = createKeyRing(options.keys);
  const genuine = new LRUCache<string, Claims>({ max: TOKENS_KEPT });

  function readGenuine(token: string): Claims | undefined {
    if (token.length > LONGEST_TOKEN) return undefined;
    const bytes = Buffer.from(token, 'base64url');
    // Buffer.from forgives padding, line breaks, '+' and stray bits; only the spelling that we mint is ours.
    if (bytes.toString('base64url') !== token) return undefined;
    const read = readToken(bytes);
    const key = read && ring.find(read.keyId, read.claims.audience);
    if (!key || !timingSafeEqual(signature(read.body, key), read.mac)) return undefined;
    genuine.set(token, Object.freeze(read.claims));
    return read.claims;
  }

  return {
    mint(claims) {
      const body = writeClaims(claims, ring.current.id);
      return Buffer.concat([body, signature(body, ring.current.key(claims.audience))]).toString('base64url');
    },
    verify(token, audience) {
      const claims = genuine.get(token) ?? readGenuine(token);
      return claims && isFor(claims, audience) && !isOver(claims, clock) ? claims : undefined;
    },
  };
}

/** Unix seconds, up to the next full hour, so that the viewers of one hour share URLs and caches. */
export function roundUpToHour(unixSeconds: number): number {
  return Math.ceil(unixSeconds / 3600) * 3600;
}

function signature(body: Buffer, key: KeyObject): Buffer {
  return createHmac('sha256', key).update(body).digest().subarray(0, MAC_BYTES);
}

const isFor = (claims: Claims, audience: Audience) => claims.audience === audience;

const isOver = ({ expiresAt }: Claims, clock: Clock) => expiresAt !== 0 && clock.now() >= expiresAt * 1000;
