import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { API_KEY, startWeb, type TestWeb } from '../../support/web.js';

let web: TestWeb;

beforeAll(async () => {
  web = await startWeb();
});
afterAll(() => web.close());

const call = (method: 'get' | 'post' | 'put' | 'delete', path: string) =>
  request(web.url)[method](`/v1${path}`).set('authorization', `Bearer ${API_KEY}`);
const segment = (body: object, fileId = web.file.id) =>
  call('post', `/files/${fileId}/segmentations`).send(body);

let files = 0;
const newFile = async () => (await web.addFile(`cut-${++files}.mp4`, Buffer.from(`cut ${files}`))).file;
const manual = (...times: [number, number][]) => ({
  strategy: 'manual',
  manual_config: { segments: times.map(([start_time, end_time]) => ({ start_time, end_time })) },
});

describe('a segmentation', () => {
  test('by hand has the shape of the contract', async () => {
    const file = await newFile();
    const { status, body } = await segment(manual([0, 1.5], [2, 6]), file.id);
    expect(status, JSON.stringify(body)).toBe(200);
    const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
    const thumbnail_url = expect.stringMatching(/\/media\/[\w-]+\/frame\.jpg$/);
    expect(body).toEqual({
      segmentation_id: id,
      status: 'completed',
      created_at: expect.any(Number),
      file_id: file.id,
      segmentation_config: manual([0, 1.5], [2, 6]),
      thumbnails_config: { enable_segment_thumbnails: true },
      total_segments: 2,
      data: {
        object: 'list',
        segments: [
          { id, start_time: 0, end_time: 1.5, thumbnail_url },
          { id, start_time: 2, end_time: 6, thumbnail_url },
        ],
        total: 2,
        limit: 20,
        offset: 0,
      },
    });
    const read = await call('get', `/segmentations/${body.segmentation_id}?limit=1&offset=1`);
    expect(read.body.data).toMatchObject({ segments: [{ start_time: 2 }], total: 2, limit: 1, offset: 1 });
    const list = await call('get', `/files/${file.id}/segmentations`);
    expect(list.body).toMatchObject({ object: 'list', total: 1, limit: 20, offset: 0 });
    expect(list.body.data[0]).toMatchObject({ segmentation_id: body.segmentation_id, total_segments: 2 });
    expect(list.body.data[0]).not.toHaveProperty('data');
  });

  test('in equal windows covers the file', async () => {
    const file = await newFile();
    const { body } = await segment(
      {
        strategy: 'uniform',
        uniform_config: { window_seconds: 2.5 },
        start_time_seconds: 1,
        thumbnails_config: { enable_segment_thumbnails: false },
      },
      file.id,
    );
    expect(body.data.segments).toEqual([
      { id: expect.any(String), start_time: 1, end_time: 3.5 },
      { id: expect.any(String), start_time: 3.5, end_time: 6 },
    ]);
    const { body: none } = await call('get', `/segmentations/${body.segmentation_id}/thumbnails`);
    expect(none).toMatchObject({ total: 0, data: [] });
  });

  test.each([
    { strategy: 'shot-detector', shot_detector_config: { detector: 'adaptive' } },
    { strategy: 'shot-detector' },
  ])('by shots (%j) goes on behind, and says when it could not be made', async (asked) => {
    const file = await newFile();
    const { body } = await segment(asked, file.id);
    expect(body.segmentation_config).toEqual(asked);
    expect(body).toMatchObject({ status: 'pending', file_id: file.id });
    expect(body).not.toHaveProperty('data');
    // No program is started here, so it cannot become anything else.
    await expect
      .poll(async () => (await call('get', `/segmentations/${body.segmentation_id}`)).body.status)
      .toBe('failed');
  });

  test('is deleted with its segments', async () => {
    const file = await newFile();
    const { body } = await segment(manual([0, 1]), file.id);
    const other = await segment(manual([0, 2]), file.id);
    const gone = await call('delete', `/segmentations/${body.segmentation_id}`);
    expect([gone.status, gone.body]).toEqual([200, { id: body.segmentation_id }]);
    expect((await call('get', `/segmentations/${body.segmentation_id}`)).status).toBe(404);
    expect((await call('delete', `/segmentations/${body.segmentation_id}`)).status).toBe(404);
    const { body: left } = await call('get', `/files/${file.id}/segments`);
    expect(left.data.map(({ segmentation_id }: any) => segmentation_id)).toEqual([
      other.body.segmentation_id,
    ]);
    await call('delete', `/files/${file.id}`);
    expect((await call('get', `/segmentations/${other.body.segmentation_id}`)).status).toBe(404);
  });

  test.each([
    [{}, 'strategy must be one of uniform, manual, shot-detector'],
    [{ strategy: 'narrative' }, 'narrative needs a model, which this appliance has not'],
    [{ strategy: 'uniform' }, 'uniform_config must be given for uniform'],
    [
      { ...manual([0, 1]), uniform_config: { window_seconds: 2 } },
      'uniform_config must be left out for manual',
    ],
    [
      { strategy: 'uniform', uniform_config: {} },
      'uniform_config.window_seconds must be a number from 1 to 120',
    ],
    [
      { strategy: 'uniform', uniform_config: { window_seconds: 121 } },
      'uniform_config.window_seconds must be',
    ],
    [
      { strategy: 'uniform', uniform_config: { window_seconds: 2, hop_seconds: 0 } },
      'uniform_config.hop_seconds must be a number from 1 to 120',
    ],
    [
      { strategy: 'manual', manual_config: { segments: [] } },
      'manual_config.segments must be a list of at least',
    ],
    [manual([2, 2]), 'manual_config.segments.0.end_time must be after start_time'],
    [manual([0, 1], [5, 7]), 'manual_config.segments.1 must lie between 0 and 6 seconds'],
    [manual([-1, 1]), 'manual_config.segments.0.start_time must be a number from 0'],
    [{ ...manual([0, 1]), start_time_seconds: 7 }, 'start_time_seconds must lie between 0 and 6'],
    [{ ...manual([0, 1]), start_time_seconds: 3, end_time_seconds: 2 }, 'end_time_seconds must be after'],
    [
      { strategy: 'shot-detector', shot_detector_config: { detector: 'x' } },
      'shot_detector_config.detector must',
    ],
    [
      {
        strategy: 'shot-detector',
        shot_detector_config: { detector: 'content', min_seconds: 3, max_seconds: 2 },
      },
      'shot_detector_config.max_seconds must be at least min_seconds',
    ],
  ])('%j is refused', async (body, sentence) => {
    const res = await segment(body);
    expect([res.status, res.body.error]).toEqual([400, expect.stringContaining(sentence)]);
  });

  test('of a file that is not there, or cannot be played yet', async () => {
    expect((await segment(manual([0, 1]), randomUUID())).status).toBe(404);
    const signature = { device: 1, inode: 2, sizeBytes: 3, mtimeMs: 4 };
    const [waiting] = await web.library.admit([{ path: 'waiting.mp4', signature }]);
    expect((await segment(manual([0, 1]), waiting!.id)).status).toBe(409);
  });
});

describe('segments of a file', () => {
  test('are found by their times and lengths, described, and read', async () => {
    const file = await newFile();
    await segment(manual([0, 1], [1, 4], [4, 6]), file.id);
    const starts = async (query: string) =>
      (await call('get', `/files/${file.id}/segments?${query}`)).body.data.map((one: any) => one.start_time);
    expect(await starts('')).toEqual([0, 1, 4]);
    expect(await starts('start_time_after=1')).toEqual([1, 4]);
    expect(await starts('end_time_before=4')).toEqual([0, 1]);
    expect(await starts('min_duration=1.5&max_duration=2.5')).toEqual([4]);
    expect(await starts('limit=1&offset=2')).toEqual([4]);

    const { body } = await call('get', `/files/${file.id}/segments?limit=1`);
    const [first] = body.data;
    const path = `/files/${file.id}/segments/${first.id}`;
    expect((await call('get', path)).body).toEqual(first);
    const changed = await call('put', path).send({ metadata: { label: 'opening' } });
    expect(changed.body).toEqual({ ...first, metadata: { label: 'opening' } });
    expect((await call('put', path).send({})).body).toEqual(changed.body);
    expect((await call('put', path).send({ metadata: null })).body).toEqual(first);
    expect((await call('put', path).send({ metadata: 7 })).status).toBe(400);
    expect((await call('get', `/files/${web.file.id}/segments/${first.id}`)).status).toBe(404);
  });

  test.each([
    'start_time_after=3&end_time_before=3',
    'min_duration=2&max_duration=1',
    'min_duration=x',
    'limit=0',
  ])('a list with %s is refused', async (query) => {
    expect((await call('get', `/files/${web.file.id}/segments?${query}`)).status).toBe(400);
  });
});

describe('thumbnails', () => {
  test('stand for the file and for its segments, and can be fetched', async () => {
    const file = await newFile();
    const { body: made } = await segment(manual([0, 1], [2, 6]), file.id);
    const list = async (query = '') => (await call('get', `/files/${file.id}/thumbnails?${query}`)).body;
    const all = await list();
    expect(all.total).toBe(3);
    expect(all.data.map(({ type, time }: any) => [type, time])).toEqual([
      ['file', 0.6],
      ['segment', 0.5],
      ['segment', 2.5],
    ]);
    for (const { id, url } of all.data) {
      expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      const picture = await fetch(url);
      expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
      expect(picture.headers.get('cache-control')).toContain('private');
    }
    expect(await (await fetch(all.data[2].url)).text()).toBe('jpeg at 2500 ms');
    expect((await list('is_default=true')).data).toEqual([all.data[0]]);
    expect((await list('type=segment&limit=1')).data).toEqual([all.data[1]]);
    expect((await list('limit=1&offset=2')).data).toEqual([all.data[2]]);
    expect(await list('type=keyframe')).toMatchObject({ data: [], total: 0 });
    expect((await list('is_default=false')).data).toEqual(all.data);
    expect((await list('is_default=false&type=segment,keyframe')).data).toEqual(all.data.slice(1));
    expect((await list('type=file,segment')).data).toEqual(all.data);
    expect((await call('get', `/files/${file.id}/thumbnails?type=segment,x`)).status).toBe(400);
    const segmentId = made.data.segments[1].id;
    const one = await call(
      'get',
      `/segmentations/${made.segmentation_id}/thumbnails?segment_ids=${segmentId}&type=keyframe,segment`,
    );
    expect(one.body).toMatchObject({ total: 1, data: [{ segment_id: segmentId, time: 2.5 }] });
    expect(
      (await call('get', `/segmentations/${made.segmentation_id}/thumbnails?segment_ids=x`)).status,
    ).toBe(400);
  });

  test('a token for one moment opens nothing else', async () => {
    const { body } = await segment(manual([1, 2]));
    const url: string = body.data.segments[0].thumbnail_url;
    expect((await fetch(url)).status).toBe(200);
    const elsewhere = [
      url.replace('frame.jpg', 'poster.jpg'),
      url.replace('/media/', '/hls/').replace('frame.jpg', 'master.m3u8'),
      url.replace('/media/', '/download/').replace('frame.jpg', 'clip.mp4'),
      `${web.url}/media/${web.token('media')}/frame.jpg`,
    ];
    for (const other of elsewhere) expect((await fetch(other)).status, other).toBe(404);
  });
});
