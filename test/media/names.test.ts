import { describe, expect, test } from 'vitest';
import { isLeftOutFolder, judgeName, judgePath } from '../../server/media/names.js';

describe('a name', () => {
  test.each([
    'holiday.mp4',
    'no extension',
    '-dash.mp3',
    'two\nlines.mkv',
    'naïve "quoted" 🎬.MP4',
    'e\u0301.mov',
    `${'x'.repeat(251)}.mp4`,
    'partial.mp4',
    'recording.ts',
    'tmp.mp4',
    'a.b.c.webm',
  ])('%j may be media', (name) => expect(judgeName(name)).toBe('media'));

  test.each([
    '.hidden.mp4',
    'film.mp4.part',
    'film.mp4.PART',
    'film.crdownload',
    'film.tmp',
    'film.partial',
    'film.mp4.filepart',
    'Unconfirmed 1234.download',
    'film.mkv.!qB',
    'film.mkv.aria2',
    'film.mkv.opdownload',
    'film.mp4~',
    '~film.mp4',
    '~syncthing~film.mp4.tmp',
    '.syncthing.film.mp4.tmp',
    '.film.mp4.Xa3bQ9',
  ])('%j is not finished', (name) => expect(judgeName(name)).toBe('partial'));

  test.each(['Thumbs.db', 'desktop.ini', 'film.nfo', 'film.SRT', 'cover.jpg', 'notes.txt'])(
    '%j is never media',
    (name) => expect(judgeName(name)).toBe('other'),
  );

  test('counts by its last part in a path', () => {
    expect(judgePath('a.part/b.mp4')).toBe('media');
    expect(judgePath('a/.b.mp4')).toBe('partial');
  });
});

describe('a folder', () => {
  test.each(['.Trash-1000', '.git', '@eaDir', '#recycle', 'lost+found', 'System Volume Information'])(
    '%j is left out',
    (name) => expect(isLeftOutFolder(name)).toBe(true),
  );
  test.each(['Films', '-x', 'film.part', '~mine'])('%j is read', (name) =>
    expect(isLeftOutFolder(name)).toBe(false),
  );
});
