/** Links that end by time, by views or by a new link; streams that may not be saved; sites that may embed. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Share, ShareDraft } from '../../server/share/model.js';
import { openPrivateWorld, type PrivateWorld } from '../support/private.js';

let world: PrivateWorld;
let web: PrivateWorld['web'];
let ask: PrivateWorld['ask'];
beforeAll(async () => {
  world = await openPrivateWorld();
  ({ web, ask } = world);
});
afterAll(() => web.close());

let made = 0;
async function shareFile(draft: Partial<ShareDraft>) {
  const { file } = await web.addFile(`ending-${++made}.mp4`, randomBytes(2000));
  return web.shares.create({ fileId: file.id, title: 'quiet lake', ...draft });
}

const CURL = { 'user-agent': 'VLC/3.0' };

async function opened(share: Share) {
  const page = await ask(`/share/${share.id}`);
  const stream = /data-stream="([^"]+)"/.exec(page.body)![1]!;
  const poster = /poster="([^"]+)"/.exec(page.body)![1]!;
  const download = String((await ask(`/share/${share.id}/download`)).headers['location']);
  return { stream, poster, download, folder: stream.replace('/master.m3u8', '') };
}

/** Half of its six seconds. */
async function watch(folder: string) {
  for (const part of ['v480/0.m4s', 'a0/0.m4s', 'v480/1.m4s', 'a0/1.m4s']) {
    expect((await ask(`${folder}/${part}`, CURL)).status, part).toBe(200);
  }
}

async function expectEnded(share: Share, addresses: string[]) {
  for (const layout of ['', '?layout=minimal']) {
    const page = await ask(`/share/${share.id}${layout}`);
    expect(page.status).toBe(404);
    expect(page.body).toContain('No longer available');
    expect(JSON.stringify(page)).not.toMatch(/quiet lake|expired|used up|\/(hls|media|download)\//);
  }
  for (const path of ['/state', '/download', '/preview.jpg']) {
    const answer = await ask(`/share/${share.id}${path}`);
    expect(answer.status, path).toBe(404);
    expect(JSON.stringify(answer), path).not.toMatch(/quiet lake|\/(hls|media|download)\//);
  }
  for (const address of addresses) expect((await ask(address)).status, address).toBe(404);
}

describe('a link with an end', () => {
  test('opens nothing from then on, to no address that was handed out before', async () => {
    const share = await shareFile({ expiresAtMs: world.clock.now() + 60_000 });
    const { stream, poster, download, folder } = await opened(share);
    const addresses = [stream, poster, download, `${folder}/v480/0.m4s`, `${folder}/v480/init.mp4`];
    for (const address of addresses) expect((await ask(address)).status, address).toBe(200);
    await world.clock.advance(60_000);
    await expectEnded(share, addresses);
  });

  test('tells members why, and that it can be changed', async () => {
    const share = await shareFile({ expiresAtMs: world.clock.now() + 1000 });
    await world.clock.advance(1000);
    const { body } = await ask(`/share/${share.id}`, { cookie: world.member });
    expect(body).toContain('The link expired on');
    expect(body).toContain(`href="/shares/${share.id}"`);
  });

  test('of a private share is as unknown to strangers as before', async () => {
    const share = await shareFile({
      visibility: 'private',
      linkPreview: 'full',
      expiresAtMs: world.clock.now() + 1000,
    });
    expect((await ask(`/share/${share.id}`)).body).toContain('quiet lake');
    await world.clock.advance(1000);
    const answer = await ask(`/share/${share.id}`);
    expect([answer.status, answer.headers['location']]).toEqual([303, `/login?next=%2Fshare%2F${share.id}`]);
  });

  test('opens again when its owner gives it more time', async () => {
    const share = await shareFile({ expiresAtMs: world.clock.now() + 1000 });
    const { stream } = await opened(share);
    await world.clock.advance(1000);
    expect((await ask(stream)).status).toBe(404);
    await web.shares.update(share.id, { expiresAtMs: world.clock.now() + 1000 });
    expect((await ask(stream)).status).toBe(200);
  });
});

describe('a link for few views', () => {
  test('lies in no shared cache, and its addresses are not for good', async () => {
    const share = await shareFile({ maxViews: 5 });
    const { stream } = await opened(share);
    expect((await ask(stream)).headers['cache-control']).toMatch(/^private/);
    const { generationId } = (await web.library.get(share.fileId))!;
    const forGood = web.token('hls', { subjectId: share.id, generationId: generationId! });
    expect((await ask(`/hls/${forGood}/master.m3u8`)).status).toBe(404);
  });

  test('ends with the last of them; who had it may go on, from the same address only', async () => {
    const share = await shareFile({ maxViews: 1 });
    const { stream, poster, folder } = await opened(share);
    await watch(folder);
    expect((await ask(`${folder}/v480/2.m4s`, { 'user-agent': 'its page' })).status).toBe(200);
    expect((await ask(`/share/${share.id}`)).status).toBe(200);
    await web.shares.close(); // The numbers are in the database: nothing depends on when they are written.
    expect((await ask(`${folder}/v480/3.m4s`)).status).toBe(200);
    await world.clock.advance(13 * 3600_000);
    await expectEnded(share, [stream, poster, `${folder}/v480/3.m4s`]);
  });

  test('counts a download, and neither looks at headers nor playlists', async () => {
    const share = await shareFile({ maxViews: 2 });
    const { stream, download, folder } = await opened(share);
    await ask(stream);
    await ask(`${folder}/v480/index.m3u8`);
    await ask(download, {}, 'HEAD');
    for (let n = 0; n < 4; n++) await ask(`${folder}/v480/${n}.m4s`, {}, 'HEAD');
    expect(web.shares.plays.viewsOf(share)).toBe(0);
    await ask(download, { range: 'bytes=0-9' });
    await ask(download, { range: 'bytes=10-19' });
    expect(web.shares.plays.viewsOf(share)).toBe(1);
  });
});

test('plays by other players are counted where nothing limits them, and looks at a page are not', async () => {
  const share = await shareFile({});
  const { folder } = await opened(share);
  const browser = { 'user-agent': 'Mozilla/5.0 (X11) Firefox/140.0' };
  for (let n = 0; n < 4; n++) await ask(`${folder}/v480/${n}.m4s`, browser);
  expect(web.shares.plays.viewsOf(share)).toBe(0);
  await watch(folder);
  expect(web.shares.plays.viewsOf(share)).toBe(1);
  const elsewhere = { ...browser, origin: 'https://example.org' };
  for (let n = 0; n < 4; n++) await ask(`${folder}/a0/${n}.m4s`, elsewhere);
  for (let n = 0; n < 4; n++) await ask(`${folder}/v480/${n}.m4s`, elsewhere);
  expect(web.shares.plays.viewsOf(share)).toBe(2);
});

describe('a share that may only be streamed', () => {
  test('offers no download, and answers none that was offered before', async () => {
    const share = await shareFile({});
    const { download, stream, poster } = await opened(share);
    const forChats = poster.replace('poster.jpg', 'unfurl.mp4');
    expect((await ask(forChats)).status).toBe(200);
    await web.shares.update(share.id, { isStreamOnly: true });
    expect((await ask(forChats)).status).toBe(404);
    expect((await ask(poster)).status).toBe(200);
    expect((await ask(download)).status).toBe(404);
    expect((await ask(`/share/${share.id}/download`)).status).toBe(404);
    expect((await ask(`/share/${share.id}`)).body).not.toMatch(/Download/);
    expect((await ask(stream)).status).toBe(200);
    const api = await ask(`/v1/share/${share.id}`, { authorization: `Bearer ${web.apiKey}` });
    expect(JSON.parse(api.body)).toMatchObject({ downloadable: false, stream_url: expect.any(String) });
    expect(api.body).not.toContain('media_download_url');
  });
});

describe('the sites that may embed a share', () => {
  const policyOf = async (share: Share, search: string) => {
    const { headers } = await ask(`/share/${share.id}${search}`);
    const ancestors = /frame-ancestors ([^;]*)/.exec(String(headers['content-security-policy']))![1];
    return [ancestors, headers['x-frame-options']];
  };

  test('are all, until they are named; a whole page is framed by none', async () => {
    const share = await shareFile({});
    expect(await policyOf(share, '?layout=minimal')).toEqual(['*', undefined]);
    await web.shares.update(share.id, { allowedOrigins: ['https://a.example', 'https://*.b.example'] });
    expect(await policyOf(share, '?layout=minimal')).toEqual([
      "'self' https://a.example https://*.b.example",
      undefined,
    ]);
    expect(await policyOf(share, '')).toEqual(["'self'", 'SAMEORIGIN']);
    await web.shares.update(share.id, { allowedOrigins: [] });
    expect(await policyOf(share, '?layout=minimal')).toEqual(["'self'", 'SAMEORIGIN']);
  });

  test('hold for its other pages too', async () => {
    const locked = await shareFile({ password: 'x', allowedOrigins: ['https://a.example'] });
    expect(await policyOf(locked, '?layout=minimal')).toEqual(["'self' https://a.example", undefined]);
    const ended = await shareFile({
      expiresAtMs: world.clock.now() + 1,
      allowedOrigins: ['https://a.example'],
    });
    await world.clock.advance(1);
    expect(await policyOf(ended, '?layout=minimal')).toEqual(["'self' https://a.example", undefined]);
  });
});

test('a link that was issued anew opens nothing under its old address', async () => {
  const share = await shareFile({});
  const { stream, poster, download } = await opened(share);
  const next = await web.shares.reissue(share.id);
  for (const address of [stream, poster, download]) expect((await ask(address)).status).toBe(404);
  expect((await ask(`/share/${share.id}`)).status).toBe(303);
  expect((await ask(`/share/${share.id}`, { cookie: world.member })).status).toBe(404);
  expect((await ask(`/share/${next.id}`)).body).toContain('quiet lake');
});
