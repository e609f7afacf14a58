/**
 * The bytes of a token and back. Pure; knows no keys. Every set of claims has exactly one spelling:
 *
 *   0      version
 *   1..3   key id
 *   4      flags: audience (2 bits), subject (1 bit), clip (1 bit); the rest 0
 *   5..20  subject id        21..36  generation id
 *   37..40 epoch             41..44  expiry, Unix seconds (0 = never)
 *   45..52 clip: start and end in milliseconds, where the flag says so
 *   then   16 bytes of HMAC
 */
import type { Audience, Claims } from './model.js';

export const MAC_BYTES = 16;
export const KEY_ID_BYTES = 3;

const VERSION = 1;
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

/** The parts of a whole token, or undefined where it is not one of ours. Says nothing of its signature. */
export function readToken(
  token: Buffer,
): { claims: Claims; keyId: string; body: Buffer; mac: Buffer } | undefined {
  const flags = token[4] ?? 0;
  const hasClip = (flags & HAS_CLIP) !== 0;
  const bodyBytes = PLAIN_BYTES + (hasClip ? CLIP_BYTES : 0);
  const audience = AUDIENCES[flags & 3];
  if (token.length !== bodyBytes + MAC_BYTES || token[0] !== VERSION || flags > 15 || !audience)
    return undefined;
  return {
    claims: {
      audience,
      subject: flags & IS_FILE ? 'file' : 'share',
      subjectId: readUuid(token, 5),
      generationId: readUuid(token, 21),
      epoch: token.readUInt32BE(37),
      expiresAt: token.readUInt32BE(41),
      ...(hasClip ? { clip: { startMs: token.readUInt32BE(45), endMs: token.readUInt32BE(49) } } : {}),
    },
    keyId: token.subarray(1, 1 + KEY_ID_BYTES).toString('base64url'),
    body: token.subarray(0, bodyBytes),
    mac: token.subarray(bodyBytes),
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
