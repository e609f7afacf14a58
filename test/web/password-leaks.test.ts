/** A share with a password: who has not passed it is told no more than that it asks for one, whatever is tried. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Share } from '../../server/share/index.js';
import { createForms } from '../support/forms.js';
import { openPrivateWorld, SECRETS, type PrivateWorld } from '../support/private.js';

const PASSWORD = 'under the third stone';
const TOKEN = /\/(hls|media|download)\/[\w-]{20}/;

let world: PrivateWorld;
let web: PrivateWorld['web'];
let ask: PrivateWorld['ask'];
let share: Share;
beforeAll(async () => {
  world = await openPrivateWorld();
  ({ web, ask } = world);
  share = await web.shares.update(web.share.id, {
    title: 'quiet lake',
    description: 'rowing at dawn',
    password: PASSWORD,
  });
});
afterAll(() => web.close());

/** As a browser without scripts would. */
async function pass(of: Share, password: string) {
  const forms = createForms(web.url);
  const page = `/share/${of.id}`;
  const answer = await forms.submit(page, { password }, { action: `${page}/password` });
  return { answer, cookie: cookieOf(forms.cookies) };
}

const cookieOf = (cookies: Map<string, string>) =>
  [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');

const PATHS = [
  ['page', ''],
  ['page from a moment on', '?s=3'],
  ['bare player', '?layout=minimal'],
  ['state', '/state'],
  ['download', '/download'],
  ['picture of the preview', '/preview.jpg'],
  ['embed', '/embed'],
  ['page with a slash', '/'],
] as const;

async function expectClosed(of: Share, cookie: string | undefined, why: string) {
  for (const [what, path] of PATHS) {
    for (const method of ['GET', 'HEAD', 'POST']) {
      const answer = await ask(`/share/${of.id}${path}`, cookie ? { cookie } : {}, method);
      const shown = JSON.stringify(answer);
      expect(shown, `${why}: ${method} ${what}`).not.toMatch(SECRETS);
      expect(shown, `${why}: ${method} ${what}`).not.toMatch(TOKEN);
      expect(shown, `${why}: ${method} ${what}`).not.toContain('og:');
    }
  }
  expect((await ask(`/share/${of.id}`, cookie ? { cookie } : {})).body).toContain('type="password"');
  expect((await ask(`/share/${of.id}/state`, cookie ? { cookie } : {})).status).toBe(403);
  const page = `${web.url}/share/${of.id}`;
  const oembed = await ask(`/oembed?url=${encodeURIComponent(page)}`, cookie ? { cookie } : {});
  expect(JSON.stringify(oembed), `${why}: oembed`).not.toMatch(SECRETS);
}

describe('a share with a password', () => {
  test('tells nothing without its cookie, with a wrong one, or with one of another share', async () => {
    const { file } = await web.addFile('other.mp4', Buffer.from('other'));
    const other = await web.shares.create({ fileId: file.id, password: PASSWORD });
    const { cookie: ofOther } = await pass(other, PASSWORD);
    const { cookie } = await pass(share, PASSWORD);
    expect(ofOther).toContain('lanternshare_pass=');
    await expectClosed(share, undefined, 'no cookie');
    await expectClosed(share, 'lanternshare_pass=', 'empty cookie');
    await expectClosed(share, ofOther, 'cookie of another share');
    await expectClosed(share, cookie.replace(share.id.slice(0, 4), '0000'), 'cookie with another id');
    await expectClosed(share, `${cookie}x`, 'cookie with a letter more');
    await expectClosed(share, `lanternshare_pass=${randomUUID()}`, 'made-up cookie');
    await expectClosed(share, world.signedOut, 'ended session');
  });

  test('opens to who knows it, for twelve hours, and to no shared cache', async () => {
    const { answer, cookie } = await pass(share, PASSWORD);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`/share/${share.id}`);
    const set = answer.headers.getSetCookie().find((line) => line.startsWith('lanternshare_pass='))!;
    expect(set).toMatch(new RegExp(`; Max-Age=43200; Path=/share/${share.id};.*; HttpOnly; SameSite=Lax$`));
    const page = await ask(`/share/${share.id}`, { cookie });
    expect(page.body).toContain('quiet lake');
    expect(page.headers['cache-control']).toBe('no-store');
    const stream = /data-stream="([^"]+)"/.exec(page.body)![1]!;
    const opened = await ask(stream);
    expect(opened.status).toBe(200);
    expect(opened.headers['cache-control']).toMatch(/^private/);
    expect((await ask(`/share/${share.id}/state`, { cookie })).status).toBe(200);
    await world.clock.advance(12 * 3600_000);
    await expectClosed(share, cookie, 'after twelve hours');
    await world.clock.advance(3600_000);
    expect((await ask(stream)).status).toBe(404);
  });

  test('is closed to cookies and streams of the password before', async () => {
    const { cookie } = await pass(share, PASSWORD);
    const page = await ask(`/share/${share.id}`, { cookie });
    const stream = /data-stream="([^"]+)"/.exec(page.body)![1]!;
    share = await web.shares.update(share.id, { password: `${PASSWORD} now` });
    await expectClosed(share, cookie, 'after a change');
    expect((await ask(stream)).status).toBe(404);
    share = await web.shares.update(share.id, { password: PASSWORD });
    await expectClosed(share, cookie, 'after the old one came back');
  });

  test('never opens to addresses that were handed out for good while it was open to all', async () => {
    const { file } = await web.addFile('was-open.mp4', Buffer.from('was open'));
    const open = await web.shares.create({ fileId: file.id });
    const stream = /data-stream="([^"]+)"/.exec((await ask(`/share/${open.id}`)).body)![1]!;
    expect((await ask(stream)).status).toBe(200);
    await web.shares.update(open.id, { password: PASSWORD });
    expect((await ask(stream)).status).toBe(404);
  });

  test('asks members nothing', async () => {
    const { body } = await ask(`/share/${share.id}`, { cookie: world.member });
    expect(body).toContain('quiet lake');
    expect(body).not.toContain('type="password"');
  });

  test('shows its words, and no picture or player, where its owner lets previews be shown', async () => {
    await web.shares.update(share.id, { linkPreview: 'player' });
    const { body } = await ask(`/share/${share.id}`);
    expect(body).toMatch(/og:title" content="quiet lake"/);
    expect(body).toContain('rowing at dawn');
    expect(body).not.toMatch(TOKEN);
    expect(body).not.toMatch(/og:(image|video)|twitter:player|preview\.jpg/);
    expect((await ask(`/share/${share.id}/preview.jpg`)).status).toBe(403);
    await web.shares.update(share.id, { linkPreview: 'none' });
  });

  test('is not told from the API in any field', async () => {
    const { body } = await ask(`/v1/share/${share.id}`, { authorization: `Bearer ${web.apiKey}` });
    expect(JSON.parse(body)).toMatchObject({ has_password: true });
    expect(body).not.toMatch(/under the third|argon2|password_hash|"password"/);
    expect(web.logLines.join('')).not.toContain(PASSWORD);
  });
});

describe('the form for the password', () => {
  test('says that it was wrong, and gives no cookie', async () => {
    const { answer, cookie } = await pass(share, 'wrong');
    expect(answer.status).toBe(401);
    expect(await answer.text()).toContain('This is not the password of this link.');
    expect(cookie).not.toContain('lanternshare_pass');
  });

  test('is refused from another site, and without a sign that it is ours', async () => {
    const action = `/share/${share.id}/password`;
    const forms = createForms(web.url);
    const fields = { password: PASSWORD };
    expect((await forms.post(action, fields)).status).toBe(403);
    expect((await forms.post(action, fields, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await forms.post(action, fields, { origin: 'https://evil.example' })).status).toBe(403);
    const strange = { headers: { 'sec-fetch-site': 'cross-site' }, action };
    expect((await forms.submit(`/share/${share.id}`, fields, strange)).status).toBe(403);
    expect(forms.cookies.has('lanternshare_pass')).toBe(false);
  });

  test('in a frame of another site answers with the player itself, since no cookie may come back', async () => {
    const framed = await ask(`/share/${share.id}?layout=minimal&s=2`);
    expect(framed.headers['content-security-policy']).toContain('frame-ancestors *');
    expect(framed.headers['set-cookie']).toBeUndefined();
    const action = /action="([^"]+)"/
      .exec(framed.body)![1]!
      .replaceAll('&amp;', '&')
      .replaceAll('&#38;', '&');
    expect(action).toBe(`/share/${share.id}/password?layout=minimal&s=2`);
    const answer = await createForms(web.url).post(
      action,
      { password: PASSWORD },
      { 'sec-fetch-site': 'same-origin' },
    );
    expect(answer.status).toBe(200);
    const body = await answer.text();
    expect(body).toMatch(/data-stream="\/hls\//);
    expect(body).toContain('data-start="2"');
  });

  test('lets nobody guess for long, and says when to come back', async () => {
    const { file } = await web.addFile('guessed.mp4', Buffer.from('guessed'));
    const guessed = await web.shares.create({ fileId: file.id, password: PASSWORD });
    for (let n = 0; n < 5; n++) expect((await pass(guessed, `guess ${n}`)).answer.status).toBe(401);
    const { answer, cookie } = await pass(guessed, PASSWORD);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(60);
    expect(cookie).not.toContain('lanternshare_pass');
    expect((await pass(share, PASSWORD)).answer.status).toBe(303);
  });
});
