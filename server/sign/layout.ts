/**
 * The bytes of a token and back. Pure; knows no keys. Every set of claims has exactly one spelling:
 *
 *   0      version
 *   1..3   key id
 *          from here on encrypted (see signer.ts):
 *   4      flags: audience (2 bits), subject (1 bit), clip (1 bit); the rest 0
 *   5..20  subject id        21..36  generation id
 *   37..40 epoch             41..44  expiry, Unix seconds (0 = never)
 *   45..52 clip: start and end in milliseconds, where the flag says so
 *   then   16 bytes of HMAC, of all that before it was encrypted
 */
import type { Audience, Claims } from './model.js';

export const MAC_BYTES = 16;
export const KEY_ID_BYTES = 3;
/** What may be read without a key. */
export const HEAD_BYTES = 1 + KEY_ID_BYTES;

const VERSION = 2;
const PLAIN_BYTES = 45;
const CLIP_BYTES = 8;
const AUDIENCES: readonly Audience[] = ['hls', 'media', 'download'];
const IS_FILE = 4;
const HAS_CLIP = 8;
const UINT32 = 0xffffffff;

/** What is signed. Errors: RangeError for claims that do not fit; that is a fault of the caller. */
export function writeClaims(claims: Claims, keyId: Buffer): Buffer {
  const { clip } = claims;
  const body = Buffer.alloc(PLAIN_BYTES + (clip ? CLIP_BYTES : 0));
  body[0] = VERSION;
  keyId.copy(body, 1);
  body[4] =
    AUDIENCES.indexOf(claims.audience) | (claims.subject === 'file' ? IS_FILE : 0) | (clip ? HAS_CLIP : 0);
  writeUuid(body, claims.subjectId, 5);
  writeUuid(body, claims.generationId, 21);
  body.writeUInt32BE(claims.epoch, 37);
  body.writeUInt32BE(claims.expiresAt, 41);
  if (clip) {
    if (!(clip.startMs >= 0 && clip.startMs < clip.endMs && clip.endMs <= UINT32)) {
      throw new RangeError('the clip of a token must have a start before its end');
    }
    body.writeUInt32BE(clip.startMs, 45);
    body.writeUInt32BE(clip.endMs, 49);
  }
  return body;
}

/** The parts of a whole token, its body still encrypted; undefined where it is not one of ours. */
export function splitToken(token: Buffer): { keyId: string; body: Buffer; mac: Buffer } | undefined {
  if (token.length < PLAIN_BYTES + MAC_BYTES || token[0] !== VERSION) return undefined;
  return {
    keyId: token.subarray(1, HEAD_BYTES).toString('base64url'),
    body: token.subarray(0, -MAC_BYTES),
    mac: token.subarray(-MAC_BYTES),
  };
}

/** From what was signed; undefined where it cannot have been. Says nothing of the signature. */
export function readClaims(body: Buffer): Claims | undefined {
  const flags = body[4]!;
  const hasClip = (flags & HAS_CLIP) !== 0;
  const audience = AUDIENCES[flags & 3];
  if (body.length !== PLAIN_BYTES + (hasClip ? CLIP_BYTES : 0) || flags > 15 || !audience) return undefined;
  return {
    audience,
    subject: flags & IS_FILE ? 'file' : 'share',
    subjectId: readUuid(body, 5),
    generationId: readUuid(body, 21),
    epoch: body.readUInt32BE(37),
    expiresAt: body.readUInt32BE(41),
    ...(hasClip ? { clip: { startMs: body.readUInt32BE(45), endMs: body.readUInt32BE(49) } } : {}),
  };
}

function writeUuid(body: Buffer, id: string, at: number): void {
  if (body.write(id.replaceAll('-', ''), at, 16, 'hex') !== 16)
    throw new RangeError('an id in a token must be a UUID');
}

function readUuid(token: Buffer, at: number): string {
  const hex = token.toString('hex', at, at + 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
