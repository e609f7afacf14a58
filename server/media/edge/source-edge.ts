/**
 * An edge whose pictures only the source can time: where its rate is not that of the encode. Pure: says what to run.
 */
import { BARE, QUIET, seek, videoPreroll, type Source } from '../args.js';
import type { ClipRange } from '../clip/model.js';
import type { Rational } from '../info.js';
import { inputName, INPUT_LIMITS } from '../input.js';
import { sizeAndColour } from '../picture-filters.js';
import type { EncodedVideo } from '../plan.js';
import { secondsOfFrame, timescaleOf } from '../rational.js';
import { encodeEdge } from './video-edge.js';

/**
 * Frames [from, to) of the encode as fragmented MP4 on stdout, out of nothing but pictures that begin in the range;
 * nothing where none does.
 */
export function sourceEdgeArgs(
  { path, info }: Source,
  range: ClipRange,
  { from, to }: { from: number; to: number },
  { rendition, frameRate, threads }: { rendition: EncodedVideo; frameRate: Rational; threads: number },
): string[] {
  const video = info.video!;
  const { timescale } = timescaleOf(frameRate);
  const startTicks = Math.round(info.startSeconds * timescale);
  const tickOf = (ms: number) => Math.ceil(((ms - 0.5) * timescale) / 1000);
  const { num, den } = frameRate;
  const filters = [
    ...(video.interlaced ? ['bwdif=mode=send_frame:deint=interlaced'] : []),
    `settb=1/${timescale}`,
    ...(startTicks ? [`setpts=PTS-${startTicks}`.replace('--', '+')] : []),
    `trim=start_pts=${tickOf(range.startMs)}:end_pts=${tickOf(range.endMs)}`,
    // The first that is left is shown from the edge's beginning on, the last to its end.
    `fps=${num}/${den}:start_time=${secondsOfFrame(from, frameRate).toFixed(9)}`,
    'tpad=stop_mode=clone:stop=-1',
    ...sizeAndColour(video, rendition.width, rendition.height),
    'format=yuv420p',
  ];
  return [
    ...QUIET,
    ...['-filter_threads', '1', ...INPUT_LIMITS, '-fflags', '+genpts', '-threads', String(threads)],
    ...seek(secondsOfFrame(from, frameRate), videoPreroll(info, video)),
    ...['-copyts', '-i', inputName(path)],
    ...['-map', `0:${video.index}`, '-an', '-sn', '-dn', ...BARE, '-vf', filters.join(',')],
    ...['-fps_mode', 'passthrough', '-frames:v', String(to - from)],
    ...encodeEdge(rendition, frameRate, threads),
  ];
}
