import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVENT_NAMES } from '../../../server/webhooks/model.js';
import { API_KEY, startWeb, type TestWeb } from '../../support/web.js';

/** Allowed, so that nobody asks a name server about it; nothing is sent here. */
const ENDPOINT = 'https://192.0.2.7/hook?key=a';

let web: TestWeb;
beforeAll(async () => {
  web = await startWeb({ env: { WEBHOOK_ALLOW: '192.0.2.0/24' } });
});
afterAll(() => web.close());

const call = (method: 'get' | 'post' | 'put' | 'delete', path = '') =>
  request(web.url)[method](`/v1/webhooks${path}`).set('authorization', `Bearer ${API_KEY}`);
const make = async (body: object = {}) =>
  (await call('post').send({ endpoint: ENDPOINT, ...body })).body as { id: string; created_at: number };

describe('a webhook over the API', () => {
  test('has the shape of the contract', async () => {
    const response = await call('post').send({ endpoint: ENDPOINT, unknown: 'ignored' });
    expect([response.status, response.body]).toEqual([
      200,
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        object: 'webhook',
        created_at: expect.any(Number),
        webhook_secret: expect.stringMatching(/^whsec_[\w-]{43}$/),
        endpoint: ENDPOINT,
        active: true,
        subscribed_events: [
          'file.job.processing',
          'file.job.completed',
          'file.job.failed',
          'file.job.deleted',
        ],
      },
    ]);
    expect((await call('get', `/${response.body.id}`)).body).toEqual(response.body);
  });

  test('takes all names of the contract, and each once', async () => {
    const events = [...EVENT_NAMES, 'file.job.failed'];
    const made = await make({ subscribed_events: events, description: 'all' });
    expect(made).toMatchObject({ subscribed_events: EVENT_NAMES, description: 'all' });
  });

  test('is changed in part, and deleted', async () => {
    const made = await make({ description: 'before', subscribed_events: ['file.job.failed'] });
    const change = { active: false, description: 'after' };
    const changed = await call('put', `/${made.id}`).send(change);
    expect([changed.status, changed.body]).toEqual([200, { ...made, ...change }]);
    const other = { endpoint: 'http://192.0.2.8/', subscribed_events: [], active: true };
    expect((await call('put', `/${made.id}`).send(other)).body).toEqual({
      ...made,
      ...other,
      description: 'after',
    });
    const { description: gone, ...bare } = (await call('put', `/${made.id}`).send({ description: null }))
      .body;
    expect([gone, bare.endpoint]).toEqual([undefined, other.endpoint]);
    expect((await call('delete', `/${made.id}`)).body).toEqual({ id: made.id, object: 'webhook' });
    expect((await call('get', `/${made.id}`)).status).toBe(404);
  });

  test.each([
    [{ endpoint: undefined }, 'endpoint'],
    [{ endpoint: 7 }, 'endpoint'],
    [{ endpoint: 'example' }, 'endpoint'],
    [{ endpoint: 'http://10.0.0.1/' }, 'WEBHOOK_ALLOW'],
    [{ subscribed_events: ['file.job.exploded'] }, 'subscribed_events.0 must be one of'],
    [{ subscribed_events: 'file.job.failed' }, 'subscribed_events'],
    [{ description: 7 }, 'description'],
  ])('of %j is refused with a sentence that names %s', async (body, named) => {
    const response = await call('post').send({ endpoint: ENDPOINT, ...body });
    expect([response.status, response.body]).toEqual([400, { error: expect.stringContaining(named) }]);
  });

  test('that is not there, or is no id', async () => {
    for (const method of ['get', 'put', 'delete'] as const) {
      const [missing, odd] = [call(method, `/${randomUUID()}`), call(method, '/x')];
      if (method === 'put') for (const asked of [missing, odd]) void asked.send({ active: true });
      expect([(await missing).status, (await odd).status]).toEqual([404, 400]);
    }
    const made = await make();
    expect((await call('put', `/${made.id}`).send({ active: 'yes' })).status).toBe(400);
  });

  test('needs a key', async () => {
    expect((await request(web.url).get('/v1/webhooks')).status).toBe(401);
  });
});

test('webhooks are listed by age, page by page', async () => {
  await make();
  const all = (await call('get', '?limit=100')).body;
  const ids = (all.data as { id: string }[]).map(({ id }) => id);
  expect(all).toMatchObject({ object: 'list', total: ids.length, limit: 100, offset: 0 });
  const page = (await call('get', '?limit=1&offset=1&sort=asc&order=created_at')).body;
  expect(page).toMatchObject({ total: ids.length, limit: 1, offset: 1 });
  expect(page.data.map(({ id }: { id: string }) => id)).toEqual([[...ids].reverse()[1]]);
  for (const query of ['?limit=0', '?sort=up', '?order=name']) {
    expect((await call('get', query)).status).toBe(400);
  }
});

test('no secret of a webhook is in the log', () => {
  expect(web.logLines.join('')).not.toContain('whsec_');
});
