import { describe, expect, it } from 'vitest';
import { chaptersTrack } from '../../server/media/chapters.js';
import { describeVideoFile } from '../support/media-info.js';

const film = describeVideoFile(
  {},
  {
    chapters: [
      { startSeconds: 0, endSeconds: 20, title: 'Opening' },
      { startSeconds: 20, endSeconds: 40, title: 'Q & A' },
      { startSeconds: 40, endSeconds: 60, title: 'The <i>end</i>\n-->\n&lt;' },
    ],
  },
);
const cuesOf = (track: string | undefined) =>
  track
    ?.split('\n\n')
    .slice(1)
    .map((cue) => cue.trim());

describe('chaptersTrack', () => {
  it('tells when each begins and ends', () => {
    expect(cuesOf(chaptersTrack(film))?.slice(0, 2)).toEqual([
      '00:00:00.000 --> 00:00:20.000\nOpening',
      '00:00:20.000 --> 00:00:40.000\nQ & A',
    ]);
  });

  it('keeps a title on one line and lets it not be taken for markup', () => {
    expect(cuesOf(chaptersTrack(film))?.[2]).toBe(
      '00:00:40.000 --> 00:01:00.000\nThe &lt;i>end&lt;/i> --&gt; &amp;lt;',
    );
  });

  it('tells of a part only the chapters in it, on its own time', () => {
    expect(cuesOf(chaptersTrack(film, { startMs: 15_000, endMs: 39_000 }))).toEqual([
      '00:00:00.000 --> 00:00:05.000\nOpening',
      '00:00:05.000 --> 00:00:24.000\nQ & A',
    ]);
    expect(chaptersTrack(film, { startMs: 20_000, endMs: 40_000 })).not.toMatch(/Opening|end/);
  });

  it('is nothing where there are none', () => {
    expect(chaptersTrack(describeVideoFile())).toBeUndefined();
  });
});
