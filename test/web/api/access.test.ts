import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { API_KEY, startWeb, type TestWeb } from '../../support/web.js';

let web: TestWeb;

beforeAll(async () => {
  web = await startWeb();
});
afterAll(() => web.close());

const call = (method: string, path: string) =>
  request(web.url)[method as 'get'](`/v1${path}`).set('authorization', `Bearer ${API_KEY}`);

describe('who may call the API', () => {
  test.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer wrong',
    `Basic ${API_KEY}`,
    `Bearer ${API_KEY}x`,
    `Bearer ${API_KEY} x`,
    `Bearer ${'x'.repeat(10_000)}`,
    'Bearer ls_\u00e9',
  ])('not one with %.30s', async (header) => {
    for (const [method, path] of [
      ['get', '/files'],
      ['get', '/nothing'],
      ['post', '/share'],
    ] as const) {
      const call = request(web.url)[method](`/v1${path}`);
      if (header !== undefined) call.set('authorization', header);
      const res = await call;
      expect(res.status).toBe(401);
      expect(res.body).toEqual({ error: expect.any(String) });
      expect(res.headers['www-authenticate']).toBe('Bearer');
      expect(res.headers['set-cookie']).toBeUndefined();
    }
  });

  test('one with a key, until it is revoked', async () => {
    const { id, key } = await web.auth.keys.create('test');
    const ask = () => request(web.url).get('/v1/files').set('authorization', `bearer ${key}`);
    const res = await ask();
    expect(res.status).toBe(200);
    expect(res.headers['cache-control']).toBe('no-store');
    expect(res.headers['set-cookie']).toBeUndefined();
    await web.auth.keys.revoke(id);
    expect((await ask()).status).toBe(401);
  });

  test('one who is signed in may read, and write with the token of the session', async () => {
    const token = (await web.auth.setup.begin())!;
    const agent = request.agent(web.url);
    const form = await agent.get(`/setup/${token}`);
    const csrf = (html: string) => /name="csrf" value="([^"]+)"/.exec(html)?.[1];
    const signedUp = await agent
      .post(`/setup/${token}`)
      .type('form')
      .set('origin', web.url)
      .send({
        username: 'owner',
        password: 'long enough',
        ...(csrf(form.text) ? { csrf: csrf(form.text) } : {}),
      });
    expect(signedUp.status).toBe(303);
    expect((await agent.get('/v1/files')).status).toBe(200);
    const { file } = await web.addFile('by-session.mp4', Buffer.from('x'));
    const write = () => agent.post('/v1/share').send({ file_id: file.id });
    const refused = await write();
    expect([refused.status, refused.body.error]).toEqual([403, expect.stringContaining('X-CSRF-Token')]);
    expect((await write().set('x-csrf-token', 'wrong')).status).toBe(403);
    const library = await agent.get('/');
    const good = csrf(library.text) ?? /data-csrf="([^"]+)"/.exec(library.text)?.[1];
    expect(good).toBeTruthy();
    expect((await write().set('x-csrf-token', good!)).status).toBe(200);
  });
});

describe('the rest of the contract', () => {
  test.each([
    ['post', '/describe'],
    ['post', '/chat/completions'],
    ['get', '/collections/x/videos'],
    ['post', '/search'],
    ['get', '/transcribe/x'],
    ['post', '/find-moments'],
    ['get', '/files/x/tags'],
    ['post', '/files/x/frames'],
    ['get', '/files/x/segments/y/describes'],
    ['get', '/segmentations/x/describes'],
  ])('%s %s needs a model', async (method, path) => {
    const res = await call(method, path);
    expect([res.status, res.body]).toEqual([501, { error: 'not available on this appliance' }]);
  });

  test.each(['/', '/nothing', '/share/x/y', '/filesystem', '/files/a/b', '/v1/share', '/__proto__'])(
    '%s was never promised',
    async (path) => {
      const res = await call('get', path);
      expect(res.status).toBe(404);
      expect(res.headers['content-type']).toMatch(/^application\/json/);
      expect(res.body).toEqual({ error: expect.stringContaining('There is nothing at GET /v1') });
    },
  );

  test('a known path with a verb that it has not', async () => {
    expect((await call('patch', '/share')).status).toBe(404);
  });
});
