import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';
import { createSigner } from '../../server/sign/index.js';
import { segmentBytes, startWeb, type TestWeb } from '../support/web.js';

const clock = createFakeClock();
let web: TestWeb;

beforeAll(async () => {
  web = await startWeb({ clock });
});
afterAll(() => web.close());

const get = (path: string, init: RequestInit = {}) => fetch(web.url + path, init);
const stream = (path: string) => `/hls/${web.token('hls')}/${path}`;

describe('streams', () => {
  test('from the multivariant playlist every address leads on, to the last segment', async () => {
    const master = await get(stream('master.m3u8'));
    expect(master.headers.get('content-type')).toBe('application/vnd.apple.mpegurl');
    const uris = (await master.text()).match(/[\w]+\/index\.m3u8/g)!;
    expect(new Set(uris)).toEqual(new Set(['v480/index.m3u8', 'a0/index.m3u8', 's0/index.m3u8']));
    for (const uri of uris) {
      const playlist = await get(stream(uri));
      expect(playlist.status).toBe(200);
      const text = await playlist.text();
      expect(text).toContain('#EXT-X-ENDLIST');
      const folder = uri.split('/')[0]!;
      for (const name of text.match(/^[\w.]+$|(?<=URI=")[^"]+/gm)!) {
        const res = await get(stream(`${folder}/${name}`));
        expect(res.status, `${folder}/${name}`).toBe(200);
      }
    }
  });

  test.each([
    ['v480/init.mp4', 'video/mp4', 'init of v480'],
    ['a0/init.mp4', 'audio/mp4', 'init of a0'],
    ['v480/3.m4s', 'video/iso.segment', segmentBytes('v480', 3).toString()],
    ['s0/0.vtt', 'text/vtt; charset=utf-8', 'WEBVTT of s0'],
  ])('%s is %s, kept by its viewer, open to players on other sites', async (path, type, text) => {
    const res = await get(stream(path));
    expect(res.status).toBe(200);
    expect(await res.text()).toBe(text);
    expect(Object.fromEntries(res.headers)).toMatchObject({
      'content-type': type,
      'content-length': String(text.length),
      'cache-control': 'public, max-age=86400, s-maxage=60, immutable',
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
    });
    const again = await get(stream(path), { headers: { 'if-none-match': res.headers.get('etag')! } });
    expect(again.status).toBe(304);
  });

  test('playlists are asked for again, and cost nothing when they have not changed', async () => {
    for (const path of ['master.m3u8', 'v480/index.m3u8']) {
      const res = await get(stream(path));
      expect(res.headers.get('cache-control')).toBe('no-cache');
      const again = await get(stream(path), { headers: { 'if-none-match': res.headers.get('etag')! } });
      expect(again.status).toBe(304);
    }
  });

  test.each([
    'v480/4.m4s',
    'a0/4.m4s',
    's0/0.m4s',
    's0/init.mp4',
    'v480/0.vtt',
    'v720/index.m3u8',
    'v720/0.m4s',
    'x/init.mp4',
  ])('%s is not in the plan and asks nothing of the engine', async (path) => {
    const asked = web.engine.segmentsAsked;
    expect((await get(stream(path))).status).toBe(404);
    expect(web.engine.segmentsAsked).toBe(asked);
  });

  test('a preflight is answered, other methods are not', async () => {
    const preflight = await get(stream('master.m3u8'), { method: 'OPTIONS' });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Range');
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const res = await get(stream('master.m3u8'), { method, body: 'x' });
      expect(res.status).toBe(405);
      expect(res.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    }
  });

  test('HEAD of a segment renders nothing, and tells its length once it is at hand', async () => {
    const path = stream('a0/2.m4s');
    const asked = web.engine.segmentsAsked;
    const cold = await get(path, { method: 'HEAD' });
    expect([cold.status, cold.headers.get('content-type')]).toEqual([200, 'video/iso.segment']);
    expect(web.engine.segmentsAsked).toBe(asked);
    await (await get(path)).arrayBuffer();
    const hot = await get(path, { method: 'HEAD' });
    expect(hot.headers.get('content-length')).toBe('1000');
    expect(hot.headers.get('etag')).toBeTruthy();
  });

  test('a hot segment is not asked for twice, whoever comes', async () => {
    const path = stream('v480/1.m4s');
    await (await get(path)).arrayBuffer();
    const asked = web.engine.segmentsAsked;
    const other = await web.shares.list({ limit: 1, offset: 0 });
    expect(other.shares[0]!.id).toBe(web.share.id);
    await Promise.all(Array.from({ length: 20 }, async () => (await get(path)).arrayBuffer()));
    expect(web.engine.segmentsAsked).toBe(asked);
  });
});

describe('a failing engine', () => {
  beforeEach(async () => {
    await web.addFile(`other-${randomUUID()}.mp4`, Buffer.from('x'));
  });

  test('is a 500 with a request id, found in the log, and is asked again', async () => {
    const { file, generation } = await web.addFile('failing.mp4', Buffer.from('xyz'));
    const token = web.token('hls', {
      subject: 'file',
      subjectId: file.id,
      generationId: generation.id,
      epoch: 0,
    });
    const whole = web.engine.onSegment;
    web.engine.onSegment = () => Promise.reject(new Error('secret /etc/passwd'));
    const res = await get(`/hls/${token}/v480/0.m4s`);
    web.engine.onSegment = whole;
    expect(res.status).toBe(500);
    const text = await res.text();
    expect(text).not.toContain('secret');
    const requestId = /request ([0-9a-f]{16})/.exec(text)![1]!;
    const line = web.logLines.find((l) => l.includes(requestId))!;
    expect(line).toContain('secret /etc/passwd');
    expect(line).not.toContain(token);
    expect((await get(`/hls/${token}/v480/0.m4s`)).status).toBe(200);
  });
});

describe('tokens', () => {
  const refusedLike = async (path: string) => {
    const res = await get(path);
    const { date: _, ...headers } = Object.fromEntries(res.headers);
    return { status: res.status, headers, body: await res.text() };
  };

  test('whatever is wrong with a token, the answer is the one of a thing that never was', async () => {
    const missing = await refusedLike(`/hls/${'A'.repeat(82)}/master.m3u8`);
    expect(missing.status).toBe(404);
    const good = web.token('hls');
    const other = await web.addFile('other.mp4', Buffer.from('abc'));
    const foreignSigner = createSigner({
      keys: [{ id: 'test', secret: 'another secret, of another place' }],
      clock,
    });
    const claims = {
      audience: 'hls' as const,
      subject: 'share' as const,
      subjectId: web.share.id,
      generationId: web.generation.id,
      epoch: web.share.epoch,
      expiresAt: 0,
    };
    const wrong: Record<string, string> = {
      tampered: good.slice(0, 20) + (good[20] === 'A' ? 'B' : 'A') + good.slice(21),
      'with a tail': `${good}A`,
      'padded, another spelling': `${good}==`,
      'another audience': web.token('media'),
      expired: web.token('hls', { expiresAt: Math.floor(clock.now() / 1000) - 1 }),
      'earlier epoch': web.token('hls', { epoch: web.share.epoch + 1 }),
      'unknown share': web.token('hls', { subjectId: randomUUID() }),
      'unknown generation': web.token('hls', { generationId: randomUUID() }),
      "another file's generation": web.token('hls', { generationId: other.generation.id }),
      'another file': web.token('hls', { subject: 'file', subjectId: other.file.id, epoch: 0 }),
      'a clip beyond the end': web.token('hls', { clip: { startMs: 0, endMs: 6001 } }),
      'a clip of a file': web.token('hls', {
        ...{ subject: 'file', subjectId: web.file.id, epoch: 0 },
        clip: { startMs: 0, endMs: 1000 },
      }),
      'another secret': foreignSigner.mint(claims),
    };
    for (const [why, token] of Object.entries(wrong)) {
      expect(await refusedLike(`/hls/${token}/master.m3u8`), why).toEqual(missing);
    }
    expect(await refusedLike(`/media/${good}/poster.jpg`)).toEqual(missing);
    expect(await refusedLike(`/download/${good}/clip.mp4`)).toEqual(missing);
    expect(await refusedLike(`/hls/${good}/v480/9.m4s`)).toEqual(missing);
    expect(await refusedLike(`/hls/${good}/../${good}/nothing`)).toEqual(missing);
  });

  test('a token ends at its second', async () => {
    const token = web.token('hls', { expiresAt: Math.floor(clock.now() / 1000) + 60 });
    expect((await get(`/hls/${token}/master.m3u8`)).status).toBe(200);
    await clock.advance(59_000);
    expect((await get(`/hls/${token}/master.m3u8`)).status).toBe(200);
    await clock.advance(1000);
    expect((await get(`/hls/${token}/master.m3u8`)).status).toBe(404);
  });

  test('a removed share refuses at once even a valid token, hot segments included', async () => {
    const { file, generation } = await web.addFile('short-lived.mp4', Buffer.from('abcd'));
    const share = await web.shares.create({ fileId: file.id });
    const token = web.token('hls', { subjectId: share.id, generationId: generation.id, epoch: share.epoch });
    const path = `/hls/${token}/v480/0.m4s`;
    expect((await get(path)).status).toBe(200);
    await web.shares.remove(share.id);
    expect((await get(path)).status).toBe(404);
  });

  test('a preview of a file is private to those who have it', async () => {
    const token = web.token('hls', { subject: 'file', subjectId: web.file.id, epoch: 0 });
    const res = await get(`/hls/${token}/v480/0.m4s`);
    expect(res.headers.get('cache-control')).toMatch(/^private, /);
  });

  test('no token ever reaches the log', async () => {
    const token = web.token('hls');
    await get(`/hls/${token}/master.m3u8?token=${token}`);
    await get(`/hls/${token}/nothing`);
    await get(`/setup/${token}`);
    expect(web.logLines.join('\n')).not.toContain(token);
  });
});

describe('posters', () => {
  test('a poster is a picture under its own token', async () => {
    const res = await get(`/media/${web.token('media')}/poster.jpg`);
    expect([res.status, res.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(await res.text()).toBe('jpeg');
  });

  test('where there is no picture there is nothing', async () => {
    const { file, generation } = await web.addFile('song.mp3', Buffer.from('abcde'));
    const token = web.token('media', {
      subject: 'file',
      subjectId: file.id,
      generationId: generation.id,
      epoch: 0,
    });
    web.engine.posterBytes = undefined;
    expect((await get(`/media/${token}/poster.jpg`)).status).toBe(404);
    web.engine.posterBytes = Buffer.from('now');
    expect((await get(`/media/${token}/poster.jpg`)).status).toBe(200);
  });
});
