/** Random names: ids that cannot be guessed, keys that people may hold. */
import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** UUID v4 (RFC 9562): 122 random bits. */
export const createId = (): string => randomUUID();

/** The same id for the same text, for what follows from something else (UUID v8, RFC 9562 5.8). */
export function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export const isId = (text: unknown): text is string => typeof text === 'string' && UUID.test(text);

/** base64url text of `bytes` random bytes. */
export const createSecret = (bytes = 32): string => randomBytes(bytes).toString('base64url');

/** For secrets with full entropy only (keys we made); passwords need a slow hash. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Compares in a time that tells nothing of where two texts differ. */
export function isSameSecret(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
