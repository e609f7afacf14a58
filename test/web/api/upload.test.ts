import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { API_KEY, startWeb, type TestWeb } from '../../support/web.js';

let web: TestWeb;

beforeAll(async () => {
  web = await startWeb({ env: { MIN_FREE_MB: '1' } });
});
afterAll(() => web.close());

const authorization = `Bearer ${API_KEY}`;
const post = () => request(web.url).post('/v1/files').set('authorization', authorization);
const send = (content: Buffer, name = 'film.mp4', fields: Record<string, string> = {}) => {
  const call = post().attach('file', content, name);
  for (const [field, text] of Object.entries(fields)) void call.field(field, text);
  return call;
};
/** Hidden names are there only while something is being received. */
async function namesInFolder() {
  const hidden = await readdir(join(web.mediaDir, '.lanternshare-uploads')).catch(() => []);
  expect(hidden).toEqual([]);
  return (await readdir(web.mediaDir)).filter((name) => !name.startsWith('.'));
}

describe('an upload', () => {
  test('that is refused early is read to its end, for clients that listen only then', async () => {
    const start =
      '--b\r\nContent-Disposition: form-data; name="file"; filename="film.exe"\r\n\r\nthe beginning';
    const rest = randomBytes(20_000_000);
    const socket = connect(Number(new URL(web.url).port), '127.0.0.1');
    const heard: string[] = [];
    const [refused, next] = ['HTTP/1.1 415', 'HTTP/1.1 200'].map(
      (words) =>
        new Promise<void>((resolve, reject) => {
          socket.on('data', () => heard.join('').includes(words) && resolve());
          socket.once('close', () => reject(new Error(`no ${words}`)));
        }),
    );
    socket.prependListener('data', (chunk) => heard.push(chunk.toString()));
    const head = `Host: localhost\r\nAuthorization: ${authorization}\r\n`;
    socket.write(
      `POST /v1/files HTTP/1.1\r\n${head}Content-Type: multipart/form-data; boundary=b\r\nContent-Length: ${start.length + rest.length}\r\n\r\n${start}`,
    );
    await refused;
    socket.write(rest);
    socket.write(`GET /v1/files HTTP/1.1\r\n${head}\r\n`);
    await next;
    socket.destroy();
  });

  test('lands whole in the media folder and is in the library at once', async () => {
    const content = randomBytes(3_000_000);
    const metadata = { tags: ['holiday'], n: 1 };
    const { status, body } = await send(content, 'film.mp4', {
      metadata: JSON.stringify(metadata),
      enable_segment_thumbnails: 'true',
    });
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body).toMatchObject({
      source: 'upload',
      filename: 'film.mp4',
      path: 'film.mp4',
      bytes: content.length,
      status: 'pending',
      metadata,
    });
    expect((await readFile(join(web.mediaDir, 'film.mp4'))).equals(content)).toBe(true);
    expect(web.taken).toContain(body.id);
    expect(await web.library.get(body.id)).toMatchObject({ source: 'upload', metadata });
  });

  test('keeps quotation marks, which forms write as %22', async () => {
    const { body } = await send(Buffer.from('content'), '100% %22quoted%22.mp4');
    expect(body).toMatchObject({ filename: '100% "quoted".mp4', path: '100% _quoted_.mp4' });
  });

  test('never takes the place of another file', async () => {
    await writeFile(join(web.mediaDir, 'there.mp4'), 'the first');
    await mkdir(join(web.mediaDir, 'there (2).mp4'));
    const { body } = await send(Buffer.from('the second'), 'there.mp4');
    expect(body).toMatchObject({ filename: 'there.mp4', path: 'there (3).mp4' });
    expect(await readFile(join(web.mediaDir, 'there.mp4'), 'utf8')).toBe('the first');
  });

  test('goes with its source when it is removed, unless that is to stay', async () => {
    const remove = (id: string, query = '') =>
      request(web.url).delete(`/v1/files/${id}${query}`).set('authorization', authorization);
    const { body: going } = await send(Buffer.from('going'), 'going.mp4');
    const { body: staying } = await send(Buffer.from('staying'), 'staying.mp4');
    expect((await remove(going.id)).status).toBe(200);
    expect((await remove(staying.id, '?delete_source=false')).status).toBe(200);
    expect(await namesInFolder()).toContain('staying.mp4');
    expect(await namesInFolder()).not.toContain('going.mp4');
    expect((await remove(staying.id, '?delete_source=perhaps')).status).toBe(400);
  });

  test('cannot choose its folder', async () => {
    const { body } = await send(Buffer.from('x'), '../../evil.mp4');
    expect(body.path).not.toContain('/');
    expect(await namesInFolder()).toContain(body.path);
  });

  test('of what is no media is refused and leaves nothing', async () => {
    const before = await namesInFolder();
    const refused = await send(Buffer.from('no media'), 'notes.mp4');
    expect([refused.status, refused.body]).toEqual([415, { error: 'This is not a video or audio file.' }]);
    expect((await send(Buffer.from('x'), 'notes.txt')).status).toBe(415);
    expect((await send(Buffer.alloc(0), 'empty.mp4')).status).toBe(415);
    expect(await namesInFolder()).toEqual(before);
  });

  test.each([
    ['metadata', 'not json', 'metadata must be an object'],
    ['metadata', '[1]', 'metadata must be an object'],
    ['metadata', JSON.stringify({ long: 'x'.repeat(20_000) }), 'metadata is too long'],
    ['enable_segment_thumbnails', 'perhaps', 'enable_segment_thumbnails must be true or false'],
  ])('with the field %s as %.10s is refused', async (field, text, sentence) => {
    const before = await namesInFolder();
    const { status, body } = await send(Buffer.from('x'), 'y.mp4', { [field]: text });
    expect([status, body]).toEqual([400, { error: expect.stringContaining(sentence) }]);
    expect(await namesInFolder()).toEqual(before);
  });

  test('is refused for a field before it, without its content', async () => {
    const socket = connect(web.port, '127.0.0.1');
    const answer = once(socket, 'data');
    const head = `Host: x\r\nAuthorization: ${authorization}\r\nContent-Type: multipart/form-data; boundary=b`;
    const field = 'Content-Disposition: form-data; name="metadata"\r\n\r\nnot json';
    const file = 'Content-Disposition: form-data; name="file"; filename="y.mp4"\r\n\r\nhalf';
    socket.write(
      `POST /v1/files HTTP/1.1\r\n${head}\r\nContent-Length: 1000000\r\n\r\n--b\r\n${field}\r\n--b\r\n${file}`,
    );
    expect(String(await answer)).toMatch(/^HTTP\/1.1 400 [^]*metadata must be/);
    socket.destroy();
  });

  test('without a file, or that is no form, is refused', async () => {
    const nothing = await post().field('metadata', '{}');
    expect([nothing.status, nothing.body]).toEqual([400, { error: 'file must be a file of the form.' }]);
    expect((await post().field('file', 'just text')).status).toBe(400);
    expect((await post().send({ file: 'x' })).status).toBe(400);
    expect((await post()).status).toBe(400);
    const noBoundary = await post().set('content-type', 'multipart/form-data').send('x');
    expect(noBoundary.status).toBe(400);
    const cut = await post()
      .set('content-type', 'multipart/form-data; boundary=b')
      .send('--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\nhalf');
    expect([cut.status, cut.body.error]).toEqual([400, expect.stringContaining('could not be read')]);
    expect(await namesInFolder()).not.toContain('a.mp4');
  });

  test('that is given up half-way leaves nothing', async () => {
    const before = await namesInFolder();
    const socket = connect(web.port, '127.0.0.1');
    await once(socket, 'connect');
    const head = [
      'POST /v1/files HTTP/1.1',
      'Host: x',
      `Authorization: ${authorization}`,
      'Content-Type: multipart/form-data; boundary=b',
      'Content-Length: 1000000',
    ].join('\r\n');
    socket.write(
      `${head}\r\n\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="half.mp4"\r\n\r\nhalf`,
    );
    const hidden = join(web.mediaDir, '.lanternshare-uploads');
    await expect.poll(() => readdir(hidden).catch(() => []), { interval: 5 }).toHaveLength(1);
    socket.destroy();
    await expect.poll(() => readdir(hidden), { interval: 5 }).toEqual([]);
    expect(await namesInFolder()).toEqual(before);
  });

  test('that would fill the disk is refused before it is read', async () => {
    const full = await startWeb({ env: { MIN_FREE_MB: '900000000' } });
    const res = await request(full.url)
      .post('/v1/files')
      .set('authorization', authorization)
      .attach('file', Buffer.from('x'), 'film.mp4');
    expect([res.status, res.body.error]).toEqual([507, expect.stringContaining('free space')]);
    expect(await readdir(full.mediaDir)).toEqual(['clip.mp4']);
    await full.close();
  });
});
