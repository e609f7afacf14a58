/** Clips by plain forms, as pages send them without a script. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFakeClock, type FakeClock } from '../../../server/base/clock.js';
import { createForms, type Forms } from '../../support/forms.js';
import { clipBytes, startWeb, type TestWeb } from '../../support/web.js';

const guest = { username: 'guest', password: 'battery staple' };
const JSON_PLEASE = { accept: 'application/json' };

let clock: FakeClock;
let web: TestWeb;
let forms: Forms;
let path: string;
beforeAll(async () => {
  clock = createFakeClock();
  web = await startWeb({ clock });
  path = `/files/${web.file.id}`;
  await web.auth.members.add(guest, 'member');
  forms = createForms(web.url);
  await forms.submit('/login', guest);
});
afterAll(() => web.close());
beforeEach(async () => {
  for (const clip of await clips()) await web.clips.remove(clip.id);
});

const clips = async () => (await web.clips.list({ fileId: web.file.id, limit: 100, offset: 0 })).clips;
const shares = async () =>
  (await web.shares.list({ fileId: web.file.id, limit: 100, offset: 0 })).shares.filter((one) => one.segment);
const make = (fields: Record<string, string>, headers?: Record<string, string>) =>
  forms.submit(
    path,
    { start: '0:01.5', end: '4.25', title: '', visibility: 'public', ...fields },
    { action: `${path}/clips`, ...(headers ? { headers } : {}) },
  );

describe('a clip', () => {
  test('is cut and shared by one form, and is then on the page', async () => {
    const response = await make({ title: ' Harbour ' });
    expect([response.status, response.headers.get('location')]).toEqual([303, `${path}?done=clip#clips`]);
    expect(await clips()).toMatchObject([{ startSeconds: 1.5, endSeconds: 4.25 }]);
    const [share] = await shares();
    expect(share).toMatchObject({ title: 'Harbour', visibility: 'public' });
    const html = await (await forms.get(`${path}?done=clip`)).text();
    expect(html).toContain('The clip is shared.');
    expect(html).toContain(`/share/${share!.id}`);
    expect(html).toContain(`${path}?in=0%3A01.500&amp;out=0%3A04.250&amp;title=Harbour#clip-editor`);
  });

  test('is told to a script with its link; private is private', async () => {
    const answer = await (await make({ visibility: 'private' }, JSON_PLEASE)).json();
    const [share] = await shares();
    expect(share!.visibility).toBe('private');
    expect(answer).toEqual({ url: `${web.url}/share/${share!.id}`, clip: (await clips())[0]!.id });
  });

  test('of the same range is the same, with the share it has, a new title, or one more for others', async () => {
    for (const visibility of ['public', 'public', 'private']) await make({ visibility });
    await make({ title: 'Late' });
    expect(await clips()).toHaveLength(1);
    const made = (await shares()).map(({ visibility, title }) => [visibility, title]);
    expect(made.sort()).toEqual([
      ['private', undefined],
      ['public', 'Late'],
    ]);
  });

  test('whose link has ended gets a new one', async () => {
    await make({});
    const [old] = await shares();
    await web.shares.update(old!.id, { expiresAtMs: clock.now() + 1000 });
    await clock.advance(1000);
    const { url } = (await (await make({}, JSON_PLEASE)).json()) as { url: string };
    expect(url).not.toContain(old!.id);
  });

  test.each([
    ['two', '3', 'The beginning cannot be read.'],
    ['3', '2', 'The end must come after the beginning.'],
    ['1', '99', 'The end lies beyond the end of the file.'],
    ['1', '1.001', 'That is too short.'],
    ['<b>', '"', 'The beginning cannot be read.'],
  ])('from %j to %j is refused beside the fields, which keep what was typed', async (start, end, words) => {
    const response = await make({ start, end, title: 'Kept', visibility: 'private' });
    expect(response.status).toBe(303);
    const location = response.headers.get('location')!;
    expect(location).toMatch(/#clip-editor$/);
    const html = await (await forms.get(location.split('#')[0]!)).text();
    expect(/id="clip-problem">([^<]*)</.exec(html)?.[1]).toContain(words);
    expect(html).toContain('value="Kept"');
    expect(html).toContain('value="private" checked');
    expect(html).not.toContain('value="<b>');
    const told = await make({ start, end }, JSON_PLEASE);
    expect(told.status).toBe(400);
    expect(await told.json()).toEqual({ error: expect.stringContaining(words) });
    expect(await clips()).toEqual([]);
  });

  test('is made by nobody but members, with the token of their session and a known audience', async () => {
    const visitor = createForms(web.url);
    const fields = { start: '1', end: '2', visibility: 'public' };
    expect((await visitor.post(`${path}/clips`, fields)).status).toBe(401);
    expect((await forms.post(`${path}/clips`, { ...fields, csrf: 'wrong' })).status).toBe(403);
    for (const visibility of ['', 'all']) expect((await make({ visibility })).status).toBe(400);
    expect(await clips()).toEqual([]);
  });

  test('is deleted with its links, and never that of another file', async () => {
    await make({});
    const [clip] = await clips();
    const { file: other } = await web.addFile('other.mp4', Buffer.from('another'));
    const remove = (fileId: string) =>
      forms.submit(path, {}, { action: `/files/${fileId}/clips/${clip!.id}/delete` });
    await remove(other.id);
    expect(await clips()).toHaveLength(1);
    const visitor = createForms(web.url);
    expect((await visitor.post(`${path}/clips/${clip!.id}/delete`, {})).status).toBe(401);
    expect((await forms.post(`${path}/clips/${clip!.id}/delete`, { csrf: 'x' })).status).toBe(403);
    const response = await remove(web.file.id);
    expect(response.headers.get('location')).toBe(`${path}?done=clip-deleted#clips`);
    expect([await clips(), await shares()]).toEqual([[], []]);
  });

  test('is saved by members without a share, and nothing else under that address', async () => {
    await make({});
    const [clip] = await clips();
    const visitor = createForms(web.url);
    expect((await visitor.get(`${path}/clips/${clip!.id}/download`)).status).toBe(303);
    const download = await forms.get(`${path}/clips/${clip!.id}/download`);
    expect(download.status).toBe(302);
    const saved = await fetch(web.url + download.headers.get('location')!);
    expect(saved.status).toBe(200);
    expect(saved.headers.get('content-disposition')).toContain('Clip.mp4');
    expect(saved.headers.get('cache-control')).toContain('private');
    const bytes = Buffer.from(await saved.arrayBuffer());
    expect(bytes.equals(clipBytes({ startMs: 1500, endMs: 4250 }, 'file', 0))).toBe(true);
    const none = await forms.get(`${path}/clips/${web.file.id}/download`);
    expect(none.status).toBe(404);
  });
});

test('a token of a part of a file saves that part, and is no stream and no wider than the file', async () => {
  const expiresAt = Math.floor(clock.now() / 1000) + 3600;
  const ask = async (
    audience: 'hls' | 'download',
    clip: { startMs: number; endMs: number },
    rest: string,
  ) => {
    const claims = { subject: 'file', subjectId: web.file.id, epoch: 0, expiresAt, clip } as const;
    return (await fetch(`${web.url}/${audience}/${web.token(audience, claims)}/${rest}`)).status;
  };
  expect(await ask('download', { startMs: 1000, endMs: 2000 }, 'x.mp4')).toBe(200);
  expect(await ask('download', { startMs: 1000, endMs: 99_000_000 }, 'x.mp4')).toBe(404);
  expect(await ask('hls', { startMs: 1000, endMs: 2000 }, 'master.m3u8')).toBe(404);
});
