/** What a private share shows to those who are not signed in: nothing, or what its owner lets a chat show. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Share } from '../../../server/share/index.js';
import { startWeb, type TestWeb } from '../../support/web.js';

let web: TestWeb;
let share: Share;
beforeAll(async () => {
  web = await startWeb();
  share = await web.shares.create({
    fileId: web.file.id,
    visibility: 'private',
    title: 'The "quiet" lake',
    description: 'Rowing at dawn',
  });
});
beforeEach(() => web.shares.update(share.id, { linkPreview: 'none' }));
afterAll(() => web.close());

const get = (path: string) => fetch(web.url + path, { redirect: 'manual' });
const page = async (query = '') => (await get(`/share/${share.id}${query}`)).text();
const picture = () => get(`/share/${share.id}/preview.jpg`);

describe('a private share without a preview', () => {
  test('leads to sign-in, and from there back', async () => {
    const response = await get(`/share/${share.id}?s=3`);
    expect([response.status, response.headers.get('location')]).toEqual([
      303,
      `/login?next=${encodeURIComponent(`/share/${share.id}?s=3`)}`,
    ]);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('in a frame is a panel that opens the whole page, at its moment, in another tab', async () => {
    const response = await get(`/share/${share.id}?layout=minimal&s=3`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toContain('frame-ancestors *');
    expect(response.headers.get('x-frame-options')).toBeNull();
    expect(response.headers.get('cache-control')).toBe('no-store');
    const html = await response.text();
    expect(html).toContain(`href="/share/${share.id}?s=3" target="_blank" rel="noopener"`);
    expect(html).not.toMatch(/lake|Rowing|clip\.mp4|og:|<video/);
  });

  test('has no picture for anybody', async () => {
    expect((await picture()).status).toBe(401);
  });
});

describe.each(['full', 'player'] as const)('a private share with the preview %s', (linkPreview) => {
  beforeEach(() => web.shares.update(share.id, { linkPreview }));

  test('shows title, description and poster, and nothing that plays', async () => {
    const html = await page();
    expect(html).toContain('<meta property="og:title" content="The &#34;quiet&#34; lake">');
    expect(html).toContain('<meta property="og:description" content="Rowing at dawn">');
    const image = `${web.url}/share/${share.id}/preview.jpg`;
    expect(html).toContain(`<meta property="og:image" content="${image}">`);
    const shown = await fetch(image);
    expect(shown.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(shown.headers.get('cache-control')).toBe('private, max-age=300');
    expect([shown.status, shown.headers.get('content-type'), await shown.text()]).toEqual([
      200,
      'image/jpeg',
      'jpeg',
    ]);
    expect(html).toContain(`href="/login?next=${encodeURIComponent(`/share/${share.id}`)}"`);
    expect(html).not.toMatch(/og:video|twitter:player|<video|\/hls\/|\/media\/|\/download|0:06|KB/);
  });

  test('keeps stream, state and download for members', async () => {
    expect((await get(`/share/${share.id}/state`)).status).toBe(401);
    expect((await get(`/share/${share.id}/download`)).headers.get('location')).toMatch(/^\/login\?next=/);
  });

  test('stops at once when the preview is taken back', async () => {
    expect((await picture()).status).toBe(200);
    expect((await page()).includes('lake')).toBe(true);
    await web.shares.update(share.id, { linkPreview: 'none' });
    expect((await picture()).status).toBe(401);
    expect((await page()).includes('lake')).toBe(false);
  });

  test('in a frame names what is there and still plays nothing', async () => {
    const html = await page('?layout=minimal');
    expect(html).toContain('The &#34;quiet&#34; lake');
    expect(html).not.toMatch(/<video|\/hls\//);
  });
});

describe('a public share', () => {
  test('always has a card, and one that plays where it says so', async () => {
    const html = async () => (await get(`/share/${web.share.id}`)).text();
    expect(await html()).toContain('og:title');
    expect(await html()).not.toMatch(/og:video"|twitter:player/);
    await web.shares.update(web.share.id, { linkPreview: 'player' });
    const embed = `${web.url}/share/${web.share.id}?layout=minimal`;
    expect(await html()).toContain(`<meta name="twitter:player" content="${embed}">`);
    expect(await html()).toContain(`<meta property="og:video" content="${embed}">`);
    expect(await html()).toContain('<meta name="twitter:player:width" content="1920">');
  });
});

test('sign-in says the same of a private link and of one that leads nowhere', async () => {
  const form = async (id: string) => (await get(`/login?next=%2Fshare%2F${id}`)).text();
  await web.auth.setup.redeem((await web.auth.setup.begin())!, {
    username: 'keeper',
    password: 'a password',
  });
  const never = '00000000-0000-4000-8000-000000000000';
  const tidy = (html: string) =>
    html.replace(/name="csrf" value="[^"]+"/, '').replaceAll(/[0-9a-f-]{36}/g, '<id>');
  expect(await form(share.id)).toContain('This link is for members, or it is no longer shared.');
  expect(tidy(await form(share.id))).toBe(tidy(await form(never)));
});
