/** Shares of segments over the API, and parts of shares that are asked for and kept nowhere. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cutClips } from '../../support/hall.js';
import { plan, videoInfo } from '../../support/some-film.js';
import { API_KEY, startWeb, type TestWeb } from '../../support/web.js';

let web: TestWeb;
beforeAll(async () => {
  web = await startWeb();
});
afterAll(() => web.close());

const call = (method: 'get' | 'post' | 'put' | 'delete', path: string) =>
  request(web.url)[method](`/v1${path}`).set('authorization', `Bearer ${API_KEY}`);

let files = 0;
async function cutFilm(ranges: [number, number][] = [[1.1, 4.5]]) {
  const name = `harbour-${++files}.mp4`;
  const { file } = await web.addFile(name, Buffer.from(`content of ${name}`));
  const { clips, segmentationId } = await cutClips({ cuts: web.clips }, file.id, ranges);
  return { file, clips, segmentationId, draft: { file_id: file.id, file_segment_id: clips[0]!.id } };
}

/** The bounds in the token of one of its addresses. */
function boundsIn(url: string) {
  const [, audience, token] = new URL(url).pathname.split('/') as [string, 'hls', string];
  return web.signer.verify(token, audience)?.clip;
}

describe('a share of a segment', () => {
  test('has the shape of the contract, and addresses of that part only', async () => {
    const { file, clips, draft } = await cutFilm();
    const { status, body } = await call('post', '/share').send(draft);
    expect(status).toBe(200);
    expect(body).toEqual({
      id: expect.any(String),
      object: 'share',
      file_id: file.id,
      file_segment_id: clips[0]!.id,
      asset_type: 'file_segment',
      visibility: 'public',
      link_preview: 'none',
      status: 'completed',
      share_url: `${web.url}/share/${body.id}`,
      stream_url: expect.stringMatching(/\/hls\/[\w-]+\/master\.m3u8$/),
      preview_url: expect.stringMatching(/\/media\/[\w-]+\/poster\.jpg$/),
      media_download_url: expect.stringMatching(/\/download\/[\w-]+\/Clip\.mp4$/),
      media_download_expires_at: expect.any(Number),
      embed_html: expect.stringContaining('title="Clip"'),
      has_password: false,
      view_count: 0,
      downloadable: true,
      created_at: expect.any(Number),
    });
    for (const url of [body.stream_url, body.preview_url, body.media_download_url]) {
      expect(boundsIn(url)).toEqual({ startMs: 1100, endMs: 4500 });
      expect((await fetch(url)).status, url).toBe(200);
    }
    expect((await call('get', `/share/${body.id}`)).body).toMatchObject({ stream_url: body.stream_url });
  });

  test('is called by its own title where it has one', async () => {
    const { draft } = await cutFilm();
    const { body } = await call('post', '/share').send({ ...draft, title: 'Boats' });
    expect(body.embed_html).toContain('title="Boats"');
    expect(body.media_download_url).toMatch(/\/Boats\.mp4$/);
  });

  test('is one of each visibility, and found by its segment', async () => {
    const { file, clips, draft } = await cutFilm([
      [0, 2],
      [2, 4],
    ]);
    const whole = (await call('post', '/share').send({ file_id: file.id })).body;
    const open = (await call('post', '/share').send(draft)).body;
    const hidden = (await call('post', '/share').send({ ...draft, visibility: 'private' })).body;
    const other = (await call('post', '/share').send({ ...draft, file_segment_id: clips[1]!.id })).body;
    for (const there of [open, hidden]) {
      const again = await call('post', '/share').send({ ...draft, visibility: there.visibility });
      expect([again.status, again.body.error]).toEqual([409, expect.stringContaining(there.id)]);
    }
    const ids = async (query: string) =>
      (await call('get', `/share?${query}`)).body.data.map((one: { id: string }) => one.id).sort();
    expect(await ids(`file_segment_id=${clips[0]!.id}`)).toEqual([open.id, hidden.id].sort());
    expect(await ids(`file_id=${file.id}`)).toEqual([whole.id, open.id, hidden.id, other.id].sort());
    expect((await call('get', '/share?file_segment_id=x')).status).toBe(400);
  });

  test('is refused for a segment that is not of this file, or of no shape', async () => {
    const { draft } = await cutFilm();
    const { file: other } = await cutFilm();
    const status = async (body: object) => (await call('post', '/share').send(body)).status;
    expect(await status({ ...draft, file_id: other.id })).toBe(404);
    expect(await status({ ...draft, file_segment_id: randomUUID() })).toBe(404);
    expect(await status({ ...draft, file_segment_id: 'x' })).toBe(400);
  });

  test('ends with its segmentation: its links stop at once', async () => {
    const { draft, segmentationId } = await cutFilm();
    const { body } = await call('post', '/share').send(draft);
    const urls = [body.stream_url, body.preview_url, body.media_download_url];
    for (const url of urls) expect((await fetch(url)).status).toBe(200);
    await call('delete', `/segmentations/${segmentationId}`);
    for (const url of urls) expect((await fetch(url)).status).toBe(404);
    expect((await call('get', `/share/${body.id}`)).status).toBe(404);
  });

  test('follows a new content that is long enough, and fails in a sentence where it is not', async () => {
    const { file, draft } = await cutFilm();
    const { body: made } = await call('post', '/share').send(draft);
    const read = async () => (await call('get', `/share/${made.id}`)).body;
    await replace(file.path, file.id, 5);
    const remade = await read();
    expect(remade).toMatchObject({ status: 'completed' });
    expect(remade.stream_url).not.toBe(made.stream_url);
    expect((await fetch(remade.stream_url)).status).toBe(200);
    await replace(file.path, file.id, 3.9);
    const failed = await read();
    expect(failed).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/^The file as it is now/),
    });
    expect(failed).not.toHaveProperty('stream_url');
    const page = await fetch(`${web.url}/share/${made.id}`);
    expect(await page.text()).toContain('what was shared is no longer part of it');
    expect((await fetch(made.stream_url)).status).toBe(404);
  });

  test('is a sound where the pictures of its file are over', async () => {
    const { file, draft } = await cutFilm([[2.5, 5]]);
    await replace(file.path, file.id, 6, 60);
    const { body } = await call('post', '/share').send({ ...draft, link_preview: 'player' });
    expect(body).toMatchObject({ status: 'completed', media_download_url: expect.stringMatching(/m4a$/) });
    expect(body).not.toHaveProperty('preview_url');
    expect((await fetch(body.media_download_url)).headers.get('content-disposition')).toContain('Clip.m4a');
    const page = await (await fetch(body.share_url)).text();
    expect(page).toContain('waveform.json');
    for (const none of ['poster.jpg', 'storyboard.vtt', 'unfurl.mp4']) expect(page).not.toContain(none);
  });
});

/** `frames`: where its pictures end. */
async function replace(path: string, fileId: string, seconds: number, frames = 180) {
  const place = join(web.mediaDir, path);
  await writeFile(place, `${seconds} seconds`);
  const { dev, ino, size, mtimeMs } = await stat(place);
  const signature = { device: dev, inode: ino, sizeBytes: size, mtimeMs };
  await web.library.replace(fileId, signature);
  await web.library.setProcessing(fileId);
  const info = { ...videoInfo(size), durationSeconds: seconds };
  const { replacedId } = await web.library.publish(fileId, {
    signature,
    info,
    plan: {
      ...plan,
      durationSeconds: seconds,
      videoGrid: {
        ...plan.videoGrid!,
        frames: plan.videoGrid!.frames.filter((frame) => frame <= frames),
      },
    },
  });
  if (replacedId) await web.library.dropGeneration(replacedId);
}

describe('a part of a share', () => {
  const read = (query: string, id = web.share.id) => call('get', `/share/${id}?${query}`);

  test.each([
    ['clip_start=1&clip_end=2', 1000, 2000],
    ['clip_start=0&clip_end=6', 0, 6000],
    ['clip_start=0.25&clip_end=5.999', 250, 5999],
    ['clip_start=1.10000000000000008882&clip_end=2.0000000001', 1100, 2000],
    ['clip_start=5&clip_end=6.5', 5000, 6000],
  ])('%s has addresses that open it and nothing else', async (query, startMs, endMs) => {
    const before = (await read('')).body;
    const { status, body } = await read(query);
    expect(status).toBe(200);
    for (const url of [body.stream_url, body.preview_url, body.media_download_url]) {
      expect(boundsIn(url)).toEqual({ startMs, endMs });
      expect((await fetch(url)).status).toBe(200);
    }
    // Nothing of it is kept.
    expect((await read('')).body).toMatchObject({ stream_url: before.stream_url });
    expect((await call('get', '/share')).body.total).toBe((await call('get', '/share?limit=1')).body.total);
  });

  test('of a segment counts from its beginning, and cannot go beyond it', async () => {
    const { draft } = await cutFilm();
    const { body: made } = await call('post', '/share').send(draft);
    const { body } = await read('clip_start=1&clip_end=2', made.id);
    expect(boundsIn(body.stream_url)).toEqual({ startMs: 2100, endMs: 3100 });
    expect(boundsIn((await read('clip_start=0&clip_end=3.9', made.id)).body.stream_url)).toEqual({
      startMs: 1100,
      endMs: 4500,
    });
    const beyond = await read('clip_start=0&clip_end=4', made.id);
    expect([beyond.status, beyond.body.error]).toEqual([400, expect.stringContaining('3.4 seconds')]);
  });

  test.each([
    ['clip_start=1', 'together'],
    ['clip_end=1', 'together'],
    ['clip_start=2&clip_end=1', 'after clip_start'],
    ['clip_start=1&clip_end=1', 'after clip_start'],
    ['clip_start=1&clip_end=1.0004', 'after clip_start'],
    ['clip_start=-1&clip_end=1', 'clip_start must be a number of seconds'],
    ['clip_start=NaN&clip_end=1', 'clip_start must be a number of seconds'],
    ['clip_start=0&clip_end=Infinity', 'clip_end must be a number of seconds'],
    ['clip_start=0&clip_end=1e3', 'clip_end must be a number of seconds'],
    ['clip_start=0&clip_end=0x10', 'clip_end must be a number of seconds'],
    [`clip_start=0&clip_end=${'9'.repeat(60)}`, 'clip_end must be a number of seconds'],
    ['clip_start=&clip_end=1', 'clip_start must be a number of seconds'],
    ['clip_start=0&clip_start=1&clip_end=2', 'clip_start must be a number of seconds'],
    ['clip_start=0&clip_end=6.501', 'within the 6 seconds'],
    ['clip_start=6&clip_end=6.4', 'within the 6 seconds'],
    ['clip_start=999999999&clip_end=999999999.5', 'within the 6 seconds'],
    // The pictures of 30 a second begin at 1.000 and 1.033.
    ['clip_start=1.005&clip_end=1.006', 'too short'],
  ])('%s is refused plainly', async (query, words) => {
    const { status, body } = await read(query);
    expect([status, body]).toEqual([400, { error: expect.stringContaining(words) }]);
  });
});
