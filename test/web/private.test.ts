/** Who has neither a session nor a live token gets the answer that a missing thing gives, whatever is asked for. */
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';
import type { Share } from '../../server/share/index.js';
import type { Audience, Claims } from '../../server/sign/index.js';
import { startWeb, type TestWeb } from '../support/web.js';

const clock = createFakeClock();
const GOOD = { username: 'marta', password: 'lighthouse keeper' };
const MISSING = 'A'.repeat(82);
const SECRETS = /quiet lake|rowing at dawn|clip\.mp4/;
let web: TestWeb;
let share: Share;
let member: string;
let signedOut: string;

beforeAll(async () => {
  web = await startWeb({ clock });
  const texts = { title: 'quiet lake', description: 'rowing at dawn' };
  share = await web.shares.create({ fileId: web.file.id, visibility: 'private', ...texts });
  await web.auth.setup.redeem((await web.auth.setup.begin())!, GOOD);
  member = await signIn();
  signedOut = await signIn();
  const page = await ask('/', { cookie: signedOut });
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.body)![1]!;
  await fetch(`${web.url}/logout`, {
    method: 'POST',
    headers: { cookie: signedOut },
    body: new URLSearchParams({ csrf }),
    redirect: 'manual',
  });
});
afterAll(() => web.close());

async function signIn(): Promise<string> {
  const form = await fetch(`${web.url}/login`);
  const formCookie = form.headers.get('set-cookie')?.split(';')[0] ?? '';
  const csrf = /name="csrf" value="([^"]+)"/.exec(await form.text())?.[1] ?? '';
  const response = await fetch(`${web.url}/login`, {
    method: 'POST',
    headers: { cookie: formCookie },
    body: new URLSearchParams({ ...GOOD, csrf }),
    redirect: 'manual',
  });
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]!);
  return cookies.find((cookie) => cookie.startsWith('lanternshare_session='))!;
}

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: string;
}

/** The target goes over the wire as it is written here; `fetch` would tidy it up. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ port: web.port, host: '127.0.0.1', path, method, headers }, (res) => {
      let body = '';
      res.setEncoding('latin1');
      res.on('data', (part: string) => {
        body += part;
        // An event stream has no end of its own.
        if (res.headers['content-type']?.startsWith('text/event-stream')) res.destroy();
      });
      res.on('close', () => {
        const { date: _, ...rest } = res.headers;
        resolve({ status: res.statusCode!, headers: rest, body });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

const WAYS: readonly [string, string, Record<string, string>][] = [
  ['GET', 'GET', {}],
  ['HEAD', 'HEAD', {}],
  ['a range', 'GET', { range: 'bytes=0-9' }],
];

const UNDER_TOKEN: readonly [Audience, string][] = [
  ['hls', 'master.m3u8'],
  ['hls', 'v480/index.m3u8'],
  ['hls', 'v480/init.mp4'],
  ['hls', 'v480/0.m4s'],
  ['hls', 'a0/0.m4s'],
  ['hls', 's0/0.vtt'],
  ['media', 'poster.jpg'],
  ['download', 'clip.mp4'],
];
const inAnHour = () => Math.floor(clock.now() / 1000) + 3600;
const ofShare = (audience: Audience, more: Partial<Claims> = {}) =>
  web.token(audience, { subjectId: share.id, epoch: share.epoch, expiresAt: inAnHour(), ...more });
const ofFile = (audience: Audience, more: Partial<Claims> = {}) =>
  web.token(audience, { subject: 'file', subjectId: web.file.id, epoch: 0, expiresAt: inAnHour(), ...more });

describe.each(UNDER_TOKEN)('/%s/…/%s of a private file', (audience, rest) => {
  const subjects: [string, typeof ofShare][] = [
    ['share', ofShare],
    ['preview', ofFile],
  ];
  const path = (token: string) => `/${audience}/${token}/${rest}`;

  test.each(WAYS)('opens to a live token by %s, and to no shared cache', async (_way, method, headers) => {
    for (const [subject, mint] of subjects) {
      const { status, headers: given } = await ask(path(mint(audience)), headers, method);
      expect([200, 206], subject).toContain(status);
      expect(given['cache-control'], subject).toMatch(/^private, /);
    }
  });

  test.each(WAYS)('is refused like a missing one by %s', async (_way, method, headers) => {
    const missing = await ask(path(MISSING), headers, method);
    expect(missing.status).toBe(404);
    const refused = await badTokens(audience);
    for (const [why, token] of refused) {
      expect(await ask(path(token), headers, method), why).toEqual(missing);
    }
    for (const cookie of [member, signedOut]) {
      expect(await ask(path(MISSING), { ...headers, cookie }, method)).toEqual(missing);
    }
  });

  test.each(WAYS)('has one address: no other spelling of it opens by %s', async (_way, method, headers) => {
    for (const spell of spellings(audience, rest)) {
      const other = await ask(spell(ofShare(audience)), headers, method);
      expect(other.status, spell('<token>')).toBeGreaterThanOrEqual(400);
      expect(other.status, spell('<token>')).toBeLessThan(500);
      expect(other, spell('<token>')).toEqual(await ask(spell(MISSING), headers, method));
    }
  });
});

async function badTokens(audience: Audience): Promise<[string, string][]> {
  const good = ofShare(audience);
  const other = await web.addFile(`other-${randomUUID()}.mp4`, Buffer.from('x'));
  const otherShare = await web.shares.create({ fileId: other.file.id, visibility: 'private' });
  const third = await web.addFile(`third-${randomUUID()}.mp4`, Buffer.from('x'));
  const thirdShare = await web.shares.create({ fileId: third.file.id, visibility: 'private' });
  const fourth = await web.addFile(`fourth-${randomUUID()}.mp4`, Buffer.from('x'));
  const fourthShare = await web.shares.create({ fileId: fourth.file.id, visibility: 'private' });
  const withdrawn = { subjectId: fourthShare.id, generationId: fourth.generation.id };
  const deleted = { subjectId: otherShare.id, generationId: other.generation.id };
  const orphan = { subjectId: thirdShare.id, generationId: third.generation.id };
  // Asked for while they were good, so that whatever remembers has something to remember.
  for (const claims of [deleted, orphan, withdrawn]) {
    const name = UNDER_TOKEN.find(([door]) => door === audience)![1];
    expect((await ask(`/${audience}/${ofShare(audience, claims)}/${name}`)).status).toBe(200);
  }
  const deletedToken = ofShare(audience, deleted);
  await web.shares.remove(otherShare.id);
  await web.library.remove(third.file.id);
  await web.library.withdraw(fourth.file.id);
  const elsewhere = (['hls', 'media', 'download'] as const).filter((one) => one !== audience);
  return [
    ['expired', ofShare(audience, { expiresAt: Math.floor(clock.now() / 1000) })],
    ['expired preview', ofFile(audience, { expiresAt: Math.floor(clock.now() / 1000) - 60 })],
    ['without an end', ofShare(audience, { expiresAt: 0 })],
    ['preview without an end', ofFile(audience, { expiresAt: 0 })],
    ['of another share', ofShare(audience, { subjectId: randomUUID() })],
    ['of another epoch', ofShare(audience, { epoch: share.epoch + 1 })],
    ['of another file', ofFile(audience, { subjectId: third.file.id })],
    ...elsewhere.map((one): [string, string] => [`for ${one}`, ofShare(one)]),
    ...[0, 3, 6, 40, 70, good.length - 1].map((at): [string, string] => [
      `changed at ${at}`,
      change(good, at),
    ]),
    ['cut', good.slice(0, -1)],
    ['of a deleted share', deletedToken],
    ['of a file that was removed', ofShare(audience, orphan)],
    ['of a file that was withdrawn', ofShare(audience, withdrawn)],
    [
      'of a removed file itself',
      ofFile(audience, { subjectId: third.file.id, generationId: third.generation.id }),
    ],
  ];
}

const change = (token: string, at: number) =>
  token.slice(0, at) + (token[at] === 'B' ? 'C' : 'B') + token.slice(at + 1);

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

/** With a share's id and a file's: what is there, and what members find there. */
const PAGES: readonly [string, (shareId: string, fileId: string) => string, number][] = [
  ['page', (id) => `/share/${id}`, 200],
  ['page from a moment on', (id) => `/share/${id}?s=3`, 200],
  ['bare player', (id) => `/share/${id}?layout=minimal`, 200],
  ['state and next token', (id) => `/share/${id}/state`, 200],
  ['way to the download', (id) => `/share/${id}/download`, 302],
  ['picture of the preview', (id) => `/share/${id}/preview.jpg`, 200],
  ['share in the API', (id) => `/v1/share/${id}`, 200],
  ['list of shares', () => '/v1/share?visibility=private', 200],
  ['file in the API', (_id, fileId) => `/v1/files/${fileId}`, 200],
  ['list of files', () => '/v1/files', 200],
  ['library', () => '/', 200],
  ['news of the library', () => '/files/events', 200],
];

describe.each(PAGES)('the %s of a private share', (_what, pathOf, forMembers) => {
  const real = () => [share.id, web.file.id] as const;

  test('is there for members, and kept in no shared cache', async () => {
    const { status, headers } = await ask(pathOf(...real()), { cookie: member });
    expect(status).toBe(forMembers);
    expect(headers['cache-control']).toMatch(/^(no-store|private,)/);
  });

  test.each(WAYS)('tells strangers no more than a missing one by %s', async (_way, method, headers) => {
    const never = [randomUUID(), randomUUID()] as const;
    const strangers: Record<string, string>[] = [
      {},
      { cookie: signedOut },
      { cookie: change(member, 40) },
      { authorization: 'Bearer x' },
    ];
    for (const who of strangers) {
      const answer = await ask(pathOf(...real()), { ...headers, ...who }, method);
      const missing = await ask(pathOf(...never), { ...headers, ...who }, method);
      expect(withoutIds(answer, real())).toEqual(withoutIds(missing, never));
      expect(JSON.stringify(answer)).not.toMatch(SECRETS);
      expect(JSON.stringify(answer)).not.toMatch(/\/(hls|media|download)\/[\w-]{20}/);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });

  test('however its address is written', async () => {
    const never = [randomUUID(), randomUUID()] as const;
    for (const spell of PAGE_SPELLINGS) {
      const answer = await ask(spell(pathOf(...real())));
      const missing = await ask(spell(pathOf(...never)));
      expect(withoutIds(answer, real()), spell('/share/<id>')).toEqual(withoutIds(missing, never));
      expect(JSON.stringify(answer)).not.toMatch(SECRETS);
    }
  });
});

/** `[^?]` keeps the query as it is. */
const PAGE_SPELLINGS: ((path: string) => string)[] = [
  (path) => `/${path}`,
  (path) => `/.${path}`,
  (path) => `/x/..${path}`,
  (path) => `/hls/..${path}`,
  (path) => path.replace(/\/([^/?]+)(?=\?|$)/, '//$1'),
  (path) => path.replace(/\/([^/?]+)(?=\?|$)/, '/./$1'),
  (path) => path.replace(/\/([^/?]+)(?=\?|$)/, '/%2e/$1'),
  (path) => path.replace(/\/([^/?]+)(?=\?|$)/, '%2f$1'),
  (path) => path.replace(/^\/(.)/, (_, first: string) => `/%${first.charCodeAt(0).toString(16)}`),
  (path) => path.replace(/([^/?]+)(?=\?|$)/, (last) => last.toUpperCase()),
  (path) => path.replace(/^\/\w+/, (first) => first.toUpperCase()),
  (path) => path.replace(/(?=\?|$)/, '/'),
  (path) => path.replace(/(?=\?|$)/, '%00'),
  (path) => path.replace(/(?=\?|$)/, ';x=1'),
];

/** What a request names itself may come back; request ids differ. */
function withoutIds(answer: Answer, ids: readonly string[]): unknown {
  let text = JSON.stringify(answer);
  for (const id of ids) {
    for (const spelt of [id, id.toUpperCase()]) text = text.replaceAll(spelt, '<id>');
  }
  return text;
}

test('a member finds nothing at the address of a share that was deleted', async () => {
  const { file } = await web.addFile('deleted.mp4', Buffer.from('x'));
  const deleted = await web.shares.create({ fileId: file.id, visibility: 'private' });
  expect((await ask(`/share/${deleted.id}`, { cookie: member })).status).toBe(200);
  await web.shares.remove(deleted.id);
  for (const path of ['', '?layout=minimal', '/state', '/download', '/preview.jpg']) {
    expect((await ask(`/share/${deleted.id}${path}`, { cookie: member })).status).toBe(404);
  }
});
