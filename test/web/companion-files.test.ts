/** What accompanies a stream in a player, as files under a token. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../server/base/clock.js';
import { createLinks } from '../../server/web/links.js';
import { startWeb, type TestWeb } from '../support/web.js';

let web: TestWeb;
beforeAll(async () => {
  web = await startWeb();
});
afterAll(() => web.close());

const links = () =>
  createLinks({ signer: web.signer, clock: systemClock, settings: { baseUrl: undefined } }).onPage;
const get = (path: string | undefined, init: RequestInit = {}) => fetch(web.url + path!, init);

test.each([
  ['storyboard.jpg', 'image/jpeg', 'storyboard.jpg of all'],
  ['waveform.json', 'application/json', 'waveform.json of all'],
] as const)('%s is handed out to the share and to the preview of its file', async (name, type, text) => {
  const { share, file, generation } = web;
  for (const url of [links().mediaUrl(share, generation.id, name), links().previewMediaUrl(file, name)]) {
    const res = await get(url);
    expect(res.status).toBe(200);
    expect(await res.text()).toBe(text);
    expect(Object.fromEntries(res.headers)).toMatchObject({
      'content-type': type,
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
    });
    const again = await get(url, { headers: { 'if-none-match': res.headers.get('etag')! } });
    expect(again.status).toBe(304);
  }
});

test('the track of a storyboard names the sheet that lies beside it', async () => {
  const url = links().mediaUrl(web.share, web.generation.id, 'storyboard.vtt');
  const res = await get(url);
  expect(res.headers.get('content-type')).toBe('text/vtt; charset=utf-8');
  const text = await res.text();
  const [sheet] = /storyboard\.jpg(?=#xywh=0,0,160,90$)/m.exec(text)!;
  expect((await get(url.replace(/[^/]+$/, sheet))).status).toBe(200);
});

test('the beginning for chats is fetched in parts, and only of what is shared with everybody', async () => {
  const { share, file, generation } = web;
  const url = links().mediaUrl(share, generation.id, 'unfurl.mp4');
  const whole = await get(url, { method: 'HEAD' });
  expect(whole.headers.get('content-type')).toBe('video/mp4');
  expect(whole.headers.get('content-length')).toBe(String('unfurl.mp4 of all'.length));
  const part = await get(url, { headers: { range: 'bytes=0-5' } });
  expect([part.status, await part.text()]).toEqual([206, 'unfurl']);

  const hidden = await web.shares.create({ fileId: file.id, visibility: 'private' });
  expect((await get(links().mediaUrl(hidden, generation.id, 'storyboard.jpg'))).status).toBe(200);
  expect((await get(links().mediaUrl(hidden, generation.id, 'unfurl.mp4'))).status).toBe(404);
  expect((await get(links().previewMediaUrl(file, 'unfurl.mp4'))).status).toBe(404);
});

test('what a file does not have is not found', async () => {
  const { share, generation } = web;
  expect((await get(links().mediaUrl(share, generation.id, 'chapters.vtt'))).status).toBe(404);
  web.engine.companion = () => Promise.resolve(undefined);
  const song = await web.addFile('other.mp4', Buffer.from('x'));
  expect((await get(links().previewMediaUrl(song.file, 'storyboard.jpg'))).status).toBe(404);
  expect((await get(links().previewMediaUrl(song.file, 'waveform.json'))).status).toBe(404);
});
