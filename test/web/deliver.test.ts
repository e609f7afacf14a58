import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import request, { type Response } from 'supertest';
import { describe, expect, test } from 'vitest';
import { createContent, deliver } from '../../server/web/deliver.js';

const body = randomBytes(1000);
const content = createContent(body, 'video/iso.segment');
const serve =
  (given = content) =>
  (req: Parameters<typeof deliver>[0], res: Parameters<typeof deliver>[1]) =>
    deliver(req, res, given, ['Cache-Control', 'no-cache']);

const get = (headers: Record<string, string> = {}, given = content) =>
  request(serve(given)).get('/').set(headers).buffer(true).parse(collect);

function collect(res: Response, done: (error: Error | null, body: Buffer) => void) {
  const parts: Buffer[] = [];
  res.on('data', (part: Buffer) => parts.push(part));
  res.on('end', () => done(null, Buffer.concat(parts)));
}

describe('deliver', () => {
  test('the whole has its length, type and a strong tag', async () => {
    const res = await get();
    expect(res.status).toBe(200);
    expect(res.body).toEqual(body);
    expect(res.headers).toMatchObject({
      'content-length': '1000',
      'content-type': 'video/iso.segment',
      'accept-ranges': 'bytes',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    });
    expect(res.headers['etag']).toMatch(/^"[\w-]{22}"$/);
  });

  test.each([
    ['bytes=0-9', 206, 'bytes 0-9/1000', 0, 10],
    ['bytes=990-', 206, 'bytes 990-999/1000', 990, 1000],
    ['bytes=-10', 206, 'bytes 990-999/1000', 990, 1000],
    ['bytes=0-4,6-7', 200, undefined, 0, 1000],
    ['nonsense', 200, undefined, 0, 1000],
  ])('%s is answered %d with %s', async (range, status, contentRange, start, end) => {
    const res = await get({ range });
    expect(res.status).toBe(status);
    expect(res.headers['content-range']).toBe(contentRange);
    expect(res.headers['content-length']).toBe(String(end - start));
    expect(res.body).toEqual(body.subarray(start, end));
  });

  test.each(['bytes=1000-', 'bytes=99999999999999999999-', 'bytes=-0', 'bytes=5-2'])(
    '%s is answered 416 with the size',
    async (range) => {
      const res = await get({ range });
      expect(res.status).toBe(416);
      expect(res.headers['content-range']).toBe('bytes */1000');
    },
  );

  test('who has it gets 304 without a body, a range or a length', async () => {
    const res = await get({ 'if-none-match': `W/${content.etag}`, range: 'bytes=0-1' });
    expect(res.status).toBe(304);
    expect(res.body).toHaveLength(0);
    expect(res.headers['etag']).toBe(content.etag);
    expect(res.headers['cache-control']).toBe('no-cache');
  });

  test('If-Range with another tag gets the whole', async () => {
    expect((await get({ range: 'bytes=0-1', 'if-range': '"other"' })).status).toBe(200);
    expect((await get({ range: 'bytes=0-1', 'if-range': content.etag })).status).toBe(206);
  });

  test('HEAD tells the same without the body', async () => {
    const res = await request(serve()).head('/').set('range', 'bytes=0-9');
    expect(res.status).toBe(206);
    expect(res.headers['content-length']).toBe('10');
    expect(res.text).toBeUndefined();
  });

  test('what is compressed goes to those who accept it, under a tag of its own', async () => {
    const plain = Buffer.from('#EXTM3U\n'.repeat(500));
    const playlist = createContent(plain, 'application/vnd.apple.mpegurl', gzipSync(plain));
    const packed = await request(serve(playlist)).get('/').set('accept-encoding', 'br, gzip;q=0.5');
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(packed.text ?? String(packed.body)).toBe(plain.toString());
    for (const refusal of ['identity', 'gzip;q=0', 'gzip;q=0.0, identity', '']) {
      const res = await request(serve(playlist)).get('/').set('accept-encoding', refusal);
      expect(res.headers['content-encoding'], refusal).toBeUndefined();
      expect(res.headers['etag']).not.toBe(packed.headers['etag']);
    }
  });

  test('a body of several megabytes arrives whole', async () => {
    const large = randomBytes(5_000_001);
    const res = await get({}, createContent(large, 'video/iso.segment'));
    expect(res.body.equals(large)).toBe(true);
  });
});
