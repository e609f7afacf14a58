import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { API_KEY, startWeb, type TestWeb } from '../../support/web.js';

let web: TestWeb;

beforeAll(async () => {
  web = await startWeb();
});
afterAll(() => web.close());

const get = (path: string) => request(web.url).get(`/v1${path}`).set('authorization', `Bearer ${API_KEY}`);

describe('a file over the API', () => {
  test('has the shape of the contract, and more of ours', async () => {
    const { status, body } = await get(`/files/${web.file.id}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      id: web.file.id,
      object: 'file',
      uri: `cloudglue://files/${web.file.id}`,
      status: 'completed',
      bytes: 300_000,
      created_at: web.file.createdAtMs,
      filename: 'clip.mp4',
      metadata: null,
      media_type: 'video',
      media_info: {
        duration_seconds: 6,
        width: 1920,
        height: 1080,
        sample_rate: 44_100,
        channels: 2,
        bitrate: 400_000,
        format: 'mov,mp4,m4a,3gp,3g2,mj2',
        has_audio: true,
      },
      video_info: {
        duration_seconds: 6,
        height: 1080,
        width: 1920,
        format: 'mov,mp4,m4a,3gp,3g2,mj2',
        has_audio: true,
      },
      thumbnail_url: expect.stringMatching(/\/media\/[\w-]+\/poster\.jpg$/),
      source: 'video',
      path: 'clip.mp4',
      renditions: [
        {
          id: 'v480',
          kind: 'video',
          width: 854,
          height: 480,
          codecs: 'avc1.64001f',
          method: 'encode',
          segments_ready: 1,
          segments_total: 4,
          bytes: 1000,
        },
      ],
      render_progress: 0.25,
      seconds_left: 12,
    });
    expect((await fetch(body.thumbnail_url)).status).toBe(200);
  });

  test('that failed says why, and what is not known yet is null', async () => {
    const signature = { device: 1, inode: 2, sizeBytes: 3, mtimeMs: 4 };
    const [file] = await web.library.admit([{ path: 'broken/film.mp4', signature }]);
    await web.library.setProcessing(file!.id);
    await web.library.fail(file!.id, 'The file ends early.', 'moov atom not found');
    const { body } = await get(`/files/${file!.id}`);
    expect(body).toMatchObject({
      status: 'failed',
      error: 'The file ends early.',
      path: 'broken/film.mp4',
      filename: 'film.mp4',
      media_info: { width: null, has_audio: null, format: null },
    });
    expect(JSON.stringify(body)).not.toContain('moov');
    expect(body).not.toHaveProperty('thumbnail_url');
    expect(body).not.toHaveProperty('renditions');
  });

  test('is found by status, date and order, page by page', async () => {
    await web.addFile('aaa.mp4', Buffer.from('first'));
    await web.addFile('zzz.mp4', Buffer.from('second'));
    const names = async (query: string) =>
      (await get(`/files?${query}`)).body.data.map((file: { filename: string }) => file.filename);
    expect(await names('order=filename&sort=asc&limit=2')).toEqual(['aaa.mp4', 'clip.mp4']);
    expect(await names('order=filename&sort=asc&limit=1&offset=1')).toEqual(['clip.mp4']);
    expect((await names('order=filename&sort=desc&limit=1'))[0]).toBe('zzz.mp4');
    expect(await names('status=failed')).toEqual(['film.mp4']);
    expect(await names('status=not_applicable')).toEqual([]);
    expect(await names('created_after=2100-01-01')).toEqual([]);
    const all = await get('/files');
    expect(all.body).toMatchObject({ object: 'list', total: 4, limit: 20, offset: 0 });
  });

  test.each(['status=done', 'order=size', 'sort=up', 'limit=0', 'created_before=x'])(
    'a list with %s is refused',
    async (query) => {
      const res = await get(`/files?${query}`);
      expect(res.status).toBe(400);
      expect(res.body.error).toMatch(/^\w+ must be /);
    },
  );

  test('one that is not there is 404, what is no id is 400', async () => {
    expect((await get(`/files/${randomUUID()}`)).status).toBe(404);
    expect((await get('/files/7')).status).toBe(400);
  });
});
