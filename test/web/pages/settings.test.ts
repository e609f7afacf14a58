import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../server/base/clock.js';
import { createForms, type Forms } from '../../support/forms.js';
import { startWeb, type TestWeb } from '../../support/web.js';

const owner = { username: 'owner', password: 'correct horse' };
const guest = { username: 'guest', password: 'battery staple' };

const clock = createFakeClock();
let web: TestWeb;
let admin: Forms;
let member: Forms;

beforeAll(async () => {
  web = await startWeb({ clock });
  await web.auth.members.add(owner, 'admin');
  await web.auth.members.add(guest, 'member');
  admin = await signIn(owner);
  member = await signIn(guest);
});
afterAll(() => web.close());

async function signIn(who: { username: string; password: string }): Promise<Forms> {
  const forms = createForms(web.url);
  const response = await forms.submit('/login', who);
  expect(response.status).toBe(303);
  return forms;
}

const send = (forms: Forms, action: string, fields: Record<string, string> = {}) =>
  forms.submit('/settings', fields, { action: `/settings/${action}` });
const settings = async (forms: Forms) => (await forms.get('/settings')).text();
const secretOf = (html: string) => /class="secret-value">([^<]+)</.exec(html)?.[1];
const alertOf = (html: string) => /role="alert">([^<]+)</.exec(html)?.[1];
const idOf = async (name: string) =>
  (await web.auth.members.list()).find(({ username }) => username === name)?.memberId ?? 'gone';
const isIn = async (forms: Forms) => (await forms.get('/')).status === 200;

describe('the settings', () => {
  test('are for who is signed in, who comes back to them', async () => {
    const visitor = createForms(web.url);
    const asked = await visitor.get('/settings');
    expect([asked.status, asked.headers.get('location')]).toEqual([303, '/login?next=%2Fsettings']);
    const sent = await visitor.post('/settings/keys', { name: 'x' });
    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/login?next=%2Fsettings']);
    expect(await settings(admin)).toContain('Members');
    expect((await admin.get('/settings')).headers.get('cache-control')).toBe('no-store');
    expect(await (await admin.get('/')).text()).toContain('href="/settings"');
  });

  test.each([
    'password',
    'sign-out-everywhere',
    'keys',
    'keys/x/revoke',
    'members',
    'members/x/reset',
    'members/x/remove',
    'webhooks',
    'webhooks/x/change',
    'webhooks/x/remove',
  ])('take nothing at %s from a form that is not theirs', async (action) => {
    for (const csrf of ['', 'wrong', await createForms(web.url).csrf('/login')]) {
      expect((await admin.post(`/settings/${action}`, { csrf })).status).toBe(403);
    }
    expect(await isIn(admin)).toBe(true);
  });
});

describe('API keys', () => {
  test('are shown once, work, are listed with their last use, and are revoked', async () => {
    const made = await send(member, 'keys', { name: 'my <script>' });
    const html = await made.text();
    const key = secretOf(html)!;
    expect([made.status, made.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(html).toContain('my &lt;script&gt;');
    expect(html).toContain('never used');
    const files = () => fetch(`${web.url}/v1/files`, { headers: { authorization: `Bearer ${key}` } });
    expect((await files()).status).toBe(200);
    expect(await settings(member)).not.toContain(key);
    await expect.poll(() => settings(member)).toContain('last used');
    const action = /action="\/settings\/(keys\/[^"]+\/revoke)"/.exec(await settings(member))![1]!;
    const stranger = await send(await signIn(guest), action.replace(/keys\/[^/]+/, 'keys/nothing'));
    expect([stranger.status, alertOf(await stranger.text())]).toEqual([
      404,
      'There is no valid API key with this id.',
    ]);
    const revoked = await send(member, action);
    expect(revoked.headers.get('location')).toBe('/settings?done=revoked');
    expect((await files()).status).toBe(401);
    expect(await settings(member)).not.toContain('my &lt;script&gt;');
  });

  test('of others are for admins only', async () => {
    const { id } = await web.auth.keys.create('key of owner', await idOf('owner'));
    expect(await settings(member)).not.toContain('key of owner');
    expect((await send(member, `keys/${id}/revoke`)).status).toBe(404);
    await web.auth.keys.create('key of guest', await idOf('guest'));
    const html = await settings(admin);
    expect(html).toContain('of guest');
    expect(html).toContain('set by API_KEY');
    expect((await send(admin, `keys/${id}/revoke`)).status).toBe(303);
  });

  test('need a name', async () => {
    const response = await send(member, 'keys', { name: ' ' });
    expect([response.status, alertOf(await response.text())]).toEqual([
      400,
      'The name of an API key must have 1 to 100 characters.',
    ]);
  });
});

describe('the password', () => {
  test('is changed with the current one, and signs out everywhere else', async () => {
    const third = { username: 'third', password: 'first password' };
    await web.auth.members.add(third, 'member');
    const [desk, phone] = [await signIn(third), await signIn(third)];
    const wrong = await send(desk, 'password', { current: 'no', password: 'second password' });
    expect([wrong.status, alertOf(await wrong.text())]).toEqual([403, 'The current password is wrong.']);
    const short = await send(desk, 'password', { current: third.password, password: 'x' });
    expect(short.status).toBe(400);
    const good = await send(desk, 'password', { current: third.password, password: 'second password' });
    expect(good.headers.get('location')).toBe('/settings?done=password');
    expect(await (await desk.get('/settings?done=password')).text()).toContain('Your password is changed.');
    expect([await isIn(desk), await isIn(phone)]).toEqual([true, false]);
    const again = await signIn({ ...third, password: 'second password' });
    expect((await send(again, 'sign-out-everywhere')).headers.get('location')).toBe('/login');
    expect([await isIn(desk), await isIn(again)]).toEqual([false, false]);
  });
});

describe('members', () => {
  test('are added by an admin with a password that is shown once', async () => {
    const response = await send(admin, 'members', { username: 'dora', role: 'member' });
    const password = secretOf(await response.text())!;
    const dora = await signIn({ username: 'dora', password });
    expect(await settings(dora)).not.toContain('New member');
    expect(await settings(admin)).not.toContain(password);
    const taken = await send(admin, 'members', { username: 'DORA', role: 'admin' });
    const html = await taken.text();
    expect([taken.status, alertOf(html)]).toEqual([409, 'There is a member named DORA already.']);
    expect(html).toContain('value="DORA"');
  });

  test('lose their sessions when an admin resets their password, and all when removed', async () => {
    const eve = { username: 'eve', password: 'long enough' };
    await web.auth.members.add(eve, 'member');
    const phone = await signIn(eve);
    const id = await idOf('eve');
    const reset = await send(admin, `members/${id}/reset`);
    const password = secretOf(await reset.text())!;
    expect(await isIn(phone)).toBe(false);
    const again = await signIn({ ...eve, password });
    const { key } = await web.auth.keys.create('of eve', id);
    const removed = await send(admin, `members/${id}/remove`);
    expect(removed.headers.get('location')).toBe('/settings?done=removed');
    expect([await isIn(again), await web.auth.keys.verify(key)]).toEqual([false, undefined]);
    expect((await send(admin, `members/${id}/reset`)).status).toBe(404);
  });

  test('who are signed out hear nothing of the library any more', async () => {
    const frank = { username: 'frank', password: 'long enough' };
    await web.auth.members.add(frank, 'member');
    const phone = await signIn(frank);
    const stream = await phone.get('/files/events');
    expect(stream.status).toBe(200);
    await web.auth.members.remove(await idOf('frank'));
    await clock.advance(25_000);
    expect(await stream.text()).toContain('still here');
  });

  test('are nothing that a member may touch or see', async () => {
    const html = await settings(member);
    expect(html).not.toContain('owner');
    for (const action of [
      'members',
      `members/${await idOf('owner')}/reset`,
      `members/${await idOf('owner')}/remove`,
    ]) {
      expect((await send(member, action, { username: 'mallory', role: 'admin' })).status).toBe(403);
    }
    expect(await idOf('mallory')).toBe('gone');
    expect(await isIn(admin)).toBe(true);
  });

  test('do not remove themselves', async () => {
    const response = await send(admin, `members/${await idOf('owner')}/remove`);
    expect(response.status).toBe(409);
    expect(await isIn(admin)).toBe(true);
  });
});

test('no password and no key of all this is in the log', () => {
  expect(web.logLines.join('\n')).not.toMatch(/ls_[\w-]{43}|horse|staple|second password/);
});

describe('webhooks', () => {
  const ENDPOINT = 'https://1.1.1.1/hook';
  const actionsOf = (html: string) =>
    [...html.matchAll(/action="\/settings\/(webhooks\/[^"]+)"/g)].map(([, action]) => action!);

  test('are added with a secret that is shown once, changed, switched off and removed', async () => {
    const made = await send(admin, 'webhooks', { endpoint: ENDPOINT, events: 'file.job.completed' });
    const secret = secretOf(await made.text())!;
    expect(secret).toMatch(/^whsec_/);
    const html = await settings(admin);
    expect(html).not.toContain(secret);
    expect(html).toContain('all delivered');
    const [changeAction, removeAction] = actionsOf(html);

    const changed = await send(admin, changeAction!, {
      endpoint: `${ENDPOINT}/2`,
      description: 'for the <b>door</b>',
      events: 'file.job.failed',
    });
    expect(changed.headers.get('location')).toBe('/settings?done=webhook');
    const after = await settings(admin);
    expect(after).toContain('for the &lt;b&gt;door&lt;/b&gt;');
    expect(after).toContain('switched off');
    await send(admin, changeAction!, { endpoint: ENDPOINT, events: 'file.job.failed', active: 'yes' });
    expect(await settings(admin)).not.toMatch(/switched off|door/);

    const removed = await send(admin, removeAction!);
    expect(removed.headers.get('location')).toBe('/settings?done=webhook-removed');
    expect(await settings(admin)).not.toContain(ENDPOINT);
    expect((await send(admin, removeAction!)).status).toBe(404);
  });

  test.each([
    [{ endpoint: 'http://127.0.0.1/', events: 'file.job.failed' }, 'endpoint cannot be used'],
    [{ endpoint: 'nonsense', events: 'file.job.failed' }, 'endpoint'],
    [{ endpoint: ENDPOINT }, 'Choose at least one event'],
    [{ endpoint: ENDPOINT, events: 'describe.job.failed' }, 'Choose at least one event'],
  ])('are refused for %j', async (fields, words) => {
    const response = await send(admin, 'webhooks', fields);
    expect([response.status, alertOf(await response.text())]).toEqual([400, expect.stringContaining(words)]);
  });

  test('are for admins only', async () => {
    expect(await settings(member)).not.toContain('id="webhooks"');
    expect((await send(member, 'webhooks', { endpoint: ENDPOINT, events: 'file.job.failed' })).status).toBe(
      403,
    );
  });
});

describe('the appliance', () => {
  test('tells admins of its storage and health, and everybody what it is', async () => {
    const html = await settings(admin);
    expect(html).toContain('300 KB in 1 file');
    expect(html).toContain('5.0 MB');
    expect(html).toContain('1 file to go on with');
    const forMembers = await settings(member);
    expect(forMembers).not.toContain('id="appliance"');
    expect(forMembers).not.toContain(web.mediaDir);
    expect(forMembers).toContain('under the MIT licence');
    expect(forMembers).toMatch(/express 5\.\d+\.\d+/);
  });
});
