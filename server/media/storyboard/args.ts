/**
 * ffmpeg arguments for a storyboard, in three ways: from keyframes that were picked and read already, from one pass
 * over a short stretch, or tile by tile with a seek for each. Tiles are upright, in SDR, with square pixels. Pure.
 */
import { BARE, QUIET, type Source } from '../args.js';
import type { VideoStream } from '../info.js';
import { inputName, INPUT_LIMITS } from '../input.js';
import { sizeAndColour } from '../picture-filters.js';
import { jpegOutput } from '../poster.js';
import type { StoryboardLayout } from './layout.js';

export const storyboardArgs = {
  sheetFromKeyframes,
  sheetInOnePass,
  tile,
  sheetFromTiles,
};

const QUALITY = 5;
const ONE_THREAD = ['-filter_threads', '1'];
/** tpad's word for "until nobody wants more". */
const ENDLESS = -1;
/** What tiles are handed over as: the very samples that JPEG keeps. */
const TILE_FORMAT = 'yuvj420p';

/**
 * The sheet as JPEG on stdout from a fragmented MP4 on stdin, whose n-th second is the picture of tile n. What
 * cannot be decoded leaves the tile before in its place.
 */
function sheetFromKeyframes(video: VideoStream, layout: StoryboardLayout): string[] {
  // The track on stdin says nothing of how the source lies.
  const turns = {
    0: [],
    90: ['transpose=clock'],
    180: ['transpose=clock', 'transpose=clock'],
    270: ['transpose=cclock'],
  };
  return [
    ...[...QUIET, ...ONE_THREAD, ...INPUT_LIMITS, '-threads', '1', '-f', 'mp4', '-i', 'pipe:0'],
    ...['-map', '0:v:0'],
    ...[
      '-vf',
      [...turns[video.rotation], ...tileFilters(video, layout), ...sheetFilters(layout, '1')].join(','),
    ],
    ...jpegOutput(QUALITY),
  ];
}

/** The same from all pictures of the stretch, none from outside: each tile shows its moment exactly. */
function sheetInOnePass({ path, info }: Source, layout: StoryboardLayout): string[] {
  const { startSeconds } = layout.stretch;
  const rate = `${layout.count * 1000}/${Math.max(1, Math.round(layout.pictureSeconds * 1000))}`;
  return [
    ...[...QUIET, ...ONE_THREAD, ...INPUT_LIMITS],
    ...(startSeconds > 0 ? ['-ss', startSeconds.toFixed(3)] : []),
    ...['-t', layout.pictureSeconds.toFixed(3), '-i', inputName(path)],
    ...['-map', `0:${info.video!.index}`, '-an', '-sn', '-dn', ...BARE],
    ...['-vf', [...tileFilters(info.video!, layout), ...sheetFilters(layout, rate)].join(',')],
    ...jpegOutput(QUALITY),
  ];
}

/**
 * One tile, uncompressed on stdout, of about that moment; nothing where there is none. 'keyframe': the one before
 * the moment (after it where that lies before the stretch), which is quick; 'exact': decoded up to the moment.
 */
function tile(
  { path, info }: Source,
  layout: StoryboardLayout,
  atSeconds: number,
  how: 'keyframe' | 'exact',
): string[] {
  const { startSeconds, endSeconds } = layout.stretch;
  // Times count from the moment that was sought.
  const [from, to] = [startSeconds - atSeconds, endSeconds - atSeconds];
  const isFromStart = startSeconds <= 0;
  return [
    ...[...QUIET, ...ONE_THREAD, ...INPUT_LIMITS, '-threads', '1'],
    ...(how === 'keyframe' ? ['-skip_frame', 'nokey', '-noaccurate_seek'] : []),
    ...['-ss', atSeconds.toFixed(3), '-t', to.toFixed(3), '-i', inputName(path)],
    ...['-map', `0:${info.video!.index}`, '-an', '-sn', '-dn', ...BARE],
    ...['-vf', [...(isFromStart ? [] : [within(from, to)]), ...tileFilters(info.video!, layout)].join(',')],
    ...['-fps_mode', 'passthrough', '-frames:v', '1'],
    ...['-c:v', 'rawvideo', '-f', 'rawvideo', 'pipe:1'],
  ];
}

/** The sheet as JPEG on stdout from all tiles, uncompressed, on stdin. */
function sheetFromTiles({ columns, rows, tileWidth, tileHeight }: StoryboardLayout): string[] {
  return [
    ...[...QUIET, '-protocol_whitelist', 'pipe', '-f', 'rawvideo', '-pixel_format', TILE_FORMAT],
    ...['-video_size', `${tileWidth}x${tileHeight}`, '-framerate', '1', '-i', 'pipe:0'],
    ...['-vf', `tile=${columns}x${rows}`],
    ...jpegOutput(QUALITY),
  ];
}

const within = (from: number, to: number) => `select='gte(t,${from.toFixed(3)})*lt(t,${to.toFixed(3)})'`;

function tileFilters(video: VideoStream, { tileWidth, tileHeight }: StoryboardLayout): string[] {
  return [
    // One field is enough for a small picture.
    ...(video.interlaced ? ['field'] : []),
    ...sizeAndColour(video, tileWidth, tileHeight),
    `format=${TILE_FORMAT}`,
  ];
}

/** As many pictures as there are tiles, gaps filled with the one before, laid out row by row. */
function sheetFilters({ count, columns, rows }: StoryboardLayout, rate: string): string[] {
  return [
    `fps=${rate}:start_time=0`,
    `tpad=stop_mode=clone:stop=${ENDLESS}`,
    `tile=${columns}x${rows}:nb_frames=${count}`,
  ];
}
