/** Under an address with a token: without a live one, whatever is asked for is answered like a missing thing. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Audience, Claims } from '../../server/sign/index.js';
import { change, openPrivateWorld, WAYS, type PrivateWorld } from '../support/private.js';

let world: PrivateWorld;
let web: PrivateWorld['web'];
let share: PrivateWorld['share'];
let ask: PrivateWorld['ask'];
beforeAll(async () => {
  world = await openPrivateWorld();
  ({ web, share, ask } = world);
});
afterAll(() => web.close());

const MISSING = 'A'.repeat(82);
/** A token of a moment opens that picture only. Only a file's own tokens name one: those of a share name a clip. */
const MOMENT: Partial<Claims> = { clip: { startMs: 1000, endMs: 1001 } };
const CLIP: Partial<Claims> = { clip: { startMs: 1100, endMs: 4500 } };
const UNDER_TOKEN: readonly [Audience, string, Partial<Claims>?][] = [
  ['hls', 'master.m3u8'],
  ['hls', 'v480/index.m3u8'],
  ['hls', 'v480/init.mp4'],
  ['hls', 'v480/0.m4s'],
  ['hls', 'a0/0.m4s'],
  ['hls', 's0/0.vtt'],
  ['media', 'poster.jpg'],
  ['media', 'storyboard.vtt'],
  ['media', 'storyboard.jpg'],
  ['media', 'waveform.json'],
  ['media', 'frame.jpg', MOMENT],
  ['download', 'clip.mp4'],
  ['hls', 'master.m3u8', CLIP],
  ['hls', 'v480/index.m3u8', CLIP],
  ['hls', 'v480/init.mp4', CLIP],
  ['hls', 'v480/0.m4s', CLIP],
  ['hls', 'a0/0.m4s', CLIP],
  ['hls', 's0/0.vtt', CLIP],
  ['media', 'poster.jpg', CLIP],
  ['download', 'clip.mp4', CLIP],
];
const inAnHour = () => Math.floor(world.clock.now() / 1000) + 3600;
const ofShare = (audience: Audience, more: Partial<Claims> = {}) =>
  web.token(audience, { subjectId: share.id, epoch: share.epoch, expiresAt: inAnHour(), ...more });
const ofFile = (audience: Audience, more: Partial<Claims> = {}) =>
  web.token(audience, { subject: 'file', subjectId: web.file.id, epoch: 0, expiresAt: inAnHour(), ...more });

describe.each(UNDER_TOKEN)('/%s/…/%s of a private file', (audience, rest, more = {}) => {
  const subjects: [string, typeof ofShare][] = [
    ...(more === MOMENT ? [] : [['share', ofShare] as [string, typeof ofShare]]),
    ...(more === CLIP ? [] : [['preview', ofFile] as [string, typeof ofShare]]),
  ];
  const path = (token: string) => `/${audience}/${token}/${rest}`;

  test.each(WAYS)('opens to a live token by %s, and to no shared cache', async (_way, method, headers) => {
    for (const [subject, mint] of subjects) {
      const { status, headers: given } = await ask(path(mint(audience, more)), headers, method);
      expect([200, 206], subject).toContain(status);
      expect(given['cache-control'], subject).toMatch(/^private, /);
    }
  });

  test.each(WAYS)('is refused like a missing one by %s', async (_way, method, headers) => {
    const missing = await ask(path(MISSING), headers, method);
    expect(missing.status).toBe(404);
    const refused = await badTokens(audience, rest, more);
    for (const [why, token] of refused) {
      expect(await ask(path(token), headers, method), why).toEqual(missing);
    }
    for (const cookie of [world.member, world.signedOut]) {
      expect(await ask(path(MISSING), { ...headers, cookie }, method)).toEqual(missing);
    }
  });

  test.each(WAYS)('has one address: no other spelling of it opens by %s', async (_way, method, headers) => {
    for (const spell of spellings(audience, rest)) {
      const other = await ask(spell(subjects[0]![1](audience, more)), headers, method);
      expect(other.status, spell('<token>')).toBeGreaterThanOrEqual(400);
      expect(other.status, spell('<token>')).toBeLessThan(500);
      expect(other, spell('<token>')).toEqual(await ask(spell(MISSING), headers, method));
    }
  });
});

async function badTokens(
  audience: Audience,
  rest: string,
  more: Partial<Claims>,
): Promise<[string, string][]> {
  const byShare = (claims: Partial<Claims>) => ofShare(audience, { ...more, ...claims });
  const byFile = (claims: Partial<Claims>) => ofFile(audience, { ...more, ...claims });
  const good = more === MOMENT ? byFile({}) : byShare({});
  const other = await web.addFile(`other-${randomUUID()}.mp4`, Buffer.from('x'));
  const otherShare = await web.shares.create({ fileId: other.file.id, visibility: 'private' });
  const third = await web.addFile(`third-${randomUUID()}.mp4`, Buffer.from('x'));
  const thirdShare = await web.shares.create({ fileId: third.file.id, visibility: 'private' });
  const fourth = await web.addFile(`fourth-${randomUUID()}.mp4`, Buffer.from('x'));
  const fourthShare = await web.shares.create({ fileId: fourth.file.id, visibility: 'private' });
  const { file: fifth } = await web.addFile(`fifth-${randomUUID()}.mp4`, Buffer.from('x'));
  const living = await web.shares.create({ fileId: fifth.id, visibility: 'private' });
  const withdrawn = { subjectId: fourthShare.id, generationId: fourth.generation.id };
  const deleted = { subjectId: otherShare.id, generationId: other.generation.id };
  const orphan = { subjectId: thirdShare.id, generationId: third.generation.id };
  // Asked for while they were good, so that whatever remembers has something to remember.
  for (const claims of more === MOMENT ? [] : [deleted, orphan, withdrawn]) {
    expect((await ask(`/${audience}/${byShare(claims)}/${rest}`)).status).toBe(200);
  }
  const deletedToken = byShare(deleted);
  await web.shares.remove(otherShare.id);
  await web.library.remove(third.file.id);
  await web.library.withdraw(fourth.file.id);
  const elsewhere = (['hls', 'media', 'download'] as const).filter((one) => one !== audience);
  return [
    ['expired', byShare({ expiresAt: Math.floor(world.clock.now() / 1000) })],
    ['expired preview', byFile({ expiresAt: Math.floor(world.clock.now() / 1000) - 60 })],
    ['without an end', byShare({ expiresAt: 0 })],
    ['preview without an end', byFile({ expiresAt: 0 })],
    ['of a share that never was', byShare({ subjectId: randomUUID() })],
    ['of another share that lives', byShare({ subjectId: living.id, epoch: living.epoch })],
    ['of another epoch', byShare({ epoch: share.epoch + 1 })],
    ['of another file', byFile({ subjectId: third.file.id })],
    ...elsewhere.map((one): [string, string] => [
      `for ${one}`,
      more === MOMENT ? ofFile(one, more) : ofShare(one, more),
    ]),
    ...[0, 3, 6, 40, 70, good.length - 1].map((at): [string, string] => [
      `changed at ${at}`,
      change(good, at),
    ]),
    ['cut', good.slice(0, -1)],
    ...boundedTokens(audience, more),
    ['of a deleted share', deletedToken],
    ['of a file that was removed', byShare(orphan)],
    ['of a file that was withdrawn', byShare(withdrawn)],
    ['of a removed file itself', byFile({ subjectId: third.file.id, generationId: third.generation.id })],
  ];
}

function spellings(audience: Audience, rest: string): ((token: string) => string)[] {
  const encoded = `%${audience.charCodeAt(0).toString(16)}${audience.slice(1)}`;
  return [
    (token) => `//${audience}/${token}/${rest}`,
    (token) => `/${audience}//${token}/${rest}`,
    (token) => `/${audience}/${token}//${rest}`,
    (token) => `/${audience}/./${token}/${rest}`,
    (token) => `/${audience}/${token}/./${rest}`,
    (token) => `/./${audience}/${token}/${rest}`,
    (token) => `/${audience}/x/../${token}/${rest}`,
    (token) => `/x/../${audience}/${token}/${rest}`,
    (token) => `/${audience}/${token}/x/../${rest}`,
    (token) => `/${audience}/${token}/%2e/${rest}`,
    (token) => `/${audience}/x/%2e%2e/${token}/${rest}`,
    (token) => `/${encoded}/${token}/${rest}`,
    (token) => `/${audience}%2f${token}%2f${rest}`,
    (token) => `/${audience}/${token}%2F${rest}`,
    (token) => `/${audience}/%${token.charCodeAt(0).toString(16)}${token.slice(1)}/${rest}`,
    (token) => `/${audience.toUpperCase()}/${token}/${rest}`,
    (token) => `/${audience}/${token}/${rest}/`,
    (token) => `/${audience}/${token}/${rest}%00`,
    (token) => `/${audience}\\${token}\\${rest}`,
    (token) => `/share/${share.id}/${audience}/${token}/${rest}`,
  ];
}

/** Of a file there is neither a stream nor a picture of a part: members save one, and that is all. */
function boundedTokens(audience: Audience, more: Partial<Claims>): [string, string][] {
  if (audience === 'download') return [['of a part, for its stream', ofFile('hls', CLIP)]];
  return [
    ['for another thing behind the same door', ofFile(audience, more === MOMENT ? {} : MOMENT)],
    ['of a part of a file', ofFile(more === MOMENT ? 'hls' : audience, CLIP)],
  ];
}
