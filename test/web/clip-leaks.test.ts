/** With a clip's token there is the clip, and nothing else of the file: whatever is tried, by whoever holds it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFakeClock, type FakeClock } from '../../server/base/clock.js';
import { layoutClip } from '../../server/media/clip/index.js';
import type { Share } from '../../server/share/index.js';
import type { Audience } from '../../server/sign/index.js';
import { cutClips } from '../support/hall.js';
import { plan, videoInfo } from '../support/some-film.js';
import { clipBytes, SEGMENTS, startWeb, type TestWeb } from '../support/web.js';

/** Neither edge on the grid: a head, segments of the parent, a tail. */
const CLIP = { startMs: 1500, endMs: 4500 };
const NAME = 'secret harbour.mp4';

let web: TestWeb;
let clock: FakeClock;
let fileId: string;
let generationId: string;
let hidden: Share;
let open: Share;
/** Of the whole file, public: its instant windows are asked for. */
let whole: Share;

beforeAll(async () => {
  clock = createFakeClock();
  web = await startWeb({ clock });
  const { file, generation } = await web.addFile(NAME, Buffer.alloc(5000, 'the original'), [
    { startSeconds: 0, endSeconds: 1.5, title: 'At the harbour' },
    { startSeconds: 1.5, endSeconds: 4.5, title: 'Middle' },
    { startSeconds: 4.5, endSeconds: 6, title: 'Back at the harbour' },
  ]);
  [fileId, generationId] = [file.id, generation.id];
  const { clips } = await cutClips({ cuts: web.clips }, fileId, [[1.5, 4.5]]);
  open = await web.shares.create({ fileId, segmentId: clips[0]!.id });
  hidden = await web.shares.create({ fileId, segmentId: clips[0]!.id, visibility: 'private' });
  whole = await web.shares.create({ fileId });
});
afterAll(() => web.close());

const layout = layoutClip(plan, videoInfo(5000), CLIP);
const piecesOf = (id: string) => {
  const track = layout.renditions.find((one) => one.id === id);
  return track && track.kind !== 'subtitles' ? track.pieces.length : 0;
};

function token(share: Share, audience: Audience, clip: { startMs: number; endMs: number } | undefined) {
  return web.token(audience, {
    ...{ subjectId: share.id, epoch: share.epoch, generationId },
    expiresAt: share.visibility === 'public' ? 0 : Math.floor(clock.now() / 1000) + 3600,
    ...(clip ? { clip } : {}),
  });
}

async function get(path: string, headers: Record<string, string> = {}) {
  const res = await fetch(web.url + path, { headers });
  return { status: res.status, body: Buffer.from(await res.arrayBuffer()), headers: res.headers };
}

describe.each([
  ['public share', () => open],
  ['private share', () => hidden],
  ['window of a share of the whole', () => whole],
])('a clip of a %s', (_what, shareOf) => {
  const path = (audience: Audience, rest: string) =>
    `/${audience}/${token(shareOf(), audience, CLIP)}/${rest}`;

  test('has its own pieces under every number that it has, and nothing under any other of the file', async () => {
    let tried = 0;
    for (const { id } of plan.renditions) {
      for (let n = 0; n <= SEGMENTS + piecesOf(id) + 5; n++) {
        const { status, body } = await get(path('hls', `${id}/${n}.m4s`));
        if (n < piecesOf(id)) expect(body).toEqual(clipBytes(CLIP, id, n));
        expect(status, `${id}/${n}`).toBe(n < piecesOf(id) ? 200 : 404);
        tried++;
      }
    }
    expect(tried).toBeGreaterThan(SEGMENTS * plan.renditions.length);
    expect(web.engine.segmentsAsked).toBe(0);
  });

  test('has no initialisation section, rendition or captions but its own', async () => {
    const there: string[] = [];
    const ids = [...plan.renditions.map(({ id }) => id), 'src', 'v1080', 'a1', 's1'];
    for (const id of ids) {
      for (const name of ['index.m3u8', 'init.mp4', 'head.mp4', 'tail.mp4', '0.vtt']) {
        const { status, body } = await get(path('hls', `${id}/${name}`));
        if (status !== 200) continue;
        there.push(`${id}/${name}`);
        if (!name.endsWith('m3u8')) expect(body.toString()).toContain(`of clip of ${id}`);
      }
    }
    expect(there).toEqual([
      'v480/index.m3u8',
      'v480/init.mp4',
      'a0/index.m3u8',
      'a0/init.mp4',
      's0/index.m3u8',
      's0/0.vtt',
    ]);
  });

  test('has the poster and the download of the clip, by range too, and no picture of another moment', async () => {
    expect((await get(path('media', 'poster.jpg'))).body).toEqual(clipBytes(CLIP, 'poster', 0));
    expect((await get(path('media', 'frame.jpg'))).status).toBe(404);
    const bytes = clipBytes(CLIP, 'file', 0);
    const file = await get(path('download', 'x.mp4'));
    expect([file.status, file.body]).toEqual([200, bytes]);
    for (const [range, part] of [
      ['bytes=0-99', bytes.subarray(0, 100)],
      ['bytes=950-', bytes.subarray(950)],
      ['bytes=-7', bytes.subarray(993)],
    ] as const) {
      const answer = await get(path('download', 'x.mp4'), { range });
      expect([answer.status, answer.body], range).toEqual([206, part]);
    }
    expect((await get(path('download', 'x.mp4'), { range: 'bytes=4000-' })).status).toBe(416);
  });

  test('has the storyboard and the waveform of the clip, and tracks that know no other time', async () => {
    for (const name of ['storyboard.jpg', 'waveform.json']) {
      expect((await get(path('media', name))).body.toString()).toBe(`${name} of 1500-4500`);
    }
    const tiles = (await get(path('media', 'storyboard.vtt'))).body.toString();
    expect(tiles.match(/.*-->.*/g)?.at(-1)).toMatch(/ --> 00:00:03\.000$/);
    const chapters = (await get(path('media', 'chapters.vtt'))).body.toString();
    expect(chapters).toBe('WEBVTT\n\n00:00:00.000 --> 00:00:03.000\nMiddle\n');
    const unfurl = await get(path('media', 'unfurl.mp4'));
    if (shareOf().visibility === 'private') expect(unfurl.status).toBe(404);
    else expect(unfurl.body.toString()).toBe('unfurl.mp4 of 1500-4500');
  });

  test('is told by no address, header or playlist from where in which file it is', async () => {
    const rests: [Audience, string][] = [
      ['hls', 'master.m3u8'],
      ['hls', 'v480/index.m3u8'],
      ['hls', 'a0/index.m3u8'],
      ['hls', 's0/index.m3u8'],
      ['media', 'poster.jpg'],
      ['media', 'storyboard.vtt'],
      ['media', 'waveform.json'],
      ['download', 'x.mp4'],
    ];
    for (const [audience, rest] of rests) {
      const { status, body, headers } = await get(path(audience, rest));
      expect(status).toBe(200);
      const told = JSON.stringify([...headers]) + (rest.endsWith('m3u8') ? body.toString() : '');
      for (const secret of ['harbour', fileId, generationId, '4500', 'Last-Modified', 'last-modified']) {
        expect(told, `${rest}: ${secret}`).not.toContain(secret);
      }
    }
  });
});

describe.each([
  ['public', () => open],
  ['private', () => hidden],
])('a %s share of a clip', (_what, shareOf) => {
  test.each([
    ['without bounds', undefined],
    ['a millisecond earlier', { startMs: 1499, endMs: 4500 }],
    ['a millisecond longer', { startMs: 1500, endMs: 4501 }],
    ['elsewhere', { startMs: 0, endMs: 1000 }],
    ['of the whole', { startMs: 0, endMs: 6000 }],
  ])('opens nothing with a token %s', async (_why, clip) => {
    for (const [audience, rest] of [
      ['hls', 'master.m3u8'],
      ['hls', 'v480/0.m4s'],
      ['hls', 'a0/init.mp4'],
      ['media', 'poster.jpg'],
      ['media', 'frame.jpg'],
      ['media', 'storyboard.vtt'],
      ['media', 'storyboard.jpg'],
      ['media', 'waveform.json'],
      ['media', 'chapters.vtt'],
      ['media', 'unfurl.mp4'],
      ['download', 'x.mp4'],
    ] as const) {
      expect((await get(`/${audience}/${token(shareOf(), audience, clip)}/${rest}`)).status).toBe(404);
    }
  });

  test('opens a part of the clip with a token for that', async () => {
    const inner = { startMs: 2000, endMs: 3000 };
    const { status, body } = await get(`/hls/${token(shareOf(), 'hls', inner)}/v480/0.m4s`);
    expect([status, body]).toEqual([200, clipBytes(inner, 'v480', 0)]);
  });
});

test('the page of a clip names neither its file nor its size, and lasts as long as the clip', async () => {
  const page = (await get(`/share/${open.id}?s=2`)).body.toString();
  const bare = (await get(`/share/${open.id}?s=99&layout=minimal`)).body.toString();
  for (const html of [page, bare]) {
    for (const secret of ['harbour', fileId, generationId, '5.0 KB']) expect(html).not.toContain(secret);
    expect(html).toContain('aria-label="Clip"');
  }
  expect(page).toContain('<p class="soft">0:03</p>');
  expect(page).toContain('data-start="2"');
  expect(bare).toContain('data-start="2.5"');
  const stream = /data-stream="([^"]+)"/.exec(page)![1]!;
  expect((await get(stream)).status).toBe(200);
  expect((await get(stream.replace('master.m3u8', 'v480/0.m4s'))).body).toEqual(clipBytes(CLIP, 'v480', 0));
  const preloads = [...page.matchAll(/<link[^>]+href="(\/hls\/[^"]+)"/g)].map((match) => match[1]!);
  expect(preloads.length).toBeGreaterThan(2);
  for (const path of preloads) expect((await get(path)).status, path).toBe(200);
  const poster = /poster="([^"]+)"/.exec(page)![1]!;
  expect((await get(poster)).body).toEqual(clipBytes(CLIP, 'poster', 0));
  const download = await fetch(`${web.url}/share/${open.id}/download`);
  expect(Buffer.from(await download.arrayBuffer())).toEqual(clipBytes(CLIP, 'file', 0));
  expect(download.headers.get('content-disposition')).toContain('filename="Clip.mp4"');
  const state = JSON.parse((await get(`/share/${open.id}/state`)).body.toString());
  for (const secret of [fileId, generationId]) expect(JSON.stringify(state)).not.toContain(secret);
  expect(page).toContain(`data-generation="${state.generation}"`);
  expect((await get(state.stream.replace('master.m3u8', `v480/${SEGMENTS + 9}.m4s`))).status).toBe(404);
});

test('the preview of a private clip is the picture of the clip', async () => {
  await web.shares.update(hidden.id, { linkPreview: 'full' });
  const { body } = await get(`/share/${hidden.id}/preview.jpg`);
  expect(body).toEqual(clipBytes(CLIP, 'poster', 0));
  const page = (await get(`/share/${hidden.id}`)).body.toString();
  expect(page).not.toContain('harbour');
});
