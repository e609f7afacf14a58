/**
 * The keys that sign and verify: from each secret one derived key per audience, so that no door trusts another's, and
 * one that encrypts what tokens say.
 */
import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { Audience } from './model.js';
import { KEY_ID_BYTES } from './layout.js';

export interface KeyRing {
  /** The key that signs from now on: the first. */
  current: { id: Buffer; keys: Keys };
  /** Any that are still in the ring. */
  find(id: string): Keys | undefined;
}

export interface Keys {
  signing: Record<Audience, KeyObject>;
  encrypting: KeyObject;
}

const KEY_BYTES = 32;

/** Errors: a fault when there is no key or an id is not four base64url characters. */
export function createKeyRing(keys: readonly { id: string; secret: string }[]): KeyRing {
  const first = keys[0];
  if (!first) throw new Error('tokens cannot be signed without a key');
  const derived = new Map<string, Keys>();
  for (const { id, secret } of keys) {
    const bytes = Buffer.from(id, 'base64url');
    if (bytes.length !== KEY_ID_BYTES || bytes.toString('base64url') !== id) {
      throw new Error(`the id of a signing key must be four base64url characters, not ${JSON.stringify(id)}`);
    }
    derived.set(id, {
      signing: {
        hls: derive(secret, 'token hls'),
        media: derive(secret, 'token media'),
        download: derive(secret, 'token download'),
      },
      encrypting: derive(secret, 'token encrypt'),
    });
  }
  return {
    current: { id: Buffer.from(first.id, 'base64url'), keys: derived.get(first.id)! },
    find: (id) => derived.get(id),
  };
}

/** HKDF (RFC 5869). A KeyObject signs five times faster than a Buffer. */
function derive(secret: string, use: string): KeyObject {
  const info = `lanternshare ${use}`;
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', info, KEY_BYTES)));
}
