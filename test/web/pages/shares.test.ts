/** `/shares` and the forms on it, as a browser without scripts sees them. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Share, ShareDraft } from '../../../server/share/model.js';
import { createForms, type Forms } from '../../support/forms.js';
import { openPrivateWorld, type PrivateWorld } from '../../support/private.js';

let world: PrivateWorld;
let web: PrivateWorld['web'];
let member: Forms;
beforeAll(async () => {
  world = await openPrivateWorld();
  ({ web } = world);
  member = createForms(web.url);
  const [name, value] = world.member.split('=') as [string, string];
  member.cookies.set(name, value);
  await web.shares.remove(world.share.id);
  await web.shares.remove(web.share.id);
});
afterAll(() => web.close());

async function share(name: string, draft: Partial<ShareDraft> = {}): Promise<Share> {
  await world.clock.advance(1000);
  const { file } = await web.addFile(`${name}.mp4`, randomBytes(1000));
  return web.shares.create({ fileId: file.id, ...draft });
}

async function shareClip(of: Share, draft: Partial<ShareDraft> = {}): Promise<Share> {
  const { id } = await web.clips.segment(of.fileId, {
    cutting: { strategy: 'manual', ranges: [{ startSeconds: 1, endSeconds: 4 }], range: {} },
    config: {},
    hasThumbnails: true,
  });
  const { clips } = await web.clips.list({ segmentationId: id, limit: 1, offset: 0 });
  await world.clock.advance(1000);
  return web.shares.create({ fileId: of.fileId, segmentId: clips[0]!.id, ...draft });
}

const page = async (path = '/shares') => (await member.get(path)).text();
const titlesIn = (html: string) =>
  [...html.matchAll(/class="file-name"><a[^>]*>([^<]*)</g)].map(([, title]) => title);

describe('the page of all shares', () => {
  test('is for members, and comes back after sign-in', async () => {
    for (const path of ['/shares', '/shares?kind=ended', `/shares/${world.share.id}`]) {
      const answer = await createForms(web.url).get(path);
      expect([answer.status, answer.headers.get('location')]).toEqual([
        303,
        `/login?next=${encodeURIComponent(path)}`,
      ]);
    }
  });

  test('says what to do while nothing is shared', async () => {
    expect(await page()).toContain('Nothing is shared yet');
  });

  test('says which one does not play because its file is away', async () => {
    const away = await share('away');
    expect(await page()).not.toContain('Not in its place');
    await web.library.markGone([away.fileId]);
    const html = await page();
    expect(html).toContain('Not in its place');
    expect(html).toContain('0 views · for anyone · made');
    await web.shares.remove(away.id);
  });

  test('shows each link with what is said of it, newest first, and finds it by all of that', async () => {
    const lake = await share('lake', { title: 'Quiet <lake>', password: 'x', isStreamOnly: true });
    await share('river', { visibility: 'private', allowedOrigins: ['https://a.example'] });
    await share('pond', { expiresAtMs: world.clock.now() + 3000, maxViews: 7 });
    await shareClip(lake, { title: 'Best of it' });
    await world.clock.advance(5000);
    const html = await page();
    expect(titlesIn(html)).toEqual(['Best of it', 'pond.mp4', 'river.mp4', 'Quiet &lt;lake&gt;']);
    for (const words of ['Password', 'No download', 'Embedded on 1 site', 'Expired', '0 of 7 views']) {
      expect(html).toContain(words);
    }
    expect(html).toContain('0:01–0:04 of lake.mp4');
    expect(html).not.toContain('<lake>');
    const found = async (query: string) => titlesIn(await page(`/shares?${query}`));
    expect(await found('asset=clip')).toEqual(['Best of it']);
    expect(await found('asset=file&kind=public')).toEqual(['pond.mp4', 'Quiet &lt;lake&gt;']);
    expect(await found('kind=private')).toEqual(['river.mp4']);
    expect(await found('kind=password')).toEqual(['Quiet &lt;lake&gt;']);
    expect(await found('kind=ended')).toEqual(['pond.mp4']);
    expect(await found('q=LAKE')).toEqual(['Best of it', 'Quiet &lt;lake&gt;']);
    expect(await found('q=best+lake')).toEqual(['Best of it']);
    expect(await found('q=%25')).toEqual([]);
    expect(await page('/shares?q=nowhere')).toContain('Nothing found');
    expect(titlesIn(await page('/shares?kind=odd&asset=7&after=nonsense'))).toHaveLength(4);
  });

  test('goes on from page to page and back, each link once', async () => {
    const before = titlesIn(await page()).length;
    const { shares } = web;
    for (let n = 0; n < 60; n++) await share(`many-${n}`);
    const first = await page();
    const next = /rel="next" href="([^"]+)"/.exec(first)![1]!.replaceAll('&amp;', '&');
    expect(first).not.toContain('rel="prev"');
    const second = await page(next);
    expect(second).not.toContain('rel="next"');
    expect([...titlesIn(first), ...titlesIn(second)]).toHaveLength(60 + before);
    expect(new Set([...titlesIn(first), ...titlesIn(second)]).size).toBe(60 + before);
    const back = /rel="prev" href="([^"]+)"/.exec(second)![1]!.replaceAll('&amp;', '&');
    expect(titlesIn(await page(back))).toEqual(titlesIn(first));
    const all = await shares.list({ limit: 100, offset: 0 });
    for (const one of all.shares.filter(({ title }) => title === undefined)) await shares.remove(one.id);
  });
});

describe('the page of one share', () => {
  const read = async (id: string) => (await web.shares.get(id))!;

  test('changes what is said of it', async () => {
    const { id } = await share('form');
    const at = new Date(world.clock.now() + 3_600_000).toISOString().slice(0, 16);
    const answer = await member.submit(`/shares/${id}`, {
      title: ' New title ',
      description: 'two\r\nlines',
      link_preview: 'player',
      share_password: 'sesame',
      ends: 'at',
      ends_at: at,
      max_views: '12',
      has_download: '1',
      embed: 'these',
      origins: 'https://a.example\r\nhttps://b.example/',
    });
    expect(answer.headers.get('location')).toBe(`/shares/${id}?done=saved`);
    expect(await read(id)).toMatchObject({
      title: 'New title',
      description: 'two\nlines',
      linkPreview: 'player',
      hasPassword: true,
      expiresAtMs: Date.parse(`${at}Z`),
      maxViews: 12,
      isStreamOnly: true,
      allowedOrigins: ['https://a.example', 'https://b.example'],
    });
    const html = await page(`/shares/${id}?done=saved`);
    for (const words of ['Saved.', 'value="New title"', 'value="12"', 'https://b.example', 'New password']) {
      expect(html).toContain(words);
    }
    expect(html).not.toContain('sesame');
  });

  test('leaves as it is what is sent back as it was shown, and takes away what was emptied', async () => {
    const { id } = await share('kept', { password: 'x', expiresAtMs: world.clock.now() + 9e6, maxViews: 3 });
    const shown = await read(id);
    const asShown = {
      title: '',
      description: '',
      share_password: '',
      ends: 'keep',
      has_download: '1',
      download: '1',
    };
    await member.submit(`/shares/${id}`, { ...asShown, max_views: '3', embed: 'any' });
    expect(await read(id)).toEqual(shown);
    await member.submit(`/shares/${id}`, { ...asShown, ends: 'never', max_views: '', remove_password: '1' });
    const emptied = await read(id);
    expect([emptied.hasPassword, emptied.expiresAtMs, emptied.maxViews]).toEqual([
      false,
      undefined,
      undefined,
    ]);
  });

  test('says what was wrong beside the form, and keeps what was typed', async () => {
    const { id } = await share('wrong');
    for (const [fields, words] of [
      [{ max_views: 'many' }, /whole number/],
      [{ ends: 'at', ends_at: '' }, /date and a time/],
      [{ ends: 'at', ends_at: '2020-01-01T00:00' }, /in the future/],
      [{ embed: 'these', origins: '' }, /Name the sites/],
      [{ embed: 'these', origins: 'example.org' }, /example\.org/],
    ] as const) {
      const answer = await member.submit(`/shares/${id}`, { title: 'typed', ...fields });
      expect(answer.status).toBe(400);
      const html = await answer.text();
      expect(html).toMatch(words);
      expect(html).toContain('value="typed"');
    }
    expect((await read(id)).title).toBeUndefined();
  });

  test('gives it a new link', async () => {
    const { id } = await share('reissued');
    const answer = await member.submit(`/shares/${id}`, {}, { action: `/shares/${id}/reissue` });
    const next = /^\/shares\/([^?]+)\?done=reissued$/.exec(answer.headers.get('location')!)![1]!;
    expect(next).not.toBe(id);
    expect((await member.get(`/shares/${id}`)).status).toBe(404);
    expect(await page(`/shares/${next}`)).toContain('reissued.mp4');
  });
});

describe('revoking', () => {
  test('asks first, names what is meant, and then ends one or many', async () => {
    const [a, b] = [await share('one'), await share('two')];
    const csrf = await member.csrf('/shares');
    const post = (fields: [string, string][]) =>
      fetch(`${web.url}/shares/revoke`, {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie: world.member },
        body: new URLSearchParams([['csrf', csrf], ['back', '/shares?kind=public'], ...fields]),
      });
    const both: [string, string][] = [
      ['id', a.id],
      ['id', b.id],
      ['id', 'nobody'],
    ];
    const asked = await (await post(both)).text();
    expect(asked).toContain('Revoke 2 links?');
    expect(asked).toContain('one.mp4');
    expect(await web.shares.get(a.id)).toBeDefined();
    const done = await post([...both, ['sure', 'yes']]);
    expect(done.headers.get('location')).toBe('/shares?kind=public&done=revoked');
    expect([await web.shares.get(a.id), await web.shares.get(b.id)]).toEqual([undefined, undefined]);
    expect((await post([...both, ['sure', 'yes']])).status).toBe(303);
  });

  test('and changing are for members with a form of ours', async () => {
    const { id } = await share('guarded');
    for (const path of ['/shares/revoke', `/shares/${id}`, `/shares/${id}/reissue`]) {
      const fields = { id, sure: 'yes', title: 'taken' };
      expect((await createForms(web.url).post(path, fields)).status, path).toBe(401);
      expect((await member.post(path, fields)).status, path).toBe(403);
      expect((await member.post(path, { ...fields, csrf: 'x' })).status, path).toBe(403);
    }
    expect(await web.shares.get(id)).toMatchObject({ id });
  });
});

test('a link that has ended is no link of its file any more, and sharing makes another', async () => {
  const ended = await share('ended', { expiresAtMs: world.clock.now() + 2000 });
  const clip = await shareClip(ended, { expiresAtMs: world.clock.now() + 5000 });
  await world.clock.advance(10_000);
  const { fileId, segment } = clip;
  for (const path of ['/', `/files/${fileId}`]) {
    const html = await page(path);
    expect(html).toContain('ended.mp4');
    for (const { id } of [ended, clip]) expect(html, path).not.toContain(id);
  }
  await member.submit('/', {}, { action: `/files/${fileId}/share` });
  await member.submit(`/files/${fileId}`, {}, { action: `/files/${fileId}/clips/${segment!.id}/share` });
  const { shares } = await web.shares.list({ fileId, limit: 10, offset: 0 });
  expect(shares.map((one) => one.segment?.id).sort()).toEqual([segment!.id, undefined].sort());
  for (const { id } of shares) expect([ended.id, clip.id]).not.toContain(id);
});
