import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../server/base/clock.js';
import { API_KEY, startWeb, type TestWeb } from '../../support/web.js';

let web: TestWeb;

beforeAll(async () => {
  web = await startWeb();
});
afterAll(() => web.close());

const call = (method: 'get' | 'post' | 'put' | 'delete', path: string) =>
  request(web.url)[method](`/v1${path}`).set('authorization', `Bearer ${API_KEY}`);

let files = 0;
async function newFile(name = `file-${++files}.mp4`) {
  return web.addFile(name, Buffer.from(`content of ${name}`));
}

describe('a share over the API', () => {
  test('has the shape of the contract, with nothing that has no value', async () => {
    const { file } = await newFile('film.mp4');
    const made = await call('post', '/share').send({ file_id: file.id });
    expect(made.status).toBe(200);
    const origin = web.url;
    expect(made.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      object: 'share',
      file_id: file.id,
      asset_type: 'file',
      visibility: 'public',
      link_preview: 'none',
      status: 'completed',
      share_url: `${origin}/share/${made.body.id}`,
      stream_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/hls\/[\w-]+\/master\.m3u8$/),
      preview_url: expect.stringMatching(/\/media\/[\w-]+\/poster\.jpg$/),
      media_download_url: expect.stringMatching(/\/download\/[\w-]+\/film\.mp4$/),
      media_download_expires_at: expect.any(Number),
      embed_html: expect.stringContaining(`src="${origin}/share/${made.body.id}?layout=minimal"`),
      created_at: expect.any(Number),
      has_password: false,
      view_count: 0,
      downloadable: true,
    });
    // As wide as its place, in the shape of the picture.
    expect(made.body.embed_html).toMatch(/style="width:100%;aspect-ratio:\d+\/\d+;border:0"/);
    for (const url of [made.body.stream_url, made.body.preview_url, made.body.media_download_url]) {
      expect((await fetch(url)).status, url).toBe(200);
    }
    expect((await call('get', `/share/${made.body.id.toUpperCase()}`)).body).toMatchObject({
      stream_url: made.body.stream_url,
    });
  });

  test('keeps its texts, changes them, takes them away, and ends', async () => {
    const { file } = await newFile();
    const metadata = { tags: ['a', { b: null }], n: 1.5 };
    const texts = { title: 'Title', description: 'Words', metadata, link_preview: 'player' };
    const { body: made } = await call('post', '/share').send({
      file_id: file.id,
      ...texts,
      unknown: 'ignored',
    });
    expect(made).toMatchObject(texts);
    const changed = await call('put', `/share/${made.id}`).send({ title: 'Other', description: null });
    expect(changed.body).toMatchObject({ title: 'Other', metadata });
    expect(changed.body).not.toHaveProperty('description');
    expect((await call('delete', `/share/${made.id}`)).body).toEqual({ id: made.id, object: 'share' });
    expect((await call('get', `/share/${made.id}`)).status).toBe(404);
    expect((await fetch(made.stream_url)).status).toBe(404);
    expect((await fetch(made.media_download_url)).status).toBe(404);
  });

  test('is pending, without streams, until its file can be played', async () => {
    const [file] = await web.library.admit([
      { path: 'waiting.mp4', signature: { device: 1, inode: 2, sizeBytes: 3, mtimeMs: 4 } },
    ]);
    const { body } = await call('post', '/share').send({ file_id: file!.id });
    expect(body.status).toBe('pending');
    for (const name of ['stream_url', 'preview_url', 'media_download_url', 'media_download_expires_at']) {
      expect(body).not.toHaveProperty(name);
    }
  });

  test('one file has one public share', async () => {
    const { file } = await newFile();
    const { body } = await call('post', '/share').send({ file_id: file.id });
    const again = await call('post', '/share').send({ file_id: file.id });
    expect(again.status).toBe(409);
    expect(again.body.error).toContain(body.id);
  });

  test('and one private one, each for itself', async () => {
    const { file } = await newFile();
    const open = await call('post', '/share').send({ file_id: file.id });
    const hidden = await call('post', '/share').send({ file_id: file.id, visibility: 'private' });
    expect([hidden.status, hidden.body.visibility]).toEqual([200, 'private']);
    const again = await call('post', '/share').send({ file_id: file.id, visibility: 'private' });
    expect([again.status, again.body.error]).toEqual([409, expect.stringContaining(hidden.body.id)]);
    const list = await call('get', `/share?file_id=${file.id}&visibility=private`);
    expect(list.body.data.map((share: { id: string }) => share.id)).toEqual([hidden.body.id]);
    await call('delete', `/share/${hidden.body.id}`);
    expect((await fetch(hidden.body.stream_url)).status).toBe(404);
    expect((await fetch(open.body.stream_url)).status).toBe(200);
    const next = await call('post', '/share').send({ file_id: file.id, visibility: 'private' });
    expect(next.status).toBe(200);
  });

  test('stays as visible as it was made', async () => {
    const { file } = await newFile();
    for (const visibility of ['public', 'private']) {
      const { body } = await call('post', '/share').send({ file_id: file.id, visibility });
      for (const other of ['public', 'private', '', 5]) {
        const res = await call('put', `/share/${body.id}`).send({ title: 'x', visibility: other });
        expect(res.status).toBe(400);
        expect(res.body.error).toMatch(/^visibility must be left out: it cannot be changed/);
      }
      expect((await call('get', `/share/${body.id}`)).body).toMatchObject({ visibility });
      expect((await call('get', `/share/${body.id}`)).body).not.toHaveProperty('title');
    }
  });

  test('a private one has addresses that run out, made anew by every read', async () => {
    const clock = createFakeClock(Date.UTC(2026, 5, 1, 10, 0, 0));
    const timed = await startWeb({ clock });
    try {
      const key = { authorization: `Bearer ${API_KEY}` };
      const read = async (visibility: 'public' | 'private') =>
        (await request(timed.url).get(`/v1/share?visibility=${visibility}`).set(key)).body.data[0];
      await timed.shares.create({ fileId: timed.file.id, visibility: 'private' });
      const hidden = await read('private');
      const open = await read('public');
      const statuses = async (share: {
        stream_url: string;
        preview_url: string;
        media_download_url: string;
      }) =>
        Promise.all(
          [share.stream_url, share.preview_url, share.media_download_url].map(
            async (url) => (await fetch(url)).status,
          ),
        );
      expect(hidden.media_download_expires_at).toBe(clock.now() + 300_000);
      expect(open.media_download_expires_at).toBe(clock.now() + 300_000);
      expect(await statuses(hidden)).toEqual([200, 200, 200]);
      await clock.advance(300_000);
      for (const share of [hidden, open]) expect(await statuses(share)).toEqual([200, 200, 404]);
      await clock.advance(12 * 3600 * 1000 - 600_000);
      expect(await statuses(hidden)).toEqual([200, 200, 404]);
      await clock.advance(3600 * 1000);
      expect(await statuses(hidden)).toEqual([404, 404, 404]);
      expect(await statuses(open)).toEqual([200, 200, 404]);
      expect(await statuses(await read('private'))).toEqual([200, 200, 200]);
      expect((await read('public')).stream_url).toBe(open.stream_url);
    } finally {
      await timed.close();
    }
  });

  test('is listed newest first, by page and by file', async () => {
    const { file } = await newFile();
    const { body: made } = await call('post', '/share').send({ file_id: file.id });
    const all = await call('get', '/share?limit=2');
    expect(all.body).toMatchObject({ object: 'list', limit: 2, offset: 0 });
    expect(all.body.total).toBeGreaterThan(2);
    expect(all.body.data).toHaveLength(2);
    expect(all.body.data[0].id).toBe(made.id);
    const one = await call('get', `/share?file_id=${file.id}&visibility=public`);
    expect(one.body.data.map((share: { id: string }) => share.id)).toEqual([made.id]);
    expect((await call('get', `/share?file_id=${file.id}&visibility=private`)).body).toMatchObject({
      data: [],
      total: 0,
    });
    expect((await call('get', '/share?created_after=2100-01-01')).body.data).toEqual([]);
    expect((await call('get', '/share?created_before=2100-01-01')).body.total).toBe(all.body.total);
    expect((await call('get', '/share?offset=1000000')).body).toMatchObject({ data: [], offset: 1_000_000 });
  });
});

describe('what is refused', () => {
  test.each([
    [{}, 'file_id must be a UUID.'],
    [{ file_id: 7 }, 'file_id must be a UUID.'],
    [{ file_id: '../../etc/passwd' }, 'file_id must be a UUID.'],
    [{ file_id: 'x'.repeat(10_000) }, 'file_id must be a UUID.'],
    [{ file_id: randomUUID(), title: 5 }, 'title must be text of at most 500 characters.'],
    [{ file_id: randomUUID(), title: 'x'.repeat(501) }, 'title must be text of at most 500 characters.'],
    [{ file_id: randomUUID(), title: 'a\0b' }, 'title must be text of at most 500 characters.'],
    [{ file_id: randomUUID(), description: [] }, 'description must be text of at most 5000 characters.'],
    [{ file_id: randomUUID(), metadata: 'x' }, 'metadata must be an object, at most 32 levels deep.'],
    [{ file_id: randomUUID(), metadata: [] }, 'metadata must be an object, at most 32 levels deep.'],
    [{ file_id: randomUUID(), visibility: 'secret' }, 'visibility must be one of public, private.'],
    [{ file_id: randomUUID(), link_preview: true }, 'link_preview must be one of none, full, player.'],
    [[], 'the body must be a JSON object.'],
  ])('a body of %j names the field', async (body, sentence) => {
    const res = await call('post', '/share').send(body);
    expect(res.status).toBe(400);
    expect(res.body).toEqual({ error: expect.stringContaining(sentence) });
  });

  test('no body at all', async () => {
    for (const res of [await call('post', '/share'), await call('put', `/share/${web.share.id}`)]) {
      expect([res.status, res.body]).toEqual([400, { error: 'the body must be a JSON object.' }]);
    }
  });

  test('metadata as deep as a body can hold it is refused, not a crash', async () => {
    const deep = '{"a":'.repeat(15_000) + '1' + '}'.repeat(15_000);
    const res = await call('post', '/share')
      .set('content-type', 'application/json')
      .send(`{"file_id":"${randomUUID()}","metadata":${deep}}`);
    expect(res.status).toBe(400);
  });

  test.each([
    ['{"file_id"', 'application/json', 400],
    ['', 'application/json', 400],
    ['null', 'application/json', 400],
    ['"text"', 'application/json', 400],
    ['{"a":1}', 'text/plain', 415],
    ['a=1', 'application/x-www-form-urlencoded', 415],
    ['{}', 'application/json; charset=latin1', 415],
    [`{"title":"${'x'.repeat(120_000)}"}`, 'application/json', 413],
  ])('%.20s as %s is %d', async (body, type, status) => {
    const res = await call('post', '/share').set('content-type', type).send(body);
    expect(res.status).toBe(status);
    expect(res.body).toEqual({ error: expect.any(String) });
    expect(res.body.error).not.toMatch(/JSON at position|Unexpected/);
  });

  test.each(['gzip', 'br', 'zstd'])('a body that is compressed with %s', async (encoding) => {
    const res = await call('post', '/share')
      .set({ 'content-type': 'application/json', 'content-encoding': encoding })
      .send('{}');
    expect(res.status).toBe(415);
  });

  test.each([
    'limit=0',
    'limit=101',
    'limit=ten',
    'limit=-1',
    'limit=1e1',
    'limit=1&limit=2',
    'limit=99999999999999999999',
    'offset=-1',
    'offset=1.5',
    'file_id=x',
    'visibility=x',
    'created_before=2026-02-30',
    'created_after=yesterday',
    'created_after=2026-1-1',
  ])('a list with %s', async (query) => {
    const res = await call('get', `/share?${query}`);
    expect(res.status).toBe(400);
    expect(res.body.error).toMatch(/^\w+ must be /);
  });

  test('what is not there, and what is not an id', async () => {
    expect((await call('get', `/share/${randomUUID()}`)).status).toBe(404);
    expect((await call('put', `/share/${randomUUID()}`).send({ title: 'x' })).status).toBe(404);
    expect((await call('delete', `/share/${randomUUID()}`)).status).toBe(404);
    expect((await call('post', '/share').send({ file_id: randomUUID() })).status).toBe(404);
    for (const id of ['x', 'X'.repeat(10_000), '..%2f..', '%00']) {
      expect((await call('get', `/share/${id}`)).status, id).toBe(400);
    }
    expect((await call('get', '/share/%E0%A4%A')).status).toBe(400);
  });
});
