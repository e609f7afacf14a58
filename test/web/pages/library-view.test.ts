import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../server/base/clock.js';
import type { MediaFile } from '../../../server/library/model.js';
import type { Progress } from '../../../server/render/model.js';
import type { Share } from '../../../server/share/model.js';
import { createLinks } from '../../../server/web/links.js';
import type { Row } from '../../../server/web/pages/file-row.js';
import { readLibraryQuery } from '../../../server/web/pages/library-query.js';
import { viewLibrary, type LibraryViewInput } from '../../../server/web/pages/library-view.js';

const links = createLinks({
  signer: { mint: () => 'token' },
  clock: createFakeClock(),
  settings: { baseUrl: 'https://media.example.org/tv' },
});
const file = {
  id: 'f1',
  path: 'trips/lake.mp4',
  displayName: 'lake.mp4',
  mediaType: 'video',
  state: 'published',
  generationId: 'g1',
  sizeBytes: 5_200_000,
  durationSeconds: 83,
};

function view(more: Partial<LibraryViewInput> = {}) {
  return viewLibrary({
    query: readLibraryQuery({}),
    rows: [],
    keys: {},
    folders: [],
    total: more.rows?.length ?? 0,
    failedTotal: 0,
    removedTotal: 0,
    layout: 'grid',
    news: {},
    isAdmin: true,
    mediaDir: '/media',
    onPage: links.onPage,
    absolute: links({ protocol: 'http', host: 'localhost' }),
    assetsPath: '/tv/assets/x',
    ...more,
  });
}
function row(more: Partial<MediaFile>, progress?: Progress, share?: Share) {
  const shares = share ? [share] : [];
  const given: Row = { file: { ...file, ...more } as MediaFile, progress, shares, hasPoster: true };
  return view({ rows: [given] }).files[0]!;
}

describe('a row of the library', () => {
  test('names the file, its length, size and folder', () => {
    expect(row({})).toMatchObject({
      name: 'lake.mp4',
      durationText: '1:23',
      facts: '5.2 MB · trips',
      posterPath: '/tv/media/token/poster.jpg',
      status: 'ready',
    });
  });

  test.each([
    [{ state: 'pending', generationId: undefined }, 'waiting'],
    [{ state: 'processing' }, 'preparing'],
    [{ state: 'published', goneAtMs: 1 }, 'missing'],
    [{ state: 'failed', error: 'Not media.' }, 'failed'],
  ] as const)('of %j is %s', (given, status) => {
    expect(row(given as Partial<MediaFile>).status).toBe(status);
  });

  test('says why a file failed and does not offer to share it', () => {
    expect(row({ state: 'failed', error: 'Not media.' })).toMatchObject({
      error: 'Not media.',
      canShare: false,
    });
  });

  test('shows how far the other qualities are, and never all before it is done', () => {
    expect(row({}, { state: 'rendering', fraction: 0.9999, secondsLeft: 3 })).toMatchObject({
      percent: 99,
      progressText: 'Making other qualities: 99 %, a few seconds left',
    });
    expect(row({}, { state: 'waiting', fraction: 0 }).progressText).toBe('Making other qualities: 0 %');
    expect(row({}, { state: 'complete', fraction: 1 })).not.toHaveProperty('percent');
    expect(row({}, { state: 'paused', fraction: 0.5, reason: 'The disk is full.' }).progressText).toBe(
      'Paused: The disk is full.',
    );
  });

  test('shows the link of a file that is shared', () => {
    const share = { id: 's1', visibility: 'private' } as Share;
    expect(row({}, undefined, share)).toMatchObject({
      links: [
        {
          audience: 'For members',
          url: 'https://media.example.org/tv/share/s1',
          path: '/tv/share/s1',
          editPath: '/tv/shares/s1',
          stopAction: '/tv/shares/s1/stop',
        },
      ],
    });
  });

  test('offers the links that it has not: one for everybody first', () => {
    const offersOf = (share?: Share) => row({}, undefined, share).offers.map(({ visibility }) => visibility);
    expect(offersOf()).toEqual(['public', 'private']);
    expect(offersOf({ id: 's1', visibility: 'public' } as Share)).toEqual(['private']);
    expect(offersOf({ id: 's1', visibility: 'private' } as Share)).toEqual(['public']);
  });

  test('has a version that changes with what it shows', () => {
    const at = (fraction: number) => row({}, { state: 'rendering', fraction }).version;
    expect(at(0.501)).toBe(at(0.509));
    expect(at(0.5)).not.toBe(at(0.6));
  });
});

describe('the library page', () => {
  test('of one page has no way on', () => {
    expect(view()).toMatchObject({ previousPath: undefined, nextPath: undefined, herePath: '/' });
  });

  test('of many pages leads to the neighbours, with all that was asked for', () => {
    const query = readLibraryQuery({ folder: 'trips/2024', order: 'name', all: '1' });
    const shown = view({ query, keys: { before: ['a.mp4', 'f1'], after: ['z.mp4', 'f2'] } });
    const asked = (path: string | undefined) =>
      readLibraryQuery(Object.fromEntries(new URL(path!, 'http://x').searchParams));
    expect(shown.nextPath).toMatch(/^\/tv\/\?/);
    expect(asked(shown.nextPath)).toEqual({
      ...query,
      from: { key: ['z.mp4', 'f2'], isBackwards: false },
    });
    expect(asked(shown.previousPath).from).toEqual({ key: ['a.mp4', 'f1'], isBackwards: true });
  });

  test('leads up and down through the folders', () => {
    const shown = view({ query: readLibraryQuery({ folder: '/trips//2024/' }), folders: ['May & June'] });
    expect(shown.crumbs).toEqual([
      { name: 'Library', path: '/tv/', isHere: false },
      { name: 'trips', path: '/tv/?folder=trips', isHere: false },
      { name: '2024', path: '/tv/?folder=trips%2F2024', isHere: true },
    ]);
    expect(shown.folders).toEqual([{ name: 'May & June', path: '/tv/?folder=trips%2F2024%2FMay+%26+June' }]);
  });

  test.each([
    ['', 'library'],
    ['folder=trips', 'folder'],
    ['q=lake', 'nothing-found'],
    ['kind=failed', 'nothing-found'],
  ])('says at %j what its emptiness means', (asked, meaning) => {
    const query = readLibraryQuery(Object.fromEntries(new URLSearchParams(asked)));
    expect(view({ query }).emptiness).toBe(meaning);
  });

  test('counts what a search found only where all is on the page', () => {
    const query = readLibraryQuery({ q: 'lake' });
    expect(view({ query, total: undefined }).countText).toBe('0 files found');
    expect(view({ query, total: undefined, keys: { after: [1, 'f1'] } }).countText).toBe('');
  });

  test.each([
    'after=nonsense',
    `after=${Buffer.from('{"a":1}').toString('base64url')}`,
    `after=${Buffer.from('["text",7]').toString('base64url')}`,
    'order=evil&kind=evil&all=yes',
  ])('takes no notice of %j', (asked) => {
    expect(readLibraryQuery(Object.fromEntries(new URLSearchParams(asked)))).toEqual(readLibraryQuery({}));
  });

  test('passes on what the watcher has to say, once', () => {
    const news = { warning: 'The folder is empty.', reason: 'The folder is empty.' };
    expect(view({ news }).warnings).toEqual(['The folder is empty.']);
    expect(view().warnings).toEqual([]);
  });
});
