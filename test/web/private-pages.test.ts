/** Pages, API and news of a private file: who has no session is told no more than of one that never was. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  change,
  openPrivateWorld,
  SECRETS,
  WAYS,
  type Answer,
  type PrivateWorld,
} from '../support/private.js';

let world: PrivateWorld;
let web: PrivateWorld['web'];
let share: PrivateWorld['share'];
let ask: PrivateWorld['ask'];
beforeAll(async () => {
  world = await openPrivateWorld();
  ({ web, share, ask } = world);
});
afterAll(() => web.close());

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
    const { status, headers } = await ask(pathOf(...real()), { cookie: world.member });
    expect(status).toBe(forMembers);
    expect(headers['cache-control']).toMatch(/^(no-store|private,)/);
  });

  test.each(WAYS)('tells strangers no more than a missing one by %s', async (_way, method, headers) => {
    const never = [randomUUID(), randomUUID()] as const;
    const strangers: Record<string, string>[] = [
      {},
      { cookie: world.signedOut },
      { cookie: change(world.member, 40) },
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
  expect((await ask(`/share/${deleted.id}`, { cookie: world.member })).status).toBe(200);
  await web.shares.remove(deleted.id);
  for (const path of ['', '?layout=minimal', '/state', '/download', '/preview.jpg']) {
    expect((await ask(`/share/${deleted.id}${path}`, { cookie: world.member })).status).toBe(404);
  }
});
