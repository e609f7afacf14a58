import express from 'express';
import request from 'supertest';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';
import { isAppError } from '../../server/base/errors.js';
import { silentLog } from '../../server/base/log.js';
import { createAuth } from '../../server/auth/index.js';
import { openTestDatabase } from '../support/database.js';

const DAY_MS = 24 * 3600 * 1000;
const owner = { username: 'owner', password: 'correct horse' };

/** A small site: /me, /form (shows a token), and posts that need it. */
async function openSite() {
  const { db } = await openTestDatabase();
  const clock = createFakeClock();
  const make = async () => {
    const auth = createAuth({ db, clock, log: silentLog, admin: owner });
    await auth.start();
    onTestFinished(() => auth.close());
    const app = express();
    app.set('trust proxy', true);
    app.use(express.urlencoded({ extended: false }), auth.sessionHandlers());
    app.get('/me', (req, res) => res.json(auth.viewer(req) ?? null));
    app.get('/form', (req, res) => res.json({ csrf: auth.csrfToken(req), again: auth.csrfToken(req) }));
    app.post('/login', async (req, res) => {
      res.json(await auth.signIn(req, req.body.username, req.body.password));
    });
    app.post('/logout', async (req, res) => {
      await auth.signOut(req);
      res.json(auth.viewer(req) ?? null);
    });
    app.post('/act', (req, res) => {
      auth.checkCsrf(req, req.body.csrf);
      res.json('done');
    });
    app.use(((error, _req, res, _next) => {
      res
        .status(isAppError(error) ? 400 : 500)
        .json({ code: isAppError(error) ? error.code : String(error) });
    }) as express.ErrorRequestHandler);
    return { app, auth };
  };
  const site = await make();
  const sessions = () => db.knex('sessions').select<Record<string, unknown>[]>();
  const login = async (app = site.app, credentials: object = owner) =>
    request(app).post('/login').type('form').send(credentials);
  return { ...site, db, clock, make, sessions, login };
}

const cookiesOf = (response: request.Response): string[] =>
  (response.get('Set-Cookie') ?? []).map((cookie) => cookie.split(';')[0]!);

describe('signing in', () => {
  test('with the right password gives a session that lasts over a restart', async () => {
    const { login, make, sessions } = await openSite();
    const response = await login();
    expect(response.body).toMatchObject({ username: 'owner', role: 'admin' });
    const [cookie] = cookiesOf(response);
    const me = await request((await make()).app)
      .get('/me')
      .set('Cookie', cookie!);
    expect(me.body).toEqual(response.body);
    // Reading a page neither renews the cookie nor writes.
    expect(me.get('Set-Cookie')).toBeUndefined();
    const rows = await sessions();
    expect(rows).toHaveLength(1);
    const id = decodeURIComponent(cookie!)
      .replace(/^.*=s:/, '')
      .split('.')[0]!;
    expect(JSON.stringify(rows)).not.toContain(id);
  });

  test('sets a cookie that scripts cannot read and other sites do not send', async () => {
    const { login, app } = await openSite();
    const [plain] = (await login()).get('Set-Cookie')!;
    expect(plain).toMatch(/^lanternshare_session=.*; Path=\/; Expires=.*; HttpOnly; SameSite=Lax$/);
    const secure = await request(app)
      .post('/login')
      .set('X-Forwarded-Proto', 'https')
      .type('form')
      .send(owner);
    expect(secure.get('Set-Cookie')![0]).toMatch(/; Secure/);
  });

  test.each([
    ['a wrong password', { ...owner, password: 'wrong horse' }],
    ['an unknown name', { ...owner, username: 'eve' }],
    ['no password', { username: 'owner', password: '' }],
    ['nothing at all', { username: '', password: '' }],
    ['a name that no one can have', { ...owner, username: "' OR 1=1 --" }],
    ['an endless password', { ...owner, password: 'x'.repeat(50_000) }],
  ])('with %s is refused and leaves no session', async (_, credentials) => {
    const { login, app, sessions } = await openSite();
    const response = await login(app, credentials);
    expect(response.body).toEqual({ code: 'unauthenticated' });
    expect(response.get('Set-Cookie')).toBeUndefined();
    expect(await sessions()).toEqual([]);
  });

  test('takes no credentials from the address', async () => {
    const { app } = await openSite();
    const query = new URLSearchParams(owner).toString();
    const response = await request(app)
      .post(`/login?${query}`)
      .type('form')
      .send({ username: '', password: '' });
    expect(response.body).toEqual({ code: 'unauthenticated' });
  });

  test('is refused after five wrong passwords, also with the right one', async () => {
    const { login, app } = await openSite();
    for (let n = 0; n < 5; n++) await login(app, { ...owner, password: `wrong ${n}` });
    expect((await login()).body).toEqual({ code: 'too-many' });
    const elsewhere = await request(app)
      .post('/login')
      .set('X-Forwarded-For', '192.0.2.7')
      .type('form')
      .send(owner);
    expect(elsewhere.body).toMatchObject({ username: 'owner' });
  });

  test('gives a new session id, whatever the visitor came with', async () => {
    const { login, app, sessions } = await openSite();
    const [first] = cookiesOf(await login());
    const again = await request(app).post('/login').set('Cookie', first!).type('form').send(owner);
    expect(cookiesOf(again)[0]).not.toBe(first);
    expect((await request(app).get('/me').set('Cookie', first!)).body).toBeNull();
    expect(await sessions()).toHaveLength(1);
    const planted = await request(app)
      .post('/login')
      .set('Cookie', 'lanternshare_session=s%3Aplanted.signature')
      .type('form')
      .send(owner);
    expect(cookiesOf(planted)[0]).not.toContain('planted');
  });
});

describe('a visitor', () => {
  test('who only looks gets neither a cookie nor a row', async () => {
    const { app, sessions } = await openSite();
    const response = await request(app).get('/me');
    expect(response.body).toBeNull();
    expect(response.get('Set-Cookie')).toBeUndefined();
    expect(await sessions()).toEqual([]);
  });

  test('with a cookie of ours that is forged, unknown or rubbish is nobody', async () => {
    const { app, sessions } = await openSite();
    for (const value of ['x', 's%3Ax.y', '%', `s%3A${'a'.repeat(32)}.${'b'.repeat(43)}`, 'j%3A%7B%7D']) {
      const me = await request(app).get('/me').set('Cookie', `lanternshare_session=${value}`);
      expect([me.status, me.body]).toEqual([200, null]);
    }
    expect(await sessions()).toEqual([]);
  });
});

describe('a session', () => {
  test('ends at sign-out, in the browser and in the database', async () => {
    const { login, app, sessions } = await openSite();
    const [cookie] = cookiesOf(await login());
    const out = await request(app).post('/logout').set('Cookie', cookie!);
    expect(out.body).toBeNull();
    expect(out.get('Set-Cookie')![0]).toMatch(/^lanternshare_session=;.*Expires=Thu, 01 Jan 1970/);
    expect((await request(app).get('/me').set('Cookie', cookie!)).body).toBeNull();
    expect(await sessions()).toEqual([]);
    expect((await request(app).post('/logout')).status).toBe(200);
  });

  test('ends 30 days after its last use, not after the sign-in', async () => {
    const { login, app, clock, make, sessions } = await openSite();
    const [cookie] = cookiesOf(await login());
    const isIn = async () => (await request(app).get('/me').set('Cookie', cookie!)).body !== null;
    await clock.advance(20 * DAY_MS);
    const renewed = await request(app).get('/me').set('Cookie', cookie!);
    expect(cookiesOf(renewed)).toEqual([cookie]);
    await clock.advance(20 * DAY_MS);
    expect(await isIn()).toBe(true);
    await clock.advance(30 * DAY_MS);
    expect(await isIn()).toBe(false);
    await make();
    expect(await sessions()).toEqual([]);
  });

  test('renews its cookie once a day', async () => {
    const { login, app, clock } = await openSite();
    const [cookie] = cookiesOf(await login());
    const renewals: boolean[] = [];
    for (let hour = 0; hour < 50; hour++) {
      const response = await request(app).get('/me').set('Cookie', cookie!);
      renewals.push(response.get('Set-Cookie') !== undefined);
      await clock.advance(3600 * 1000);
    }
    expect(renewals.filter(Boolean).length).toBeLessThanOrEqual(3);
  });

  test('ends with its member', async () => {
    const { login, app, db } = await openSite();
    const [cookie] = cookiesOf(await login());
    await db.transaction((tx) => tx('members').delete());
    expect((await request(app).get('/me').set('Cookie', cookie!)).body).toBeNull();
  });

  test('is not brought back by a request that was under way at sign-out', async () => {
    const { app, auth, login, sessions, clock } = await openSite();
    const [cookie] = cookiesOf(await login());
    await clock.advance(2 * DAY_MS);
    app.get('/slow', async (req, res) => {
      // Its session is to be renewed by this very answer.
      await request(app).post('/logout').set('Cookie', cookie!);
      res.json(auth.viewer(req));
    });
    await request(app).get('/slow').set('Cookie', cookie!);
    expect(await sessions()).toEqual([]);
  });
});

describe('a form', () => {
  const post = (app: express.Express, cookies: string[], csrf: string) =>
    request(app).post('/act').set('Cookie', cookies.join('; ')).type('form').send({ csrf });

  test('of a member carries a token that belongs to the session', async () => {
    const { login, app } = await openSite();
    const mine = cookiesOf(await login());
    const form = await request(app).get('/form').set('Cookie', mine.join());
    expect(form.body.csrf).toBe(form.body.again);
    expect((await post(app, mine, form.body.csrf)).body).toBe('done');
    const other = cookiesOf(await login());
    for (const [cookies, token] of [
      [other, form.body.csrf],
      [mine, ''],
      [mine, 'x'],
      [[], form.body.csrf],
    ] as [string[], string][]) {
      expect((await post(app, cookies, token)).body).toEqual({ code: 'forbidden' });
    }
  });

  test('of a visitor carries a token that belongs to a cookie of its own, without a row', async () => {
    const { app, sessions } = await openSite();
    const form = await request(app).get('/form');
    expect(form.body.csrf).toBe(form.body.again);
    expect(form.get('Set-Cookie')).toHaveLength(1);
    expect(form.get('Set-Cookie')![0]).toMatch(
      /^lanternshare_form=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    const mine = cookiesOf(form);
    expect((await post(app, ['other=1', ...mine], form.body.csrf)).body).toBe('done');
    const again = await request(app).get('/form').set('Cookie', mine.join());
    expect([again.body.csrf, again.get('Set-Cookie')]).toEqual([form.body.csrf, undefined]);
    expect((await post(app, [], form.body.csrf)).body).toEqual({ code: 'forbidden' });
    expect((await post(app, mine, mine[0]!.split('=')[1]!)).body).toEqual({ code: 'forbidden' });
    expect(await sessions()).toEqual([]);
  });
});
