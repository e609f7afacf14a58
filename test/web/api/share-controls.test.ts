import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../server/base/clock.js';
import { API_KEY, startWeb, type TestWeb } from '../../support/web.js';

const clock = createFakeClock();
let web: TestWeb;
beforeAll(async () => {
  web = await startWeb({ clock });
});
afterAll(() => web.close());

const call = (method: 'get' | 'post' | 'put' | 'delete', path: string) =>
  request(web.url)[method](`/v1${path}`).set('authorization', `Bearer ${API_KEY}`);

let files = 0;
async function newFile() {
  const { file } = await web.addFile(`controls-${++files}.mp4`, Buffer.from(`content ${files}`));
  return file;
}

describe('what is said of a link over the API', () => {
  test('is read back, but for the password, and can be changed and taken away', async () => {
    const { id: file_id } = await newFile();
    const expires_at = clock.now() + 60_000;
    const controls = {
      expires_at,
      max_views: 3,
      downloadable: false,
      allowed_origins: ['https://example.org'],
    };
    const { body: made, status } = await call('post', '/share').send({
      file_id,
      password: 'x y z',
      ...controls,
    });
    expect(status).toBe(200);
    expect(made).toMatchObject({ ...controls, has_password: true, view_count: 0 });
    expect(made).not.toHaveProperty('password');
    expect(made).not.toHaveProperty('media_download_url');
    const { body: changed } = await call('put', `/share/${made.id}`).send({
      password: null,
      expires_at: null,
      max_views: null,
      downloadable: true,
      allowed_origins: null,
    });
    expect(changed).toMatchObject({ has_password: false, downloadable: true });
    for (const gone of ['expires_at', 'max_views', 'allowed_origins'])
      expect(changed).not.toHaveProperty(gone);
    expect((await call('get', `/share/${made.id}`)).body).toEqual({
      ...changed,
      media_download_expires_at: expect.any(Number),
      media_download_url: expect.any(String),
    });
  });

  test.each([
    [{ password: '' }, /password/],
    [{ password: 7 }, /password/],
    [{ password: 'x', visibility: 'private' }, /members/],
    [{ expires_at: 'tomorrow' }, /expires_at/],
    [{ expires_at: 1 }, /future/],
    [{ expires_at: 1.5 }, /expires_at/],
    [{ max_views: 0 }, /max_views/],
    [{ max_views: 2.5 }, /whole number/],
    [{ max_views: '3' }, /max_views/],
    [{ downloadable: 'no' }, /downloadable/],
    [{ allowed_origins: 'https://example.org' }, /allowed_origins/],
    [{ allowed_origins: ['https://example.org/x'] }, /example\.org\/x/],
  ])('is refused for %j', async (fields, words) => {
    const { id: file_id } = await newFile();
    const { status, body } = await call('post', '/share').send({ file_id, ...fields });
    expect([status, body.error]).toEqual([400, expect.stringMatching(words)]);
  });

  test('once it has ended has no addresses, says why, and makes room for another', async () => {
    const { id: file_id } = await newFile();
    const { body: made } = await call('post', '/share').send({ file_id, expires_at: clock.now() + 1000 });
    expect(made).not.toHaveProperty('ended');
    await clock.advance(1000);
    const { body: ended } = await call('get', `/share/${made.id}`);
    expect(ended).toMatchObject({ status: 'completed', ended: 'expired' });
    for (const gone of ['stream_url', 'preview_url', 'media_download_url'])
      expect(ended).not.toHaveProperty(gone);
    const { body: other, status } = await call('post', '/share').send({ file_id });
    expect([status, other.id === made.id]).toEqual([200, false]);
    expect((await call('get', `/share/${made.id}`)).status).toBe(404);
  });

  test('stays with a link that is issued anew', async () => {
    const { id: file_id } = await newFile();
    const { body: made } = await call('post', '/share').send({ file_id, title: 'kept', max_views: 9 });
    const { body: next, status } = await call('post', `/share/${made.id}/reissue`);
    expect(status).toBe(200);
    expect(next).toMatchObject({ file_id, title: 'kept', max_views: 9 });
    expect(next.id).not.toBe(made.id);
    expect((await fetch(next.stream_url)).status).toBe(200);
    expect((await fetch(made.stream_url)).status).toBe(404);
    expect((await call('get', `/share/${made.id}`)).status).toBe(404);
    expect((await call('post', `/share/${made.id}/reissue`)).status).toBe(404);
  });

  test('is counted in views', async () => {
    const { id: file_id } = await newFile();
    const { body: made } = await call('post', '/share').send({ file_id });
    for (let n = 0; n < 4; n++) {
      for (const id of ['v480', 'a0']) await fetch(made.stream_url.replace('master.m3u8', `${id}/${n}.m4s`));
    }
    expect((await call('get', `/share/${made.id}`)).body).toMatchObject({ view_count: 1 });
    const { body: list } = await call('get', `/share?file_id=${file_id}`);
    expect(list.data[0]).toMatchObject({ view_count: 1 });
  });
});
