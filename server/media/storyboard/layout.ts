/**
 * What a storyboard consists of: how many small pictures, of which moments, and where on the sheet. Decided from
 * what is known of the file alone, so that the track that names the tiles needs no sheet. Pure.
 */
import type { ClipRange } from '../clip/index.js';
import type { MediaInfo } from '../info.js';
import { fitBox } from '../poster.js';
import { stretchOf, type Stretch } from '../stretch.js';

export interface StoryboardLayout {
  /** What it shows, the last picture's end included. */
  stretch: Stretch;
  /** Seconds of the file that have pictures; the last tile stands for what comes behind. */
  pictureSeconds: number;
  count: number;
  columns: number;
  rows: number;
  tileWidth: number;
  tileHeight: number;
  /** Of a tile as storyboardArgs.tile yields it. */
  tileBytes: number;
}

const MAX_TILES = 100;
const SECONDS_PER_TILE = 2;
const COLUMNS = 10;
const LONGEST_SIDE = 160;

/** Undefined where there is nothing to be seen. */
export function layoutStoryboard(info: MediaInfo, range?: ClipRange): StoryboardLayout | undefined {
  const stretch = stretchOf(info, range);
  if (!info.video || !stretch) return undefined;
  const { displayWidth, displayHeight, durationSeconds = info.durationSeconds } = info.video;
  const pictureSeconds = Math.min(stretch.endSeconds, durationSeconds) - stretch.startSeconds;
  if (!(pictureSeconds > 0)) return undefined;
  const count = Math.min(MAX_TILES, Math.max(1, Math.round(pictureSeconds / SECONDS_PER_TILE)));
  const columns = Math.min(COLUMNS, count);
  const { width, height } = fitBox(displayWidth, displayHeight, LONGEST_SIDE);
  return {
    ...{ stretch, pictureSeconds, count, columns },
    rows: Math.ceil(count / columns),
    ...{ tileWidth: width, tileHeight: height, tileBytes: (width * height * 3) / 2 },
  };
}

/** The moment that tile n shows, in seconds of the file: the middle of its time. */
export function momentOf({ stretch, pictureSeconds, count }: StoryboardLayout, n: number): number {
  return stretch.startSeconds + ((n + 0.5) * pictureSeconds) / count;
}

/**
 * For each tile the nearest of the keyframes within the stretch, none from outside; undefined where there are
 * none. `seconds` ascending.
 */
export function pickKeyframes(layout: StoryboardLayout, seconds: Float64Array): number[] | undefined {
  const { startSeconds, endSeconds } = layout.stretch;
  const within = Array.from(seconds.keys()).filter(
    (key) => seconds[key]! >= startSeconds && seconds[key]! < endSeconds,
  );
  if (within.length === 0) return undefined;
  let at = 0;
  const distance = (i: number, moment: number) => Math.abs(seconds[within[i]!]! - moment);
  return Array.from({ length: layout.count }, (_, n) => {
    const moment = momentOf(layout, n);
    while (at + 1 < within.length && distance(at + 1, moment) <= distance(at, moment)) at++;
    return within[at]!;
  });
}
