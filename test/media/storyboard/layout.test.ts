import { describe, expect, it } from 'vitest';
import {
  layoutStoryboard,
  momentOf,
  pickKeyframes,
  storyboardTrack,
} from '../../../server/media/storyboard/index.js';
import { describeAudioFile, describeVideoFile } from '../../support/media-info.js';

const film = (durationSeconds: number, video = {}) => describeVideoFile(video, { durationSeconds });

describe('layoutStoryboard', () => {
  it('has a tile every two seconds, and a hundred at most', () => {
    expect(layoutStoryboard(film(0.5))).toMatchObject({ count: 1, columns: 1, rows: 1 });
    expect(layoutStoryboard(film(31))).toMatchObject({ count: 16, columns: 10, rows: 2 });
    expect(layoutStoryboard(film(7200))).toMatchObject({ count: 100, columns: 10, rows: 10 });
  });

  it('has tiles of the shape that the picture is shown in, the longer side 160', () => {
    expect(layoutStoryboard(film(10))).toMatchObject({ tileWidth: 160, tileHeight: 90 });
    const portrait = { displayWidth: 1080, displayHeight: 1920, rotation: 90 } as const;
    expect(layoutStoryboard(film(10, portrait))).toMatchObject({ tileWidth: 90, tileHeight: 160 });
  });

  it('is only of what is seen: nothing of sound, of a part behind the last picture, or outside the file', () => {
    expect(layoutStoryboard(describeAudioFile())).toBeUndefined();
    expect(layoutStoryboard(film(60), { startMs: 60_000, endMs: 70_000 })).toBeUndefined();
    const short = film(60, { durationSeconds: 20 });
    expect(layoutStoryboard(short, { startMs: 30_000, endMs: 40_000 })).toBeUndefined();
    expect(layoutStoryboard(short, { startMs: 10_000, endMs: 40_000 })).toMatchObject({ count: 5 });
  });
});

describe('pickKeyframes', () => {
  const seconds = Float64Array.from({ length: 100 }, (_, n) => 5 * n);

  it('takes for each tile the keyframe nearest to the middle of its time', () => {
    const layout = layoutStoryboard(film(500))!;
    const picked = pickKeyframes(layout, seconds)!;
    expect(picked).toHaveLength(100);
    for (const [n, key] of picked.entries()) {
      expect(Math.abs(seconds[key]! - momentOf(layout, n))).toBeLessThanOrEqual(2.5);
    }
  });

  it('takes none from outside a part, not even a nearer one', () => {
    const layout = layoutStoryboard(film(500), { startMs: 20_001, endMs: 30_000 })!;
    expect(pickKeyframes(layout, seconds)).toEqual([5, 5, 5, 5, 5]);
    const between = layoutStoryboard(film(500), { startMs: 20_001, endMs: 25_000 })!;
    expect(pickKeyframes(between, seconds)).toBeUndefined();
  });
});

describe('storyboardTrack', () => {
  it('names for each time the place of its tile, row by row', () => {
    const lines = storyboardTrack(layoutStoryboard(film(24))!, 'sheet.jpg').split('\n');
    expect(lines.slice(0, 4)).toEqual([
      'WEBVTT',
      '',
      '00:00:00.000 --> 00:00:02.000',
      'sheet.jpg#xywh=0,0,160,90',
    ]);
    expect(lines.slice(-3)).toEqual(['00:00:22.000 --> 00:00:24.000', 'sheet.jpg#xywh=160,90,160,90', '']);
  });

  it('counts from the start of a part, and reaches to its end where pictures end before', () => {
    const short = film(60, { durationSeconds: 20 });
    const track = storyboardTrack(layoutStoryboard(short, { startMs: 16_000, endMs: 40_000 })!, 'sheet.jpg');
    expect(track.match(/.*-->.*/g)).toEqual([
      '00:00:00.000 --> 00:00:02.000',
      '00:00:02.000 --> 00:00:24.000',
    ]);
  });
});
