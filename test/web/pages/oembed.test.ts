import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWeb, type TestWeb } from '../../support/web.js';

let web: TestWeb;
beforeAll(async () => {
  web = await startWeb();
});
afterAll(() => web.close());

const ask = (query: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${web.url}/oembed?${new URLSearchParams(query)}`, { headers });
const readJson = (response: Response): Promise<any> => response.json();
const shareUrl = (id = web.share.id) => `${web.url}/share/${id}`;

test('another site is told how to show a share, and may ask from its own pages', async () => {
  const response = await ask({ url: `${shareUrl()}?s=10` });
  expect(response.status).toBe(200);
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  const answer = await readJson(response);
  expect(answer).toMatchObject({
    version: '1.0',
    type: 'video',
    title: 'clip.mp4',
    provider_name: 'Lanternshare',
    provider_url: `${web.url}/`,
    width: 1920,
    height: 1080,
    thumbnail_width: 1280,
    thumbnail_height: 720,
  });
  expect(answer.html).toContain(`<iframe src="${shareUrl()}?layout=minimal" title="clip.mp4" width="1920"`);
  expect((await fetch(answer.thumbnail_url)).status).toBe(200);
});

test('the player fits into what was asked for, in its shape', async () => {
  const answer = await readJson(await ask({ url: shareUrl(), maxwidth: '640', maxheight: '300' }));
  expect(answer).toMatchObject({ width: 533, height: 300 });
  expect(answer.thumbnail_url).toBeUndefined();
  const large = await readJson(await ask({ url: shareUrl(), maxwidth: '9999' }));
  expect(large).toMatchObject({ width: 1920, height: 1080 });
});

test('the same is told as XML, whatever people wrote', async () => {
  const { file } = await web.addFile('other.mp4', Buffer.from('other'));
  const share = await web.shares.create({ fileId: file.id, title: 'Fish & <chips> "hot"\u0007' });
  const response = await ask({ url: shareUrl(share.id), format: 'xml' });
  expect(response.headers.get('content-type')).toContain('text/xml');
  const text = await response.text();
  expect(text).toContain('<title>Fish &amp; &lt;chips&gt; &quot;hot&quot;</title>');
  expect(text).toContain('<type>video</type>');
});

test('of what is not for everybody nothing is told, to members neither', async () => {
  const share = await web.shares.create({
    fileId: web.file.id,
    visibility: 'private',
    linkPreview: 'player',
  });
  const secret = await ask({ url: shareUrl(share.id) });
  const unknown = await ask({ url: shareUrl(randomUUID()) });
  expect([secret.status, unknown.status]).toEqual([401, 401]);
  expect(await secret.text()).toBe(await unknown.text());
});

test('nor of what asks for a password, or may be seen a few times only', async () => {
  const { file } = await web.addFile('limited.mp4', Buffer.from('limited'));
  const share = await web.shares.create({ fileId: file.id, password: 'open sesame' });
  expect((await ask({ url: shareUrl(share.id) })).status).toBe(401);
  const { file: other } = await web.addFile('few.mp4', Buffer.from('few'));
  const few = await web.shares.create({ fileId: other.id, maxViews: 3 });
  expect((await ask({ url: shareUrl(few.id) })).status).toBe(401);
});

test.each([
  ['no address', {}, 400],
  ['a size that is none', { url: 'own', maxwidth: '12px' }, 400],
  ['a place that is not here', { url: 'https://example.org/share/x' }, 404],
  ['a page that is no share', { url: 'own/state' }, 404],
  ['a format that is not known', { url: 'own', format: 'yaml' }, 501],
])('%s is refused in a sentence', async (_what, query: Record<string, string>, status) => {
  const url = query['url']?.replace('own', shareUrl());
  const response = await ask({ ...query, ...(url ? { url } : {}) });
  expect(response.status).toBe(status);
  expect((await readJson(response)).error).toMatch(/\.$/);
});

test('behind a proxy the addresses are those of the proxy', async () => {
  const trusting = await startWeb({ env: { TRUST_PROXY: 'loopback' } });
  const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'media.example.org' };
  const url = `https://media.example.org/share/${trusting.share.id}`;
  const response = await fetch(`${trusting.url}/oembed?url=${encodeURIComponent(url)}`, { headers });
  const { html, thumbnail_url } = await readJson(response);
  expect(html).toContain(`src="${url}?layout=minimal"`);
  expect(thumbnail_url).toMatch(/^https:\/\/media\.example\.org\/media\//);
  await trusting.close();
});

test('a page that offers the player says where to ask', async () => {
  const { file } = await web.addFile('offered.mp4', Buffer.from('offered'));
  const share = await web.shares.create({ fileId: file.id, linkPreview: 'player' });
  const html = await (await fetch(shareUrl(share.id))).text();
  const href = /application\/json\+oembed" href="([^"]+)"/.exec(html)![1]!.replaceAll('&amp;', '&');
  expect(await (await fetch(href)).json()).toMatchObject({ type: 'video', title: 'offered.mp4' });
  expect(html).toContain('type="text/xml+oembed"');
  expect(await (await fetch(shareUrl())).text()).not.toContain('oembed');
});
