/**
 * Mints and verifies tokens. Pure but for a memory of tokens that were found genuine. Promises that a token has
 * one spelling, that it opens one door only, that its time is looked at anew on every use, and that it tells
 * nothing to who holds it: neither what it opens nor from where in it a clip was taken.
 */
import { createCipheriv, createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.js';
import { createKeyRing } from './key-ring.js';
import { HEAD_BYTES, MAC_BYTES, readClaims, splitToken, writeClaims } from './layout.js';
import type { Audience, Claims, Signer } from './model.js';
import { createSeals } from './seals.js';

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
    const parts = splitToken(bytes);
    const keys = parts && ring.find(parts.keyId);
    if (!keys) return undefined;
    const body = encrypt(parts.body, parts.mac, keys.encrypting);
    const claims = readClaims(body);
    if (!claims || !timingSafeEqual(signature(body, keys.signing[claims.audience]), parts.mac))
      return undefined;
    genuine.set(token, Object.freeze(claims));
    return claims;
  }

  return {
    ...createSeals({ keys: options.keys, clock }),
    mint(claims) {
      const { id, keys } = ring.current;
      const body = writeClaims(claims, id);
      const mac = signature(body, keys.signing[claims.audience]);
      return Buffer.concat([encrypt(body, mac, keys.encrypting), mac]).toString('base64url');
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

/**
 * And back. The signature is the counter's beginning (RFC 5297's idea): the same claims give the same bytes and others
 * never meet the same stream of bits.
 */
function encrypt(body: Buffer, mac: Buffer, key: KeyObject): Buffer {
  const encrypted = createCipheriv('aes-256-ctr', key, mac).update(body.subarray(HEAD_BYTES));
  return Buffer.concat([body.subarray(0, HEAD_BYTES), encrypted]);
}

const isFor = (claims: Claims, audience: Audience) => claims.audience === audience;

const isOver = ({ expiresAt }: Claims, clock: Clock) => expiresAt !== 0 && clock.now() >= expiresAt * 1000;
