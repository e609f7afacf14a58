import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../server/base/clock.js';
import { createForms, type Forms } from '../../support/forms.js';
import { startWeb, type TestWeb } from '../../support/web.js';

let web: TestWeb;
let forms: Forms;
const clock = createFakeClock();
beforeAll(async () => {
  web = await startWeb({ clock });
  forms = createForms(web.url);
});
afterAll(() => web.close());

const get: Forms['get'] = (...args) => forms.get(...args);
const post: Forms['post'] = (...args) => forms.post(...args);

const GOOD = { username: 'keeper', password: 'lighthouse keeper' };

describe('before anybody is there', () => {
  let path: string;
  beforeAll(async () => {
    path = `/setup/${await web.auth.setup.begin()}`;
  });

  test('the library asks to sign in, and sign-in says where the set-up link is', async () => {
    const response = await get('/');
    expect([response.status, response.headers.get('location')]).toEqual([303, '/login']);
    expect(await (await get('/login')).text()).toContain('one-time set-up link');
  });

  test('a set-up link that is not ours opens nothing', async () => {
    expect((await get('/setup/nothing')).status).toBe(404);
    expect((await post('/setup/nothing', GOOD)).status).toBe(404);
  });

  test('looking at the set-up link does not use it up', async () => {
    for (let i = 0; i < 2; i++) {
      const html = await (await get(path)).text();
      expect(html).toContain('Create the account');
    }
  });

  test('a password that is too short is asked for again, with the name kept', async () => {
    const response = await forms.submit(path, { username: 'mar"ta', password: 'short' });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('role="alert"');
  });

  test('a form from another address is refused, also with our token', async () => {
    for (const headers of [
      { origin: 'https://elsewhere.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'null' },
    ] as Record<string, string>[]) {
      expect((await forms.submit(path, GOOD, { headers })).status).toBe(403);
    }
  });

  test('a form without the token that it was shown with is refused', async () => {
    expect((await createForms(web.url).post(path, GOOD)).status).toBe(403);
    expect((await forms.submit(path, { ...GOOD, csrf: 'wrong' })).status).toBe(403);
    const csrf = await createForms(web.url).csrf(path);
    expect((await forms.submit(path, { ...GOOD, csrf })).status).toBe(403);
    expect(await web.auth.members.count()).toBe(0);
  });

  test('the first account is signed in at once, and the link is used up', async () => {
    const response = await forms.submit(path, GOOD, { headers: { origin: web.url } });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/']);
    expect((await get('/')).status).toBe(200);
    expect((await get(path)).status).toBe(404);
    expect((await post(path, { ...GOOD, username: 'second' })).status).toBe(404);
  });
});

describe('the library', () => {
  const csrf = async () => /name="csrf" value="([^"]+)"/.exec(await (await get('/')).text())![1]!;
  const linkOf = async (name: string) =>
    new RegExp(`value="([^"]+)" aria-label="Link to ${name}"`).exec(await (await get('/')).text())?.[1];

  test('lists what there is and is kept in no cache', async () => {
    const response = await get('/');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const html = await response.text();
    expect(html).toContain('clip.mp4');
    expect(html).toContain('25 %');
  });

  test('a poster shows there without a share', async () => {
    const html = await (await get('/')).text();
    const poster = /<img src="(\/media\/[^"]+)"/.exec(html)![1]!;
    expect((await get(poster)).status).toBe(200);
  });

  test('shares a file by one form, and again gives the same link', async () => {
    const { file } = await web.addFile('second.mp4', Buffer.from('x'));
    const fields = { csrf: await csrf(), back: '/' };
    const response = await post(`/files/${file.id}/share`, fields);
    expect([response.status, response.headers.get('location')]).toEqual([303, '/']);
    const url = await linkOf('second.mp4');
    expect((await fetch(url!)).status).toBe(200);
    const again = await post(`/files/${file.id}/share`, fields, { accept: 'application/json' });
    expect(await again.json()).toEqual({ url });
  });

  test('makes a private link by the other form, beside the public one', async () => {
    const { file } = await web.addFile('both.mp4', Buffer.from('x'));
    const fields = { csrf: await csrf() };
    const json = { accept: 'application/json' };
    const urls: string[] = [];
    for (const visibility of ['public', 'private', 'private']) {
      const response = await post(`/files/${file.id}/share`, { ...fields, visibility }, json);
      urls.push(((await response.json()) as { url: string }).url);
    }
    expect(urls[1]).toBe(urls[2]);
    const { shares } = await web.shares.list({ fileId: file.id, limit: 10, offset: 0 });
    expect(shares.map(({ visibility }) => visibility).sort()).toEqual(['private', 'public']);
    const html = await (await get('/')).text();
    expect(html).toContain(`value="${urls[0]}" aria-label="Link to both.mp4"`);
    expect(html).toContain(`value="${urls[1]}" aria-label="Private address of both.mp4"`);
    for (const visibility of ['', 'secret', 'Public']) {
      expect((await post(`/files/${file.id}/share`, { ...fields, visibility })).status).toBe(400);
    }
  });

  test('two clicks at once make one share', async () => {
    const { file } = await web.addFile('third.mp4', Buffer.from('x'));
    const fields = { csrf: await csrf() };
    const json = { accept: 'application/json' };
    const answers = await Promise.all([1, 2, 3].map(() => post(`/files/${file.id}/share`, fields, json)));
    const urls = await Promise.all(
      answers.map(async (answer) => ((await answer.json()) as { url: string }).url),
    );
    expect(new Set(urls).size).toBe(1);
  });

  test('stops sharing, which ends the link at once', async () => {
    const { file } = await web.addFile('fourth.mp4', Buffer.from('x'));
    const share = await web.shares.create({ fileId: file.id });
    const response = await post(`/shares/${share.id}/stop`, { csrf: await csrf() });
    expect(response.status).toBe(303);
    expect((await get(`/share/${share.id}`)).status).toBe(404);
    expect((await post(`/shares/${share.id}/stop`, { csrf: await csrf() })).status).toBe(303);
  });

  test('tries a failed file again, and asks before it removes any', async () => {
    const { file } = await web.addFile('unwanted.mp4', Buffer.from('x'));
    expect((await post(`/files/${file.id}/retry`, { csrf: await csrf() })).status).toBe(303);
    expect(web.taken).toContain(file.id);
    const asked = await post('/files/bulk/delete', { csrf: await csrf(), id: file.id });
    expect([asked.status, await asked.text()]).toEqual([
      200,
      expect.stringContaining('Delete “unwanted.mp4”?'),
    ]);
    expect(await web.library.get(file.id)).toBeDefined();
    await post('/files/bulk/delete', { csrf: await csrf(), id: file.id, source: 'keep' });
    expect(await web.library.get(file.id)).toBeUndefined();
    expect((await post('/files/bulk/delete', { csrf: '', id: web.file.id, source: 'delete' })).status).toBe(
      403,
    );
  });

  test.each(['', 'wrong', undefined])('refuses a form with the csrf value %j', async (given) => {
    const fields: Record<string, string> = given === undefined ? {} : { csrf: given };
    expect((await post(`/files/${web.file.id}/share`, fields)).status).toBe(403);
  });

  test('answers for files that are not there, and for pages past the end', async () => {
    const fields = { csrf: await csrf() };
    expect((await post('/files/nothing/share', fields)).status).toBe(404);
    const past = Buffer.from(JSON.stringify([0, 'f'])).toString('base64url');
    expect((await get(`/?after=${past}`)).headers.get('location')).toBe('/');
    for (const after of ['0', '-1', 'x', '1e9', '9'.repeat(9999)]) {
      expect((await get(`/?after=${after}`)).status).toBe(200);
    }
  });

  test('never leads to another place than ours', async () => {
    const fields = { csrf: await csrf(), back: 'https://elsewhere.example/' };
    const response = await post(`/files/${web.file.id}/share`, fields);
    expect(response.headers.get('location')).toBe('/');
  });

  test('shows a member why a share cannot be played', async () => {
    const { file } = await web.addFile('fifth.mp4', Buffer.from('x'));
    const share = await web.shares.create({ fileId: file.id });
    const { device, inode, sizeBytes, mtimeMs } = file;
    await web.library.replace(file.id, { device, inode, sizeBytes, mtimeMs: mtimeMs + 1 });
    await web.library.setProcessing(file.id);
    await web.library.fail(file.id, 'The file ends early.', 'moov atom not found');
    const html = await (await get(`/share/${share.id}`)).text();
    expect(html).toContain('The file ends early.');
    expect(html).toContain('moov atom not found');
  });

  test('hears of a change without asking', async () => {
    const response = await get('/files/events');
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    await reader.read();
    await web.addFile('sixth.mp4', Buffer.from('x'));
    const told = reader.read();
    await clock.advance(1000);
    expect((await told).value).toContain('event: changed');
    await reader.cancel();
  });

  test('tells its news to members only', async () => {
    const response = await createForms(web.url).get('/files/events');
    expect(response.status).toBe(401);
  });
});

describe('signing in and out', () => {
  test('out ends the session, and needs the form to be ours', async () => {
    const html = await (await get('/')).text();
    expect((await post('/logout', { csrf: 'wrong' })).status).toBe(403);
    const response = await post('/logout', { csrf: /name="csrf" value="([^"]+)"/.exec(html)![1]! });
    expect(response.headers.get('location')).toBe('/login');
    expect((await get('/')).status).toBe(303);
  });

  test('a wrong password is told, without telling whether the name exists', async () => {
    const wrong = await forms.submit('/login', { ...GOOD, password: 'not this one' });
    const unknown = await forms.submit('/login', { ...GOOD, username: 'nobody' });
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    const alert = async (response: Response) => /role="alert"[^>]*>([^<]+)/.exec(await response.text())![1];
    expect(await alert(wrong)).toBe(await alert(unknown));
  });

  test('leads to the page that was asked for', async () => {
    const asked = await get('/?page=2');
    const login = asked.headers.get('location')!;
    expect(login).toBe('/login?next=%2F%3Fpage%3D2');
    const form = await (await get(login)).text();
    const next = /name="next" value="([^"]+)"/.exec(form)![1]!;
    const response = await forms.submit('/login', { ...GOOD, next });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/?page=2']);
    expect((await get('/login')).headers.get('location')).toBe('/');
  });

  test.each(['https://elsewhere.example/', '//elsewhere.example'])('never leads to %s', async (next) => {
    const response = await createForms(web.url).submit('/login', { ...GOOD, next });
    expect(response.headers.get('location')).toBe('/');
  });

  test('needs the token that its form was shown with', async () => {
    const other = createForms(web.url);
    expect((await other.post('/login', GOOD)).status).toBe(403);
    const csrf = await createForms(web.url).csrf('/login');
    const response = await other.submit('/login', { ...GOOD, csrf });
    expect([response.status, other.cookies.has('lanternshare_session')]).toEqual([403, false]);
    expect(await response.text()).toContain('This form is out of date');
  });

  test('odd fields are only wrong', async () => {
    const other = createForms(web.url);
    const csrf = await other.csrf('/login');
    const cookie = [...other.cookies].map((pair) => pair.join('=')).join('; ');
    const body = `csrf=${csrf}&username=a&username=b&password[]=x&__proto__[x]=1`;
    const response = await fetch(`${web.url}/login`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
      body,
    });
    expect(response.status).toBe(401);
    const long = await other.post('/login', { username: 'a'.repeat(20_000), password: 'x' });
    expect(long.status).toBe(413);
  });
});
