import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';
import { createSigner, roundUpToHour, type Audience, type Claims } from '../../server/sign/index.js';

const AUDIENCES: Audience[] = ['hls', 'media', 'download'];
const key = (id: string) => ({ id, secret: createHash('sha256').update(id).digest('hex') });
const clock = createFakeClock();
const signer = createSigner({ keys: [key('key1')], clock });

const claims = (more: Partial<Claims> = {}): Claims => ({
  audience: 'hls',
  subject: 'share',
  subjectId: randomUUID(),
  generationId: randomUUID(),
  epoch: 1,
  expiresAt: 0,
  ...more,
});

/** The same claims from the same dice, so that a failure can be repeated. */
function* manyClaims(): Generator<Claims> {
  for (let n = 0; n < 60; n++) {
    const dice = createHash('sha256').update(`throw ${n}`).digest();
    const startMs = dice.readUInt32BE(0) >>> 1;
    yield claims({
      audience: AUDIENCES[n % 3]!,
      subject: n % 2 ? 'file' : 'share',
      epoch: dice.readUInt32BE(4),
      expiresAt: n % 5 ? 0xffffffff - (dice.readUInt32BE(8) % 1e9) : 0,
      ...(n % 4 ? {} : { clip: { startMs, endMs: startMs + 1 + dice.readUInt16BE(12) } }),
    });
  }
}

describe('a token', () => {
  test('says what it was minted for, in less than 120 characters of a URL path', () => {
    for (const one of manyClaims()) {
      const token = signer.mint(one);
      expect(token).toMatch(/^[\w-]{80,119}$/);
      expect(signer.verify(token, one.audience)).toEqual(one);
      expect(createSigner({ keys: [key('key1')], clock }).verify(token, one.audience)).toEqual(one);
    }
  });

  test('is the same for the same claims, so that viewers share URLs', () => {
    const one = claims();
    expect(signer.mint(one)).toBe(signer.mint({ ...one }));
  });

  test('tells nothing of what it says to who has no key', () => {
    const startMs = 0x41424344;
    const one = claims({ clip: { startMs, endMs: startMs + 1 } });
    const told = Buffer.from(signer.mint(one), 'base64url').toString('hex');
    for (const secret of [one.subjectId, one.generationId, startMs.toString(16)]) {
      expect(told).not.toContain(secret.replaceAll('-', ''));
    }
    // Two clips of one content have nothing in common but the version and the key's id.
    const next = Buffer.from(signer.mint({ ...one, clip: { startMs, endMs: startMs + 2 } }), 'base64url');
    const alike = [...Buffer.from(told, 'hex')].filter((byte, at) => byte === next[at]);
    expect(alike.length).toBeLessThan(12);
  });

  test('opens the door of its own audience only', () => {
    for (const one of manyClaims()) {
      const token = signer.mint(one);
      for (const audience of AUDIENCES) {
        expect(signer.verify(token, audience) !== undefined).toBe(audience === one.audience);
      }
    }
  });

  test('is refused with any single bit of it flipped', () => {
    for (const one of [claims(), claims({ clip: { startMs: 1000, endMs: 2000 } })]) {
      const bytes = Buffer.from(signer.mint(one), 'base64url');
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const forged = Buffer.from(bytes);
        forged[bit >> 3]! ^= 1 << (bit & 7);
        for (const audience of AUDIENCES) {
          expect(signer.verify(forged.toString('base64url'), audience), `bit ${bit}`).toBeUndefined();
        }
      }
    }
  });

  test('has one spelling: no other character, padding or case passes', () => {
    const token = signer.mint(claims({ clip: { startMs: 0, endMs: 1 } }));
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (let at = 0; at < token.length; at++) {
      for (const character of alphabet) {
        const other = token.slice(0, at) + character + token.slice(at + 1);
        if (other !== token) expect(signer.verify(other, 'hls'), other).toBeUndefined();
      }
    }
    const spellings = [`${token}=`, `${token}==`, ` ${token}`, `${token}\n`, `${token}A`, token.slice(0, -1)];
    for (const other of [...spellings, token.toUpperCase(), encodeURIComponent(`${token}%`)]) {
      expect(signer.verify(other, 'hls')).toBeUndefined();
    }
    const tokens = Array.from({ length: 200 }, () => signer.mint(claims()));
    const standard = tokens.find((one) => one.includes('_'))!;
    expect(signer.verify(standard.replaceAll('_', '/'), 'hls')).toBeUndefined();
  });

  test('is refused from the second at which it expires, also when it was verified before', async () => {
    const own = createFakeClock();
    const mine = createSigner({ keys: [key('key1')], clock: own });
    const expiresAt = own.now() / 1000 + 10;
    const token = mine.mint(claims({ expiresAt }));
    expect(mine.verify(token, 'hls')).toMatchObject({ expiresAt });
    await own.advance(9999);
    expect(mine.verify(token, 'hls')).toBeDefined();
    await own.advance(1);
    expect(mine.verify(token, 'hls')).toBeUndefined();
  });

  test('of rubbish is refused without a throw', () => {
    const rubbish = ['', 'a', '.', '..', '\0', 'é'.repeat(50), 'A'.repeat(82), 'A'.repeat(10_000)];
    for (let bytes = 0; bytes < 100; bytes++) rubbish.push(randomBytes(bytes).toString('base64url'));
    for (const text of rubbish) expect(signer.verify(text, 'hls')).toBeUndefined();
  });

  test('cannot be minted for what does not fit', () => {
    for (const broken of [
      { subjectId: 'not-a-uuid' },
      { generationId: '' },
      { epoch: -1 },
      { epoch: 2 ** 32 },
      { expiresAt: 2 ** 32 },
      { clip: { startMs: 5, endMs: 5 } },
      { clip: { startMs: -1, endMs: 5 } },
      { clip: { startMs: 0, endMs: 2 ** 32 } },
    ]) {
      expect(() => signer.mint(claims(broken))).toThrow(RangeError);
    }
  });

  test('that was handed out cannot be changed by who holds its claims', () => {
    const token = signer.mint(claims());
    const read = signer.verify(token, 'hls')!;
    expect(() => (read.epoch = 99)).toThrow(TypeError);
    expect(signer.verify(token, 'hls')).toMatchObject({ epoch: 1 });
  });
});

describe('the key ring', () => {
  test('signs with its first key and verifies with each until that is taken out', () => {
    const old = signer.mint(claims());
    const rotated = createSigner({ keys: [key('key2'), key('key1')], clock });
    expect(rotated.verify(old, 'hls')).toBeDefined();
    const fresh = rotated.mint(claims());
    expect(signer.verify(fresh, 'hls')).toBeUndefined();
    const later = createSigner({ keys: [key('key2')], clock });
    expect(later.verify(old, 'hls')).toBeUndefined();
    expect(later.verify(fresh, 'hls')).toBeDefined();
  });

  test('refuses a token of another secret under the same id', () => {
    const foreign = createSigner({ keys: [{ id: 'key1', secret: 'x'.repeat(32) }], clock });
    expect(signer.verify(foreign.mint(claims()), 'hls')).toBeUndefined();
  });

  test('must have a key, and ids of four base64url characters', () => {
    expect(() => createSigner({ keys: [], clock })).toThrow('without a key');
    for (const id of ['', 'k', 'key', 'key12', 'ke=1', 'ké12']) {
      expect(() => createSigner({ keys: [{ id, secret: 'x'.repeat(32) }], clock })).toThrow(
        'four base64url characters',
      );
    }
  });
});

test('expiries are rounded up to the hour', () => {
  expect([0, 1, 3599, 3600, 3601].map(roundUpToHour)).toEqual([0, 3600, 3600, 3600, 7200]);
});
