import { randomBytes } from 'node:crypto';
import { rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attachment } from '../../server/web/download.js';
import { startWeb, type TestWeb } from '../support/web.js';

const content = randomBytes(700_001);
let web: TestWeb;
let url: string;

beforeAll(async () => {
  web = await startWeb();
  url = await shared('my "own" clip – 100%.mkv', content);
});
afterAll(() => web.close());

async function shared(name: string, bytes: Buffer): Promise<string> {
  const { file, generation } = await web.addFile(name, bytes);
  const token = web.token('download', {
    subject: 'file',
    subjectId: file.id,
    generationId: generation.id,
    epoch: 0,
  });
  return `${web.url}/download/${token}/${encodeURIComponent(name)}`;
}

describe('a download', () => {
  test('is the original, byte for byte, under its own name, and nothing that a browser would run', async () => {
    const res = await fetch(url);
    expect(res.status).toBe(200);
    expect(Buffer.from(await res.arrayBuffer()).equals(content)).toBe(true);
    expect(Object.fromEntries(res.headers)).toMatchObject({
      'content-type': 'video/x-matroska',
      'content-length': String(content.length),
      'content-disposition':
        'attachment; filename="my _own_ clip _ 100_.mkv"; filename*=UTF-8\'\'my%20%22own%22%20clip%20%E2%80%93%20100%25.mkv',
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
    });
  });

  test.each([
    ['bytes=0-0', 0, 1],
    ['bytes=300000-', 300_000, 700_001],
    ['bytes=-7', 699_994, 700_001],
    ['bytes=262143-262145', 262_143, 262_146],
  ])('%s is that part', async (range, start, end) => {
    const res = await fetch(url, { headers: { range } });
    expect(res.status).toBe(206);
    expect(res.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${content.length}`);
    expect(Buffer.from(await res.arrayBuffer()).equals(content.subarray(start, end))).toBe(true);
  });

  test('a range beyond the end is 416 with the size', async () => {
    const res = await fetch(url, { headers: { range: 'bytes=700001-' } });
    expect(res.status).toBe(416);
    expect(res.headers.get('content-range')).toBe('bytes */700001');
  });

  test('HEAD, 304 and If-Range mean the same content', async () => {
    const head = await fetch(url, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(content.length));
    const etag = head.headers.get('etag')!;
    const date = head.headers.get('last-modified')!;
    expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await fetch(url, { headers: { 'if-modified-since': date } })).status).toBe(304);
    const range = { range: 'bytes=0-9' };
    expect((await fetch(url, { headers: { ...range, 'if-range': etag } })).status).toBe(206);
    expect((await fetch(url, { headers: { ...range, 'if-range': date } })).status).toBe(206);
    expect((await fetch(url, { headers: { ...range, 'if-range': '"older"' } })).status).toBe(200);
  });

  test('an original that is away or another one now is told without a path', async () => {
    const away = await shared('away.mp4', randomBytes(10));
    await rename(join(web.mediaDir, 'away.mp4'), join(web.mediaDir, 'elsewhere.mp4'));
    const missing = await fetch(away);
    expect(missing.status).toBe(404);
    expect(await missing.text()).toBe('The original is not in its place at the moment.\n');
    const changed = await shared('changed.mp4', randomBytes(10));
    await writeFile(join(web.mediaDir, 'changed.mp4'), 'something else');
    expect((await fetch(changed)).status).toBe(410);
  });

  test('one that is cut short while it is read does not pass for the whole', async () => {
    const size = 64 * 1024 * 1024;
    const long = await shared('long.mp4', Buffer.alloc(size));
    const res = await fetch(long);
    const reader = res.body!.getReader();
    await reader.read();
    await truncate(join(web.mediaDir, 'long.mp4'), 1_000_000);
    const readAll = async () => {
      while (!(await reader.read()).done);
    };
    await expect(readAll()).rejects.toThrow();
  });
});

test('a header is one line whatever a file is called', () => {
  const header = attachment('a\r\nSet-Cookie: x=1; "\\/\u0000é\ud800.mp4');
  expect(header).not.toMatch(/[\r\n\0]/);
  expect(header).toContain("filename*=UTF-8''a__Set-Cookie%3A%20x%3D1%3B%20%22___%C3%A9_.mp4");
});
