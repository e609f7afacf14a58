import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../server/base/clock.js';
import type { Generation, MediaFile } from '../../../server/library/model.js';
import type { Share } from '../../../server/share/model.js';
import { createLinks } from '../../../server/web/links.js';
import { viewChapters } from '../../../server/web/pages/chapters-view.js';
import { viewShare, type ShareViewInput } from '../../../server/web/pages/share-view.js';

const links = createLinks({
  signer: { mint: ({ audience }) => `token-${audience}` },
  clock: createFakeClock(),
  settings: { baseUrl: 'https://media.example.org/tv' },
});
const share = { id: 's1', fileId: 'f1', epoch: 1, visibility: 'public', linkPreview: 'none', createdAtMs: 0 };
const file = { id: 'f1', displayName: 'holiday.mp4', mediaType: 'video', sizeBytes: 5e6, state: 'published' };
const generation = {
  id: 'g1',
  info: {
    mediaType: 'video',
    durationSeconds: 60,
    video: { displayWidth: 1080, displayHeight: 1920, frameRate: { num: 30000, den: 1001 } },
    chapters: [],
  },
  plan: {
    renditions: [
      { id: 'src', kind: 'video', method: 'copy' },
      { id: 'v480', kind: 'video', method: 'encode', eager: true },
      { id: 'a0', kind: 'audio', isDefault: false },
      { id: 'a1', kind: 'audio', isDefault: true },
    ],
  },
};

function view(given: {
  share?: Partial<Share>;
  file?: Partial<MediaFile>;
  generation?: object | null;
  condition?: ShareViewInput['state']['condition'];
  query?: ShareViewInput['query'];
  isMember?: boolean;
}) {
  const made = given.generation === null ? {} : { generation: { ...generation, ...given.generation } };
  return viewShare({
    share: { ...share, ...given.share } as Share,
    state: {
      condition: given.condition ?? 'ready',
      file: { ...file, ...given.file } as MediaFile,
      ...(made as { generation?: Generation }),
    },
    choice: { readyRenditionIds: ['src', 'a0'], isComplete: false },
    query: given.query ?? {},
    onPage: links.onPage,
    absolute: links({ protocol: 'http', host: 'localhost' }),
    assetsPath: '/tv/assets/x',
    isMember: given.isMember ?? false,
    usesHlsJs: true,
  });
}

describe('the page of a share', () => {
  test('is named by the share, else by the file', () => {
    expect(view({}).title).toBe('holiday.mp4');
    expect(view({ share: { title: 'The lake' } }).title).toBe('The lake');
  });

  test('loads everything by paths of its own host, and shows others whole addresses', () => {
    const page = view({});
    expect(page.streamPath).toBe('/tv/hls/token-hls/master.m3u8');
    expect(page.posterPath).toBe('/tv/media/token-media/poster.jpg');
    expect(page.card!.imageUrl).toBe('https://media.example.org/tv/media/token-media/poster.jpg');
    expect(page.shareUrl).toBe('https://media.example.org/tv/share/s1');
  });

  test('fetches ahead what the player will ask for first', () => {
    const stream = '/tv/hls/token-hls';
    expect(view({}).preloadMedia).toEqual([
      `${stream}/master.m3u8`,
      `${stream}/src/index.m3u8`,
      `${stream}/a1/index.m3u8`,
      `${stream}/src/init.mp4`,
      `${stream}/a1/init.mp4`,
    ]);
  });

  test('fetches ahead nothing that an encoder would have to be started for', () => {
    const renditions = generation.plan.renditions.slice(1);
    expect(view({ generation: { plan: { renditions } } }).preloadMedia).not.toContain(
      '/tv/hls/token-hls/v480/init.mp4',
    );
  });

  test('begins where the link says, in both spellings, within the file', () => {
    expect(view({ query: { s: '1m1s' } }).startSeconds).toBe(59.5);
    expect(view({ query: { t: '0:30' } })).toMatchObject({ startSeconds: 30, startText: '0:30' });
    expect(view({ query: { s: 'soon' } }).startSeconds).toBe(0);
  });

  test('plays by itself, muted or in a loop only when the link says so', () => {
    expect(view({})).toMatchObject({ isAutoplaying: false, isMuted: false, isLooping: false });
    expect(view({ query: { autoplay: '1', muted: '', loop: 'true' } })).toMatchObject({
      isAutoplaying: true,
      isMuted: true,
      isLooping: true,
    });
    expect(view({ query: { autoplay: '0', muted: 'false', loop: ['1'] } })).toMatchObject({
      isAutoplaying: false,
      isMuted: false,
      isLooping: false,
    });
  });

  test('shows beside the stream what there is for pictures, or for sounds', () => {
    expect(view({})).toMatchObject({
      storyboardPath: '/tv/media/token-media/storyboard.vtt',
      waveformPath: undefined,
      chaptersPath: undefined,
      frameRate: 30000 / 1001,
    });
    const chapters = [
      { startSeconds: 0, endSeconds: 20, title: 'Dawn' },
      { startSeconds: 20, endSeconds: 60, title: '' },
    ];
    const sound = { ...generation.info, mediaType: 'audio', video: undefined, chapters };
    expect(view({ generation: { info: sound } })).toMatchObject({
      storyboardPath: undefined,
      waveformPath: '/tv/media/token-media/waveform.json',
      chaptersPath: '/tv/media/token-media/chapters.vtt',
      chapters: [
        { title: 'Dawn', startText: '0:00', path: '/tv/share/s1?s=0' },
        { title: 'Chapter 2', startText: '0:20', path: '/tv/share/s1?s=20' },
      ],
    });
  });

  test('of a part lists the chapters in it, by its own time, and none beside it', () => {
    const chapters = [
      { startSeconds: 0, endSeconds: 10, title: 'Secret' },
      { startSeconds: 10, endSeconds: 30, title: 'Dawn' },
      { startSeconds: 30, endSeconds: 40, title: '' },
      { startSeconds: 40, endSeconds: 60, title: 'Later' },
    ];
    const part = viewChapters({ chapters }, { startMs: 15_000, endMs: 40_000 }, '/share/s1');
    expect(part.map(({ title, startSeconds }) => [title, startSeconds])).toEqual([
      ['Dawn', 0],
      ['Chapter 2', 15],
    ]);
  });

  test('has the HTML of a frame for other pages, unless it is for members only', () => {
    expect(view({ share: { title: 'Lake "Big"' } }).embedHtml).toBe(
      '<iframe src="https://media.example.org/tv/share/s1?layout=minimal" title="Lake &quot;Big&quot;"' +
        ' style="width:100%;aspect-ratio:1080/1920;border:0"' +
        ' allow="autoplay; fullscreen; picture-in-picture; encrypted-media; clipboard-write"' +
        ' allowfullscreen loading="lazy"></iframe>',
    );
    expect(view({ share: { visibility: 'private' } }).embedHtml).toBeUndefined();
  });

  test('of a sound without a cover has no poster to ask for', () => {
    const info = { mediaType: 'audio', durationSeconds: 60, video: undefined, chapters: [] };
    expect(view({ generation: { info } })).toMatchObject({ isAudio: true, posterPath: undefined });
    expect(view({ generation: { info: { ...info, cover: { index: 1 } } } }).posterPath).toBeDefined();
  });
});

describe('a card for chats and networks', () => {
  test('is on every public page, and offers the player where the share says so', () => {
    expect(view({}).card).toMatchObject({ title: 'holiday.mp4', player: undefined });
    expect(view({ share: { linkPreview: 'full' } }).card).toMatchObject({ player: undefined });
    expect(view({ share: { linkPreview: 'player' } }).card!.player).toEqual({
      url: 'https://media.example.org/tv/share/s1?layout=minimal',
    });
    expect(view({ share: { linkPreview: 'player' } }).card).toMatchObject({
      frame: { width: 1080, height: 1920 },
      image: { width: 720, height: 1280 },
      oembedUrl: 'https://media.example.org/tv/oembed?url=https%3A%2F%2Fmedia.example.org%2Ftv%2Fshare%2Fs1',
    });
  });

  test('shows the beginning as a film where the share lets chats have it', () => {
    expect(view({}).card!.film).toBeUndefined();
    const film = {
      url: 'https://media.example.org/tv/media/token-media/unfurl.mp4',
      width: 360,
      height: 640,
    };
    expect(view({ share: { linkPreview: 'full' } }).card!.film).toEqual(film);
    expect(view({ share: { linkPreview: 'player' } }).card!.film).toEqual(film);
    expect(view({ share: { linkPreview: 'player', isStreamOnly: true } }).card!.film).toBeUndefined();
  });

  test("is not on a member's page of a private share, which says whom it is for", () => {
    const page = view({ share: { visibility: 'private', linkPreview: 'player' } });
    expect(page.card).toBeUndefined();
    expect(page.facts).toContain('members only');
    expect(page.livesMs).toBeGreaterThanOrEqual(12 * 3600 * 1000);
    expect(view({}).livesMs).toBeUndefined();
  });
});

describe('a share that cannot be played', () => {
  const broken = { state: 'failed', error: 'The file ends early.', errorDetail: 'moov atom' } as const;

  test('tells a visitor nothing of the reason', () => {
    const page = view({ condition: 'failed', generation: null, file: broken });
    expect(JSON.stringify(page)).not.toContain('ends early');
    expect(page).toMatchObject({ state: 'failed', streamPath: undefined, downloadPath: undefined });
  });

  test('tells a member why', () => {
    const page = view({ condition: 'failed', generation: null, file: broken, isMember: true });
    expect(page).toMatchObject({ reason: 'The file ends early.', reasonDetail: 'moov atom' });
  });
});
