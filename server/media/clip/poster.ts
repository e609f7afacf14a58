/** ffmpeg arguments for a clip's still picture: its first. Pure. */
import { BARE, QUIET, type Source } from '../args.js';
import { inputName, INPUT_LIMITS } from '../input.js';
import { sizeAndColour } from '../picture-filters.js';
import { fitBox, jpegOutput } from '../poster.js';
import type { ClipRange } from './model.js';

const LONGEST_SIDE = 1280;
const QUALITY = 3;

/** JPEG on stdout of the first picture that begins in the range; nothing where none does. */
export function clipPosterArgs({ path, info }: Source, { startMs, endMs }: ClipRange): string[] {
  const video = info.video!;
  const { width, height } = fitBox(video.displayWidth, video.displayHeight, LONGEST_SIDE);
  const filters = [
    ...(video.interlaced ? ['field'] : []),
    ...sizeAndColour(video, width, height),
    'format=yuvj420p',
  ];
  return [
    ...QUIET,
    ...INPUT_LIMITS,
    ...(startMs > 0 ? ['-ss', (startMs / 1000).toFixed(3)] : []),
    // Nothing from behind the end, also where a picture is held for long.
    ...['-t', ((endMs - startMs) / 1000).toFixed(3), '-i', inputName(path)],
    ...['-map', `0:${video.index}`, '-an', '-sn', '-dn', ...BARE],
    ...['-vf', filters.join(',')],
    ...jpegOutput(QUALITY),
  ];
}

/** The same of a piece (its initialisation section and segment on stdin): the picture that it begins with. */
export const pieceStillArgs = (): string[] => [
  ...QUIET,
  ...[...INPUT_LIMITS, '-f', 'mp4', '-i', 'pipe:0', '-map', '0:v:0'],
  ...['-vf', 'format=yuvj420p', ...jpegOutput(QUALITY)],
];
