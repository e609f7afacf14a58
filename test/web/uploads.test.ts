import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';
import { createForms } from '../support/forms.js';
import { startUploads } from '../support/partial.js';
import { API_KEY, startWeb, type TestWeb } from '../support/web.js';

const clock = createFakeClock(Date.now());
let web: TestWeb;
beforeAll(async () => (web = await startWeb({ clock })));
afterAll(() => web.close());

const KEY = { authorization: `Bearer ${API_KEY}` };
const content = randomBytes(50_000);

type Headers = Record<string, string>;
const tus = (method: string, path: string, headers: Headers = {}, body?: Buffer) =>
  fetch(web.url + path, {
    method,
    headers: { 'tus-resumable': '1.0.0', ...headers },
    ...(body ? { body: new Uint8Array(body) } : {}),
  });
const begin = (meta: Record<string, string>, headers: Headers = KEY, sizeBytes = content.length) =>
  tus('POST', '/v1/uploads', {
    ...headers,
    'upload-length': String(sizeBytes),
    'upload-metadata': Object.entries(meta)
      .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
      .join(),
  });
const send = (path: string, offset: number, body: Buffer, headers: Headers = KEY) =>
  tus(
    'PATCH',
    path,
    { ...headers, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
    body,
  );
const offsetOf = async (path: string) =>
  Number((await tus('HEAD', path, KEY)).headers.get('upload-offset') ?? NaN);
const unfinished = () => readdir(join(web.mediaDir, '.lanternshare-uploads/unfinished')).catch(() => []);
const visible = async () => (await readdir(web.mediaDir)).filter((name) => !name.startsWith('.'));

describe('an upload in parts', () => {
  test('is in the library with its last byte and not before, and says so again to whoever asks', async () => {
    const begun = await begin({ filename: 'lake.mp4', metadata: '{"trip":7}' });
    const path = begun.headers.get('location')!;
    expect([begun.status, path]).toEqual([201, expect.stringMatching(/^\/v1\/uploads\/[0-9a-f]{32}$/)]);
    expect((await send(path, 0, content.subarray(0, 20_000))).status).toBe(204);
    expect(await offsetOf(path)).toBe(20_000);
    expect(await visible()).not.toContain('lake.mp4');

    const last = await send(path, 20_000, content.subarray(20_000));
    expect(last.status).toBe(204);
    const file = await web.library.get(last.headers.get('x-file-id')!);
    expect(file).toMatchObject({ path: 'lake.mp4', source: 'upload', metadata: { trip: 7 } });
    expect(web.taken).toContain(file!.id);
    expect(await readFile(join(web.mediaDir, 'lake.mp4'))).toEqual(content);
    expect(await offsetOf(path)).toBe(content.length);
    expect((await unfinished()).filter((name) => name.endsWith('.mp4'))).toEqual([]);
  });

  test('goes on where it was cut off, in the middle of a part too', async () => {
    const path = (await begin({ filename: 'cut.mp4' })).headers.get('location')!;
    const stop = new AbortController();
    const half = new ReadableStream({
      start: (stream) => stream.enqueue(new Uint8Array(content.subarray(0, 30_000))),
    });
    const sent = fetch(web.url + path, {
      method: 'PATCH',
      headers: {
        ...KEY,
        'tus-resumable': '1.0.0',
        'upload-offset': '0',
        'content-type': 'application/offset+octet-stream',
      },
      body: half,
      duplex: 'half',
      signal: stop.signal,
    });
    sent.catch(() => {});
    const name = async () => (await unfinished()).find((one) => one.endsWith('-cut.mp4'))!;
    const folder = join(web.mediaDir, '.lanternshare-uploads/unfinished');
    await expect.poll(async () => (await readFile(join(folder, await name()))).length).toBe(30_000);
    stop.abort();
    await expect(sent).rejects.toThrow();
    expect(await offsetOf(path)).toBe(30_000);
    expect((await send(path, 30_000, content.subarray(30_000))).status).toBe(204);
    expect(await readFile(join(web.mediaDir, 'cut.mp4'))).toEqual(content);
  });

  test('whose last byte was written but never answered for is taken once it comes again', async () => {
    const path = (await begin({ filename: 'nearly.mp4' })).headers.get('location')!;
    const id = path.slice(-32);
    // As a power cut leaves it.
    await writeFile(join(web.mediaDir, `.lanternshare-uploads/unfinished/${id}-nearly.mp4`), content);
    expect(await offsetOf(path)).toBe(content.length - 1);
    expect(
      (await send(path, content.length - 1, content.subarray(-1))).headers.get('x-file-id'),
    ).toBeTruthy();
    expect(await readFile(join(web.mediaDir, 'nearly.mp4'))).toEqual(content);
  });

  test('lands in the folder that was open, under a name that no other file has', async () => {
    await mkdir(join(web.mediaDir, 'trips/2024'), { recursive: true });
    for (const folder of ['trips/2024', '/trips/2024/']) {
      const path = (await begin({ filename: 'sea.mp4', folder })).headers.get('location')!;
      expect((await send(path, 0, content)).status).toBe(204);
    }
    expect((await readdir(join(web.mediaDir, 'trips/2024'))).sort()).toEqual(['sea (2).mp4', 'sea.mp4']);
  });

  test('lands nowhere else', async () => {
    await symlink(tmpdir(), join(web.mediaDir, 'way-out'));
    for (const folder of [
      '..',
      'trips/../..',
      'way-out',
      'trips/none',
      '.lanternshare-uploads',
      'clip.mp4',
      'a\0b',
    ]) {
      const response = await begin({ filename: 'x.mp4', folder });
      expect([response.status, await response.text()], folder).toEqual([
        404,
        expect.stringContaining('There is no folder'),
      ]);
    }
    const path = (await begin({ filename: '../../out.mp4' })).headers.get('location')!;
    expect((await send(path, 0, content)).status).toBe(204);
    expect(await visible()).toContain('_.._out.mp4');
  });

  test('that is no media leaves nothing', async () => {
    const text = Buffer.from('no media');
    const path = (await begin({ filename: 'letter.mp4' }, KEY, text.length)).headers.get('location')!;
    const response = await send(path, 0, text);
    expect([response.status, await response.text()]).toEqual([415, 'This is not a video or audio file.\n']);
    expect((await tus('HEAD', path, KEY)).status).toBe(404);
    expect(await visible()).not.toContain('letter.mp4');
    expect((await begin({ filename: 'letter.txt' })).status).toBe(415);
    expect((await begin({}, KEY)).status).toBe(400);
    expect((await begin({ filename: 'x.mp4', metadata: '[]' })).status).toBe(400);
    expect((await begin({ filename: 'x.mp4' }, KEY, 0)).status).toBe(400);
    expect((await begin({ filename: 'x.mp4' }, KEY, 2 ** 52)).status).toBe(507);
  });

  test('that was cancelled or forgotten is gone', async () => {
    const cancelled = (await begin({ filename: 'a.mp4' })).headers.get('location')!;
    expect((await tus('DELETE', cancelled, KEY)).status).toBe(204);
    expect(await offsetOf(cancelled)).toBeNaN();

    const uploads = await startUploads();
    await uploads.begin('b.mp4', content);
    await uploads.clock.advance(23 * 3600 * 1000);
    expect(await uploads.names()).toHaveLength(2);
    await uploads.clock.advance(2 * 3600 * 1000);
    await expect.poll(uploads.names).toEqual([]);
  });
});

describe('who may upload', () => {
  test('is a key, or a session with its token', async () => {
    expect((await begin({ filename: 'x.mp4' }, {})).status).toBe(401);
    expect((await begin({ filename: 'x.mp4' }, { authorization: 'Bearer wrong' })).status).toBe(401);
    const guest = { username: 'guest', password: 'battery staple' };
    await web.auth.members.add(guest, 'member');
    const forms = createForms(web.url);
    await forms.submit('/login', guest);
    const cookie = [...forms.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    expect((await begin({ filename: 'x.mp4' }, { cookie })).status).toBe(403);
    const session = { cookie, 'x-csrf-token': await forms.csrf('/') };
    const begun = await begin({ filename: 'x.mp4' }, session);
    expect(begun.status).toBe(201);
    expect(begun.headers.get('access-control-allow-origin')).toBeNull();
    const path = begun.headers.get('location')!;
    expect((await send(path, 0, content, { cookie })).status).toBe(403);
    expect((await tus('DELETE', path, { cookie })).status).toBe(403);
    expect((await tus('HEAD', path)).status).toBe(401);
    expect((await tus('HEAD', '/v1/uploads/..%2f..%2fx', KEY)).status).toBe(404);
    expect((await tus('DELETE', path, session)).status).toBe(204);
  });
});
