import express from 'express';
import request from 'supertest';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';
import { isAppError } from '../../server/base/errors.js';
import { silentLog } from '../../server/base/log.js';
import { createAuth } from '../../server/auth/index.js';
import { openTestDatabase } from '../support/database.js';

const owner = { username: 'owner', password: 'correct horse' };
const guest = { username: 'guest', password: 'battery staple' };
const NEW = 'another horse';

/** Two people, owner an admin; `device` is a browser of its own. */
async function openHouse({ isHttps = false } = {}) {
  const { db } = await openTestDatabase();
  const auth = createAuth({ db, clock: createFakeClock(), log: silentLog, admin: owner, isHttps });
  await auth.start();
  onTestFinished(() => auth.close());
  const other = await auth.members.add(guest, 'member');
  const first = (await auth.members.list()).find(({ username }) => username === owner.username);
  const app = express();
  app.use(express.json(), auth.sessionHandlers());
  app.get('/me', (req, res) => res.json(auth.viewer(req)?.username ?? null));
  app.get('/form', (req, res) => res.json(auth.csrfToken(req)));
  app.post('/login', async (req, res) => {
    await auth.signIn(req, req.body.username, req.body.password);
    res.json('in');
  });
  app.post('/password', async (req, res) => {
    await auth.changePassword(req, req.body.current, req.body.next);
    res.json('changed');
  });
  app.post('/everywhere', async (req, res) => {
    await auth.signOutEverywhere(req);
    res.json('out');
  });
  app.use(((error, _req, res, _next) => {
    res.json(isAppError(error) ? error.code : String(error));
  }) as express.ErrorRequestHandler);

  function device() {
    const agent = request.agent(app);
    return {
      signIn: async (who: object) => (await agent.post('/login').send(who)).body as string,
      whoAmI: async () => (await agent.get('/me')).body as string | null,
      change: async (current: string, next: string) =>
        (await agent.post('/password').send({ current, next })).body as string,
      leaveEverywhere: async () => (await agent.post('/everywhere')).body as string,
    };
  }
  async function signedIn(who: object) {
    const one = device();
    await one.signIn(who);
    return one;
  }
  return { db, auth, app, device, signedIn, adaId: first!.memberId, bobId: other.memberId };
}

describe('a changed password', () => {
  test('ends the other sessions and keeps the one that changed it', async () => {
    const { signedIn, device } = await openHouse();
    const [phone, desk, other] = [await signedIn(owner), await signedIn(owner), await signedIn(guest)];
    expect(await desk.change(owner.password, NEW)).toBe('changed');
    expect([await phone.whoAmI(), await desk.whoAmI(), await other.whoAmI()]).toEqual([
      null,
      'owner',
      'guest',
    ]);
    expect(await device().signIn(owner)).toBe('unauthenticated');
    expect(await device().signIn({ ...owner, password: NEW })).toBe('in');
  });

  test('needs the one before, which may be guessed five times only', async () => {
    const { signedIn } = await openHouse();
    const desk = await signedIn(owner);
    for (let n = 0; n < 5; n++) expect(await desk.change(`wrong ${n}`, NEW)).toBe('unauthenticated');
    expect(await desk.change(owner.password, NEW)).toBe('too-many');
    expect(await desk.whoAmI()).toBe('owner');
  });

  test('must be one that may be', async () => {
    const { signedIn, device } = await openHouse();
    const desk = await signedIn(owner);
    expect(await desk.change(owner.password, 'short')).toBe('invalid');
    expect(await device().change(owner.password, NEW)).toBe('unauthenticated');
    expect(await device().signIn(owner)).toBe('in');
  });
});

test('signing out everywhere ends all sessions of that member, and of nobody else', async () => {
  const { signedIn, db } = await openHouse();
  const [phone, desk, other] = [await signedIn(owner), await signedIn(owner), await signedIn(guest)];
  expect(await desk.leaveEverywhere()).toBe('out');
  expect([await phone.whoAmI(), await desk.whoAmI(), await other.whoAmI()]).toEqual([null, null, 'guest']);
  expect(await db.knex('sessions')).toHaveLength(1);
});

describe('a reset password', () => {
  test('ends the sessions of the member', async () => {
    const { auth, signedIn, device, bobId } = await openHouse();
    const [phone, other] = [await signedIn(guest), await signedIn(owner)];
    await auth.members.resetPassword(bobId, NEW);
    expect([await phone.whoAmI(), await other.whoAmI()]).toEqual([null, 'owner']);
    expect(await device().signIn(guest)).toBe('unauthenticated');
    expect(await device().signIn({ ...guest, password: NEW })).toBe('in');
    await expect(auth.members.resetPassword('nobody', NEW)).rejects.toMatchObject({ code: 'not-found' });
    await expect(auth.members.resetPassword(bobId, 'short')).rejects.toMatchObject({ code: 'invalid' });
  });

  test('wins against a session that a request under way saves again', async () => {
    const { app, auth, bobId } = await openHouse();
    app.get('/slow', async (req, res) => {
      req.session.rolledAtMs = 1;
      await auth.members.resetPassword(bobId, NEW);
      res.json('saved again');
    });
    const agent = request.agent(app);
    await agent.post('/login').send(guest);
    expect((await agent.get('/slow')).body).toBe('saved again');
    expect((await agent.get('/me')).body).toBeNull();
  });

  test('wins against a sign-in with the old one at the same moment', async () => {
    const { auth, device, bobId } = await openHouse();
    const phones = [1, 2, 3].map(() => device());
    await Promise.all([
      auth.members.resetPassword(bobId, NEW),
      ...phones.map((phone) => phone.signIn(guest)),
    ]);
    expect(await Promise.all(phones.map((phone) => phone.whoAmI()))).toEqual([null, null, null]);
  });
});

describe('a removed member', () => {
  test('is nobody any more, nor are the keys that they made valid', async () => {
    const { auth, signedIn, device, bobId, adaId } = await openHouse();
    const phone = await signedIn(guest);
    const [theirs, mine] = [await auth.keys.create('b', bobId), await auth.keys.create('a', adaId)];
    for (const { key } of [theirs, mine]) expect(await auth.keys.verify(key)).toBeDefined();
    await auth.members.remove(bobId);
    expect([await phone.whoAmI(), await device().signIn(guest)]).toEqual([null, 'unauthenticated']);
    expect(await auth.keys.verify(theirs.key)).toBeUndefined();
    expect(await auth.keys.verify(mine.key)).toBeDefined();
    expect((await auth.members.list()).map(({ username }) => username)).toEqual(['owner']);
    await expect(auth.members.remove(bobId)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('is not brought back by a request that was under way', async () => {
    const { app, auth, bobId, db } = await openHouse();
    app.get('/slow', async (req, res) => {
      req.session.rolledAtMs = 1;
      await auth.members.remove(bobId);
      res.json('done');
    });
    const agent = request.agent(app);
    await agent.post('/login').send(guest);
    expect((await agent.get('/slow')).status).toBe(200);
    expect(await db.knex('sessions')).toEqual([]);
  });

  test('is never the last admin', async () => {
    const { auth, adaId, bobId } = await openHouse();
    await expect(auth.members.remove(adaId)).rejects.toMatchObject({
      code: 'conflict',
      message: 'owner is the last admin. Add another admin first.',
    });
    await auth.members.remove(bobId);
    await auth.members.add({ username: 'eve', password: NEW }, 'admin');
    await auth.members.remove(adaId);
    expect(await auth.members.count()).toBe(1);
  });
});

describe('keys of a member', () => {
  test('are listed and revoked by nobody else', async () => {
    const { auth, adaId, bobId } = await openHouse();
    const { id, key } = await auth.keys.create('of owner', adaId);
    await auth.keys.create('of guest', bobId);
    expect((await auth.keys.list(adaId)).map(({ name }) => name)).toEqual(['of owner']);
    expect(await auth.keys.list()).toHaveLength(2);
    await expect(auth.keys.revoke(id, bobId)).rejects.toMatchObject({ code: 'not-found' });
    expect(await auth.keys.verify(key)).toBeDefined();
    await auth.keys.revoke(id, adaId);
    expect(await auth.keys.verify(key)).toBeUndefined();
  });

  test('are a hundred at most', async () => {
    const { auth, adaId } = await openHouse();
    const made = [];
    for (let n = 0; n < 100; n++) made.push(await auth.keys.create(`key ${n}`, adaId));
    await expect(auth.keys.create('one more', adaId)).rejects.toMatchObject({ code: 'conflict' });
    await auth.keys.revoke(made[0]!.id, adaId);
    await auth.keys.create('one more', adaId);
  });
});

test('behind an https address all cookies are Secure, however the request came in', async () => {
  const { app } = await openHouse({ isHttps: true });
  const login = await request(app).post('/login').send(owner);
  expect(login.get('Set-Cookie')![0]).toMatch(/^lanternshare_session=.*; HttpOnly; Secure; SameSite=Lax$/);
  const form = await request(app).get('/form');
  expect(form.get('Set-Cookie')![0]).toMatch(/^lanternshare_form=.*; HttpOnly; Secure; SameSite=Lax$/);
});
