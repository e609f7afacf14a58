/**
 * Short notes that come back to us unread by others: who knew a password, when a play began. Promises that what is
 * opened was sealed here, for that purpose, and is not over. Whoever has a seal reads it; nothing in it is secret.
 */
import { createHmac, createSecretKey, hkdfSync, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { Clock } from '../base/clock.js';
import type { Purpose, Seals } from './model.js';

const PURPOSES: readonly Purpose[] = ['pass', 'play'];
const LONGEST = 400;
const PART = /^[A-Za-z0-9_-]+$/;

type Keys = Record<Purpose, KeyObject>;

/** The first key seals; all of them open. Errors: a fault for parts that are not letters, digits, - and _. */
export function createSeals({
  keys,
  clock,
}: {
  keys: readonly { id: string; secret: string }[];
  clock: Clock;
}): Seals {
  const ring = new Map<string, Keys>();
  for (const { id, secret } of keys) {
    ring.set(id, Object.fromEntries(PURPOSES.map((one) => [one, derive(secret, one)])) as Keys);
  }
  const [currentId, current] = [...ring][0]!;

  return {
    seal(purpose, parts, livesMs) {
      if (!parts.every((part) => PART.test(part))) throw new Error('a seal cannot hold that');
      const text = [currentId, String(clock.now() + livesMs), ...parts].join('.');
      return `${text}.${macOf(text, current[purpose])}`;
    },
    unseal(purpose, sealed) {
      if (sealed.length > LONGEST) return undefined;
      const at = sealed.lastIndexOf('.');
      const text = sealed.slice(0, Math.max(0, at));
      const [id = '', untilMs, ...parts] = text.split('.');
      const key = ring.get(id)?.[purpose];
      if (!key || !isSame(sealed.slice(at + 1), macOf(text, key))) return undefined;
      return clock.now() < Number(untilMs) ? parts : undefined;
    },
  };
}

/** HKDF (RFC 5869), as for tokens, under names that are none of theirs. */
function derive(secret: string, purpose: Purpose): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `lanternshare seal ${purpose}`, 32)));
}

const macOf = (text: string, key: KeyObject): string =>
  createHmac('sha256', key).update(text).digest('base64url');

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
