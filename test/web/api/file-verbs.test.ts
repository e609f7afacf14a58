import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { API_KEY, startWeb, type TestWeb } from '../../support/web.js';

let web: TestWeb;

beforeAll(async () => {
  web = await startWeb();
});
afterAll(() => web.close());

const get = (path: string) => request(web.url).get(`/v1${path}`).set('authorization', `Bearer ${API_KEY}`);

describe('a list with a filter', () => {
  const names = async (filter: object, more = '') => {
    const { status, body } = await get(
      `/files?order=filename&sort=asc&filter=${encodeURIComponent(JSON.stringify(filter))}${more}`,
    );
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body.total).toBeGreaterThanOrEqual(body.data.length);
    return body.data.map((file: { filename: string }) => file.filename);
  };
  const one = (path: string, operator: string, value: string | string[]) => ({
    path,
    operator,
    ...(Array.isArray(value) ? { valueTextArray: value } : { valueText: value }),
  });

  beforeAll(async () => {
    const all = {
      'f-one.mp4': { tags: ['red', 'blue'], n: 7, year: '2024', isDone: true, deep: { er: 'x' } },
      'f-two.mp4': { tags: ['blue'], n: 30, year: '2025', isDone: false },
      'f-Übung.mp4': { odd: '100% _sure_', 'back\\slash\\': 'y' },
    };
    for (const [path, metadata] of Object.entries(all)) {
      const { file } = await web.addFile(path, Buffer.from(path.repeat(10)));
      await web.library.update(file.id, { metadata });
    }
  });

  test.each([
    [{ metadata: [one('n', 'Equal', '7')] }, ['f-one.mp4']],
    [{ metadata: [one('n', 'Equal', '7.0')] }, ['f-one.mp4']],
    [{ metadata: [one('n', 'GreaterThan', '8')] }, ['f-two.mp4']],
    [{ metadata: [one('n', 'LessThan', '100')] }, ['f-one.mp4', 'f-two.mp4']],
    [{ metadata: [one('year', 'Equal', '2024')] }, ['f-one.mp4']],
    [{ metadata: [one('year', 'GreaterThan', '2024')] }, ['f-two.mp4']],
    [{ metadata: [one('isDone', 'Equal', 'true')] }, ['f-one.mp4']],
    [{ metadata: [one('deep.er', 'Equal', 'x')] }, ['f-one.mp4']],
    [{ metadata: [one('deep', 'Equal', 'x')] }, []],
    [{ metadata: [one('year', 'In', ['2023', '2025'])] }, ['f-two.mp4']],
    [{ metadata: [one('tags', 'ContainsAny', ['red', 'green'])] }, ['f-one.mp4']],
    [{ metadata: [one('tags', 'ContainsAll', ['red', 'blue'])] }, ['f-one.mp4']],
    [{ metadata: [one('tags', 'ContainsAll', ['blue'])] }, ['f-one.mp4', 'f-two.mp4']],
    [{ metadata: [one('odd', 'Like', '100%')] }, ['f-Übung.mp4']],
    [{ metadata: [one('odd', 'Like', '%_sure_')] }, ['f-Übung.mp4']],
    [{ metadata: [one('odd', 'Like', '%_sur__')] }, []],
    [{ metadata: [one('back\\slash\\', 'Equal', 'y')] }, ['f-Übung.mp4']],
    [{ file: [one('filename', 'Like', 'F-üB%')] }, ['f-Übung.mp4']],
    [{ file: [one('filename', 'Like', '%O%.mp4'), one('filename', 'NotEqual', 'f-two.mp4')] }, ['f-one.mp4']],
    [
      { file: [one('filename', 'Like', 'f-%')], metadata: [one('n', 'NotEqual', '7')] },
      ['f-two.mp4', 'f-Übung.mp4'],
    ],
    [
      { file: [one('bytes', 'GreaterThan', '100000')], video_info: [one('height', 'Equal', '1080')] },
      ['clip.mp4'],
    ],
    [{ video_info: [one('has_audio', 'Equal', 'false')] }, []],
    [{ file: [one('filename', 'Equal', "'; DROP TABLE media_files; --")] }, []],
  ])('%j', async (filter, expected) => {
    expect(await names(filter)).toEqual(expected);
  });

  test('counts all and shows a page', async () => {
    const filter = {
      video_info: [one('duration_seconds', 'GreaterThan', '5')],
      file: [one('filename', 'Like', 'f-%')],
    };
    expect(await names(filter, '&limit=2&offset=1')).toEqual(['f-two.mp4', 'f-Übung.mp4']);
    expect(await names(filter, '&status=failed')).toEqual([]);
  });

  test('finds times in every way in which they may be written', async () => {
    const { file } = await web.addFile('f-now.mp4', Buffer.from('now'));
    const { createdAtMs } = file;
    const at = (ms: number) => new Date(ms).toISOString();
    const created = (operator: string, value: string | string[]) =>
      names({ file: [one('filename', 'Equal', 'f-now.mp4'), one('created_at', operator, value)] });
    expect(await created('GreaterThan', at(createdAtMs - 1))).toEqual(['f-now.mp4']);
    expect(await created('LessThan', at(createdAtMs))).toEqual([]);
    expect(await created('Equal', at(createdAtMs).replace('Z', ''))).toEqual(['f-now.mp4']);
    expect(await created('In', [at(createdAtMs).replace('Z', '+00:00'), '2020-01-01'])).toEqual([
      'f-now.mp4',
    ]);
    expect(await created('Equal', String(createdAtMs))).toEqual(['f-now.mp4']);
    expect(await created('LessThan', '2020-01-01')).toEqual([]);
  });

  test.each([
    ['{', 'filter must be a JSON object'],
    ['[]', 'filter must be a JSON object'],
    ['{"file":{}}', 'filter.file must be a list of criteria'],
    ['{"file":[7]}', 'filter.file.0 must be a JSON object'],
    [
      '{"file":[{"path":"size","operator":"Equal","valueText":"1"}]}',
      'filter.file.0.path must be one of id, ',
    ],
    [
      '{"metadata":[{"path":"a","operator":"Is","valueText":"1"}]}',
      'filter.metadata.0.operator must be one of',
    ],
    ['{"metadata":[{"path":"a","operator":"Equal"}]}', 'filter.metadata.0.valueText must be given for Equal'],
    [
      '{"metadata":[{"path":"a","operator":"In","valueText":"x"}]}',
      'filter.metadata.0.valueTextArray must be',
    ],
    [
      '{"metadata":[{"path":"a","operator":"Equal","valueText":7}]}',
      'filter.metadata.0.valueText must be text',
    ],
    ['{"metadata":[{"path":"a\\"b","operator":"Equal","valueText":"7"}]}', 'filter.metadata.0.path must be'],
    [
      '{"file":[{"path":"created_at","operator":"LessThan","valueText":"yesterday"}]}',
      'filter.file.0.valueText must be a time such as 2026-01-31T12:00:00Z',
    ],
    [
      JSON.stringify({ file: Array.from({ length: 21 }, () => one('id', 'Equal', 'x')) }),
      'filter must be at most 20 criteria',
    ],
  ])('%.60s is refused', async (filter, sentence) => {
    const { status, body } = await get(`/files?filter=${encodeURIComponent(filter)}`);
    expect([status, body.error]).toEqual([400, expect.stringContaining(sentence)]);
  });
});

describe('a file is changed', () => {
  const put = (id: string, body: object) =>
    request(web.url).put(`/v1/files/${id}`).set('authorization', `Bearer ${API_KEY}`).send(body);

  test('in its name and its metadata, and keeps its place', async () => {
    const { file } = await web.addFile('named.mp4', Buffer.from('n'));
    const named = await put(file.id, { filename: 'Holiday', metadata: { a: 1 }, unknown: true });
    expect(named.body).toMatchObject({ filename: 'Holiday', metadata: { a: 1 }, path: 'named.mp4' });
    expect((await put(file.id, { metadata: null })).body).toMatchObject({
      filename: 'Holiday',
      metadata: null,
    });
    expect((await put(file.id, {})).body).toMatchObject({ filename: 'Holiday' });
  });

  test.each([
    [{ filename: '' }, 'filename must be'],
    [{ filename: 'a\nb' }, 'filename must be'],
    [{ filename: 7 }, 'filename must be'],
    [{ metadata: [] }, 'metadata must be'],
    [{ metadata: { x: 'y'.repeat(17_000) } }, 'metadata is too long'],
  ])('not with %.50j', async (body, sentence) => {
    const res = await put(web.file.id, body);
    expect([res.status, res.body.error]).toEqual([400, expect.stringContaining(sentence)]);
  });

  test('not when it is not there', async () => {
    expect((await put(randomUUID(), { filename: 'x' })).status).toBe(404);
  });
});

describe('a file is removed', () => {
  const remove = (id: string, query = '') =>
    request(web.url).delete(`/v1/files/${id}${query}`).set('authorization', `Bearer ${API_KEY}`);
  const isThere = (path: string) => existsSync(join(web.mediaDir, path));

  test('with its shares and links, while its source stays', async () => {
    const { file } = await web.addFile('leaving.mp4', Buffer.from('l'));
    const share = await web.shares.create({ fileId: file.id });
    const { body: shown } = await get(`/share/${share.id}`);
    const { body: read } = await get(`/files/${file.id}`);
    const urls = [shown.stream_url, shown.preview_url, shown.media_download_url, read.thumbnail_url];
    for (const url of urls) expect((await fetch(url)).status).toBe(200);
    const { status, body } = await remove(file.id);
    expect([status, body]).toEqual([200, { id: file.id, object: 'file' }]);
    expect((await get(`/files/${file.id}`)).status).toBe(404);
    expect((await get(`/share/${share.id}`)).status).toBe(404);
    for (const url of urls) expect((await fetch(url)).status).toBe(404);
    expect((await remove(file.id)).status).toBe(404);
    expect(isThere('leaving.mp4')).toBe(true);
  });

  test('and is taken back, to be probed', async () => {
    const { file } = await web.addFile('coming-back.mp4', Buffer.from('c'));
    await remove(file.id);
    const { body: away } = await get('/files?removed=true');
    expect(away.data.map(({ id }: { id: string }) => id)).toContain(file.id);
    const restore = () =>
      request(web.url).post(`/v1/files/${file.id}/restore`).set('authorization', `Bearer ${API_KEY}`);
    const { status, body } = await restore();
    expect([status, body.status, body.id]).toEqual([200, 'pending', file.id]);
    expect(web.taken).toContain(file.id);
    expect((await restore()).status).toBe(404);
  });

  test('with its source when that is asked, but never another content', async () => {
    const { file } = await web.addFile('for-good.mp4', Buffer.from('g'));
    const { file: changed } = await web.addFile('changed.mp4', Buffer.from('old'));
    await writeFile(join(web.mediaDir, 'changed.mp4'), 'something new');
    expect((await remove(file.id, '?delete_source=true')).status).toBe(200);
    expect(isThere('for-good.mp4')).toBe(false);
    expect((await remove(changed.id, '?delete_source=true')).status).toBe(409);
    expect(isThere('changed.mp4')).toBe(true);
    expect((await get(`/files/${changed.id}`)).status).toBe(200);
  });
});
