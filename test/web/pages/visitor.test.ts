import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWeb, type TestWeb } from '../../support/web.js';

let web: TestWeb;
beforeAll(async () => {
  web = await startWeb();
});
afterAll(() => web.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(web.url + path, { headers, redirect: 'manual' });

describe('a share page', () => {
  test('shows the player with its poster and a way to download, and sets no cookie', async () => {
    const response = await get(`/share/${web.share.id}?s=2.5`);
    expect(response.status).toBe(200);
    expect(response.headers.get('set-cookie')).toBeNull();
    const html = await response.text();
    expect(html).toMatch(/<video[^>]+poster="\/media\/[\w-]+\/poster.jpg"[^>]+data-start="2.5"/s);
    expect(html).toMatch(/<source src="\/hls\/[\w-]+\/master.m3u8" type="application\/vnd.apple.mpegurl">/);
    expect(html).toContain(`href="/share/${web.share.id}/download"`);
  });

  test('tells link previews what it is, in whole addresses', async () => {
    const html = await (await get(`/share/${web.share.id}`)).text();
    expect(html).toContain('<meta property="og:title" content="clip.mp4">');
    expect(html).toContain(`<meta property="og:url" content="${web.url}/share/${web.share.id}">`);
    const image = /og:image" content="([^"]+)"/.exec(html)![1]!;
    expect(image.startsWith(web.url)).toBe(true);
    expect((await fetch(image)).status).toBe(200);
    expect(html).toContain('<meta name="robots" content="noindex">');
  });

  test('may run only our scripts and stand only in our frames', async () => {
    const { headers } = await get(`/share/${web.share.id}`);
    const policy = headers.get('content-security-policy')!;
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'self'");
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  test('as the player alone may stand in any frame', async () => {
    const response = await get(`/share/${web.share.id}?layout=minimal`);
    expect(response.headers.get('content-security-policy')).toContain('frame-ancestors *');
    expect(response.headers.get('x-frame-options')).toBeNull();
    expect(await response.text()).not.toContain('Download</a>');
  });

  test('prints what people wrote as text, whatever they wrote', async () => {
    const { file } = await web.addFile('hostile.mp4', Buffer.from('x'));
    const title = `"><script>alert(1)</script>&amp;'`;
    const share = await web.shares.create({ fileId: file.id, title, description: '</p><img src=x>' });
    const html = await (await get(`/share/${share.id}`)).text();
    expect(html).not.toContain('<script>alert');
    expect(html).not.toContain('<img src=x>');
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;&#39;');
  });

  test('leads to the download by a link that stays good', async () => {
    const response = await get(`/share/${web.share.id}/download`);
    expect(response.status).toBe(302);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const file = await fetch(new URL(response.headers.get('location')!, web.url));
    expect((await file.arrayBuffer()).byteLength).toBe(300_000);
    expect(file.headers.get('content-disposition')).toContain('clip.mp4');
  });

  test('tells its script which renditions cost no waiting', async () => {
    const response = await get(`/share/${web.share.id}/state`);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({
      state: 'ready',
      stream: expect.stringMatching(/^\/hls\/[\w-]+\/master\.m3u8$/),
      generation: expect.stringMatching(/^[\w-]{22}$/),
      readyRenditionIds: [],
      isComplete: false,
    });
  });
});

test('everything is under the path prefix of BASE_URL', async () => {
  const prefixed = await startWeb({ env: { BASE_URL: 'https://media.example.org/tv' } });
  try {
    const html = await (await fetch(`${prefixed.url}/tv/share/${prefixed.share.id}`)).text();
    expect(html).toContain(`content="https://media.example.org/tv/share/${prefixed.share.id}"`);
    const paths = [...html.matchAll(/(?:href|src|poster|data-stream|data-state)="(\/[^"]+)"/g)];
    expect(paths.length).toBeGreaterThan(8);
    for (const [, path] of paths) {
      expect(path).toMatch(/^\/tv\//);
      expect((await fetch(prefixed.url + path)).status, path).toBe(200);
    }
    const library = await fetch(`${prefixed.url}/tv/`, { redirect: 'manual' });
    expect(library.headers.get('location')).toBe('/tv/login');
  } finally {
    await prefixed.close();
  }
});

describe('a share whose file is not there', () => {
  test('waits while the file is being prepared', async () => {
    const file = await admit('early.mp4');
    const share = await web.shares.create({ fileId: file.id });
    const response = await get(`/share/${share.id}`);
    expect(response.status).toBe(200);
    const html = await response.text();
    expect(html).toContain('Almost ready');
    expect(html).toContain(`data-state="/share/${share.id}/state"`);
    expect(await (await get(`/share/${share.id}/state`)).json()).toEqual({ state: 'preparing' });
    expect((await get(`/share/${share.id}/download`)).status).toBe(404);
  });

  test('says that it cannot be played, and to visitors no more', async () => {
    const file = await admit('broken.mp4');
    const share = await web.shares.create({ fileId: file.id });
    await web.library.fail(file.id, 'The file ends early.', 'moov atom not found');
    const html = await (await get(`/share/${share.id}`)).text();
    expect(html).toContain('This cannot be played');
    expect(html).not.toMatch(/ends early|moov atom/);
  });

  test('says that the original is away', async () => {
    const { file } = await web.addFile('away.mp4', Buffer.from('x'));
    const share = await web.shares.create({ fileId: file.id });
    await rm(join(web.mediaDir, 'away.mp4'));
    expect(await (await get(`/share/${share.id}`)).text()).toContain('Away at the moment');
    expect(await (await get(`/share/${share.id}/state`)).json()).toMatchObject({ state: 'missing' });
  });
});

describe('an address that leads nowhere', () => {
  test.each(['/nothing', '/share/', '/share/nothing', `/share/${'0'.repeat(10_000)}`, '/files/x/share'])(
    '%.30s gets a clean page',
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(404);
      const html = await response.text();
      expect(html).toContain('Nothing here');
      expect(html).not.toMatch(/at .*\.ts|node_modules/);
    },
  );

  test('looks the same for a share that is gone and one that never was', async () => {
    const { file } = await web.addFile('gone.mp4', Buffer.from('x'));
    const share = await web.shares.create({ fileId: file.id });
    await web.shares.remove(share.id);
    const never = '00000000-0000-4000-8000-000000000000';
    for (const id of [share.id, never]) {
      const answer = await get(`/share/${id}`);
      expect([answer.status, answer.headers.get('location')]).toEqual([303, `/login?next=%2Fshare%2F${id}`]);
    }
  });

  test('in a frame gets a page that may stand there', async () => {
    const response = await get('/share/nothing?layout=minimal');
    expect(response.headers.get('content-security-policy')).toContain('frame-ancestors *');
  });

  test('answers a script in JSON', async () => {
    const response = await get('/share/nothing/state', { accept: 'application/json' });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: expect.stringContaining('Nothing here') });
  });
});

async function admit(path: string) {
  const { file } = await web.addFile(path, Buffer.from(path));
  await web.library.remove(file.id);
  const { device, inode, sizeBytes, mtimeMs } = file;
  const [admitted] = await web.library.admit([{ path, signature: { device, inode, sizeBytes, mtimeMs } }]);
  return admitted!;
}
