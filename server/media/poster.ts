/** ffmpeg arguments for a file's still picture: a good frame of a video, or the cover of a song. Pure. */
import { BARE, QUIET, type Source } from './args.js';
import type { VideoStream } from './info.js';
import { inputName, INPUT_LIMITS } from './input.js';
import { sizeAndColour } from './picture-filters.js';

const LONGEST_SIDE = 1280;
/** Past logos and fades, before anything is given away. */
const AT_SHARE = 0.1;
/** Keyframes among which the most typical is chosen: one that is black among others is not. */
const CANDIDATES = 8;
/** Passthrough, since the keyframe before the wanted time has a time before 0 and would be dropped. */
export const jpegOutput = (quality: number): string[] => [
  ...['-fps_mode', 'passthrough', '-frames:v', '1'],
  ...['-c:v', 'mjpeg', '-q:v', String(quality)],
  ...['-f', 'image2pipe', 'pipe:1'],
];
const QUALITY = 3;

/**
 * JPEG on stdout, upright, at most 1280 pixels a side. `from: 'tenth'` looks at keyframes only and so may
 * find nothing in a file that is damaged or has few: try `'start'` then, which takes the first frames.
 */
export function posterArgs({ path, info }: Source, from: 'tenth' | 'start' = 'tenth'): string[] {
  const video = info.video!;
  const { width, height } = posterSize(video);
  const filters = [
    // Of an interlaced picture one field: its neighbours, which a deinterlacer needs, are not decoded.
    ...(video.interlaced ? ['field'] : []),
    ...sizeAndColour(video, width, height),
    `thumbnail=${CANDIDATES}`,
    'format=yuvj420p',
  ];
  const seconds = (video.durationSeconds ?? info.durationSeconds) * AT_SHARE;
  return [
    ...QUIET,
    ...INPUT_LIMITS,
    ...(from === 'tenth' ? ['-skip_frame', 'nokey'] : []),
    ...(from === 'tenth' && seconds > 0 ? ['-noaccurate_seek', '-ss', seconds.toFixed(3)] : []),
    ...['-i', inputName(path)],
    ...['-map', `0:${video.index}`, '-an', '-sn', '-dn', ...BARE],
    ...['-vf', filters.join(',')],
    ...jpegOutput(QUALITY),
  ];
}

export function posterSize({ displayWidth, displayHeight }: VideoStream): { width: number; height: number } {
  return fitBox(displayWidth, displayHeight, LONGEST_SIDE);
}

/** The attached picture as JPEG on stdout, at most 1280 pixels a side. */
export function coverArgs({ path, info }: Source): string[] {
  const fit = `scale='min(${LONGEST_SIDE},iw)':'min(${LONGEST_SIDE},ih)':force_original_aspect_ratio=decrease`;
  return [
    ...QUIET,
    ...INPUT_LIMITS,
    ...['-i', inputName(path)],
    ...['-map', `0:${info.cover!.index}`, ...BARE],
    ...['-vf', `${fit},setsar=1,format=yuvj420p`],
    ...jpegOutput(QUALITY),
  ];
}

/** Even sides, none longer than `longestSide`, never larger than it was. */
export function fitBox(
  displayWidth: number,
  displayHeight: number,
  longestSide: number,
): { width: number; height: number } {
  const scale = Math.min(1, longestSide / Math.max(displayWidth, displayHeight));
  const side = (length: number) => Math.max(2, 2 * Math.round((length * scale) / 2));
  return { width: side(displayWidth), height: side(displayHeight) };
}
