/** ffmpeg arguments for a small picture of one moment. Pure. */
import { BARE, QUIET, type Source } from './args.js';
import { inputName, INPUT_LIMITS } from './input.js';
import { sizeAndColour } from './picture-filters.js';
import { fitBox, jpegOutput } from './poster.js';

const LONGEST_SIDE = 320;
const QUALITY = 5;

/** JPEG on stdout: what is seen at that moment, upright. Nothing at all past the last picture. */
export function frameArgs({ path, info }: Source, seconds: number): string[] {
  const video = info.video!;
  const { width, height } = fitBox(video.displayWidth, video.displayHeight, LONGEST_SIDE);
  const filters = [
    ...(video.interlaced ? ['field'] : []),
    ...sizeAndColour(video, width, height),
    'format=yuvj420p',
  ];
  return [
    ...QUIET,
    ...['-filter_threads', '1'],
    ...INPUT_LIMITS,
    ...(seconds > 0 ? ['-ss', seconds.toFixed(3)] : []),
    ...['-i', inputName(path)],
    ...['-map', `0:${video.index}`, '-an', '-sn', '-dn', ...BARE],
    ...['-vf', filters.join(',')],
    ...jpegOutput(QUALITY),
  ];
}
