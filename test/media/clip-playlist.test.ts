import { describe, expect, test } from 'vitest';
import type { ClipLayout, ClipPiece } from '../../server/media/clip/index.js';
import { layoutClip } from '../../server/media/clip/index.js';
import { clipMultivariantPlaylist, clipPlaylist } from '../../server/media/clip-playlist.js';
import { plan, videoInfo } from '../support/some-film.js';

const layout = layoutClip(plan, videoInfo(1), { startMs: 1500, endMs: 4500 });

/** As a player reads it. */
function read(text: string) {
  const durations = [...text.matchAll(/#EXTINF:([\d.]+),/g)].map((match) => Number(match[1]));
  const target = Number(/#EXT-X-TARGETDURATION:(\d+)/.exec(text)![1]);
  return { durations, target, total: durations.reduce((sum, one) => sum + one, 0) };
}

describe('the playlist of a clip', () => {
  test('of our own pictures has one initialisation section and no discontinuity', () => {
    const text = clipPlaylist(layout, 'v480');
    expect(text.match(/#EXT-X-MAP/g)).toHaveLength(1);
    expect(text).not.toContain('DISCONTINUITY');
    expect(text).toMatch(/^#EXTM3U\n#EXT-X-VERSION:7\n/);
    expect(text.trimEnd().endsWith('#EXT-X-ENDLIST')).toBe(true);
  });

  test.each(['v480', 'a0'])('%s lasts as long as its pieces, none longer than the target', (id) => {
    const track = layout.renditions.find((one) => one.id === id)!;
    if (track.kind === 'subtitles') throw new Error('no pieces');
    const { durations, target, total } = read(clipPlaylist(layout, id));
    expect(durations).toHaveLength(track.pieces.length);
    for (const seconds of durations) expect(Math.round(seconds)).toBeLessThanOrEqual(target);
    const { fromTick } = track.pieces[0]!;
    expect(total).toBeCloseTo((track.pieces.at(-1)!.toTick - fromTick) / track.timescale, 4);
  });

  test('numbers its pieces from 0, whatever they are of the parent', () => {
    const uris = clipPlaylist(layout, 'v480').match(/^\d+\.m4s$/gm)!;
    expect(uris).toEqual(uris.map((_, k) => `${k}.m4s`));
  });

  test('of a copied parent has a map where the encoder changes and a discontinuity where it is told', () => {
    const piece = (init: ClipPiece['init'], k: number, isAfterDiscontinuity: boolean): ClipPiece => ({
      ...{ kind: init === 'parent' ? 'parent' : 'made', first: 7, last: 7 },
      ...{ fromTick: k * 2000, toTick: k * 2000 + 2000, init, isAfterDiscontinuity },
    });
    const video = layout.renditions.find((one) => one.kind === 'video')!;
    const copied: ClipLayout = {
      ...layout,
      renditions: [
        {
          ...video,
          timescale: 1000,
          pieces: [
            piece('head', 0, false),
            piece('parent', 1, true),
            piece('parent', 2, false),
            piece('tail', 3, true),
          ],
        },
      ],
    };
    const lines = clipPlaylist(copied, video.id).trimEnd().split('\n').slice(6);
    expect(lines).toEqual([
      '#EXT-X-MAP:URI="head.mp4"',
      '#EXTINF:2.000000,',
      '0.m4s',
      '#EXT-X-DISCONTINUITY',
      '#EXT-X-MAP:URI="init.mp4"',
      '#EXTINF:2.000000,',
      '1.m4s',
      '#EXTINF:2.000000,',
      '2.m4s',
      '#EXT-X-DISCONTINUITY',
      '#EXT-X-MAP:URI="tail.mp4"',
      '#EXTINF:2.000000,',
      '3.m4s',
      '#EXT-X-ENDLIST',
    ]);
  });

  test('of captions is one text as long as the clip; one that is not there is not found', () => {
    expect(read(clipPlaylist(layout, 's0')).durations).toEqual([Number(layout.durationSeconds.toFixed(6))]);
    expect(() => clipPlaylist(layout, 'v1080')).toThrow(/no such rendition/);
  });

  test('the multivariant one offers what there is in the clip', () => {
    const text = clipMultivariantPlaylist(plan, layout);
    for (const { id } of layout.renditions) expect(text).toContain(`${id}/index.m3u8`);
    const silent = { ...layout, renditions: layout.renditions.filter(({ kind }) => kind === 'video') };
    expect(clipMultivariantPlaylist(plan, silent)).not.toContain('a0/');
  });
});
