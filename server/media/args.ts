/**
 * ffmpeg arguments for one chunk of an encoded rendition. Chunks are independent processes and must join
 * without a seam: frame k of the rendition is the same picture whichever chunk makes it. Pure: these only
 * say what to run.
 */
import { FIRST_EXTRA_FD } from '../base/exec.js';
import { shiftOf } from './grid.js';
import type { MediaInfo, VideoStream } from './info.js';
import { inputName, INPUT_LIMITS } from './input.js';
import { sizeAndColour } from './picture-filters.js';
import type { EncodedVideo, VideoGrid } from './plan.js';
import { rateOf, secondsOfFrame, timescaleOf } from './rational.js';

export interface Source {
  path: string;
  info: MediaInfo;
}

export interface VideoChunk {
  source: Source;
  /** All made of one decoding. */
  renditions: readonly EncodedVideo[];
  grid: VideoGrid;
  firstSegment: number;
  /** Inclusive. */
  lastSegment: number;
  /** For decoder, filters and encoder; one is the best use of a core when several chunks run. */
  threads: number;
  /** Somebody waits for the first segment. */
  isAwaited: boolean;
}

/** Quiet, never asks; errors only, since stderr is kept for the owner. */
export const QUIET = ['-hide_banner', '-nostdin', '-v', 'error'];
/** Nothing of the source but the one stream: no titles, no chapters (which would become a track). */
export const BARE = ['-map_metadata', '-1', '-map_chapters', '-1'];
const KEYFRAME_SECONDS = 2;
/** Parameter sets that do not depend on a chunk's content or length: one initialisation section for all. */
const STITCHABLE = 'stitchable=1';
/**
 * The encoder gives a picture when it has seen those that follow, as a rule 15: half a second that would have to be
 * decoded too. With five its quality for its bits is all but the same.
 */
const SHORT_SIGHT = ['rc-lookahead=4', 'sync-lookahead=0'];
/** A video may end this much before its container says; the last picture is held so long. */
const HELD_SECONDS = 0.5;
/** tpad's word for "until nobody wants more". */
const ENDLESS = -1;

/**
 * Fragmented MP4 with frames [frames[firstSegment], frames[lastSegment + 1]), a fragment and a keyframe at each
 * segment's start and at most every 2 s; the first rendition on stdout, the others on descriptors 3, 4, ….
 * Fewer frames come only from a source that is really shorter than the plan says.
 */
export function videoChunkArgs(chunk: VideoChunk): string[] {
  const { source, renditions, grid, firstSegment } = chunk;
  const video = source.info.video!;
  const firstFrame = grid.frames[firstSegment]!;
  const threads = String(chunk.threads);
  return [
    ...QUIET,
    ...['-filter_complex_threads', threads],
    ...INPUT_LIMITS,
    // AVI and others tell no presentation times.
    ...['-fflags', '+genpts'],
    ...['-threads', threads],
    ...seek(secondsOfFrame(firstFrame, grid.frameRate), videoPreroll(source.info, video)),
    // Times stay the container's: every frame says where it belongs, whatever was decoded before it.
    '-copyts',
    ...['-i', inputName(source.path)],
    ...['-filter_complex', filterGraph(chunk, video, firstFrame)],
    ...renditions.flatMap((rendition, i) => output(chunk, rendition, i)),
  ];
}

function output(chunk: VideoChunk, rendition: EncodedVideo, i: number): string[] {
  const { grid, firstSegment, lastSegment } = chunk;
  const firstFrame = grid.frames[firstSegment]!;
  const frameCount = grid.frames[lastSegment + 1]! - firstFrame;
  const gopFrames = String(Math.max(1, Math.round(KEYFRAME_SECONDS * rateOf(grid.frameRate))));
  return [
    ...['-map', `[v${i}]`, ...BARE],
    // The filters have made the rate constant; nothing may be dropped or doubled after them.
    ...['-fps_mode', 'passthrough'],
    ...['-frames:v', String(frameCount)],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-threads', String(chunk.threads)],
    // The level is forced, since the playlist has told it already.
    ...['-profile:v', 'high', '-level:v', (rendition.level / 10).toFixed(1), '-pix_fmt', 'yuv420p'],
    // Constant quality; maxrate holds demanding scenes down. A buffer of two seconds lets them breathe.
    ...['-crf', String(rendition.crf)],
    ...['-maxrate', String(rendition.maxrateBps), '-bufsize', String(2 * rendition.maxrateBps)],
    // Keyframes where segments begin and at a fixed distance after, never at scene cuts; closed GOPs
    // (x264's default), so that each segment decodes by itself.
    ...['-g', gopFrames, '-keyint_min', gopFrames, '-sc_threshold', '0'],
    ...['-force_key_frames', `expr:${keyframes(chunk, firstFrame)}`],
    ...['-x264-params', [STITCHABLE, ...(chunk.isAwaited ? SHORT_SIGHT : [])].join(':')],
    ...['-video_track_timescale', String(timescaleOf(grid.frameRate).timescale)],
    // A fragment per keyframe, written when it is complete; no index to wait for; signed offsets.
    ...['-movflags', 'frag_keyframe+empty_moov+default_base_moof+negative_cts_offsets+skip_trailer'],
    ...['-f', 'mp4', `pipe:${i === 0 ? 1 : FIRST_EXTRA_FD + i - 1}`],
  ];
}

/** Decoded and timed once, then for each rendition a branch of its own. */
function filterGraph(chunk: VideoChunk, video: VideoStream, firstFrame: number): string {
  const { renditions } = chunk;
  const timed = timedPictures(chunk, video, firstFrame);
  const branches = renditions.map(({ width, height }, i) =>
    [...sizeAndColour(video, width, height), `format=yuv420p[v${i}]`].join(','),
  );
  const head = `[0:${video.index}]${timed.join(',')},`;
  if (branches.length === 1) return head + branches[0]!;
  const ends = branches.map((_, i) => `[s${i}]`);
  return [`${head}split=${branches.length}${ends.join('')}`, ...branches.map((b, i) => ends[i]! + b)].join(
    ';',
  );
}

function timedPictures(
  { source, grid, lastSegment }: VideoChunk,
  video: VideoStream,
  first: number,
): string[] {
  const { timescale, frameTicks } = timescaleOf(grid.frameRate);
  const startTicks = Math.round(source.info.startSeconds * timescale + shiftOf(video) * frameTicks);
  const { num, den } = grid.frameRate;
  const isLastChunk = lastSegment + 2 === grid.frames.length;
  // Where only the whole file's length is known, sound may be what outlasts the picture.
  const heldFrames = video.durationSeconds === undefined ? ENDLESS : Math.ceil((HELD_SECONDS * num) / den);
  return [
    // Where only some frames are interlaced, the others are left alone.
    ...(video.interlaced ? ['bwdif=mode=send_frame:deint=interlaced'] : []),
    // Onto a clock on which each output frame begins at a whole tick, 0 being the plan's: rounding is then
    // the same in every chunk.
    `settb=1/${timescale}`,
    ...(startTicks ? [`setpts=PTS-${startTicks}`.replace('--', '+')] : []),
    // Frames before the first are dropped, gaps (and a late begin) filled with the picture beside them.
    `fps=${num}/${den}:start_time=${((first * frameTicks) / timescale).toFixed(9)}`,
    ...(isLastChunk ? [`tpad=stop_mode=clone:stop=${heldFrames}`] : []),
  ];
}

/** True at the chunk's frames that begin a segment; n counts from the chunk's first frame. */
function keyframes({ grid, firstSegment, lastSegment }: VideoChunk, firstFrame: number): string {
  const starts = grid.frames.slice(firstSegment, lastSegment + 1);
  return starts.map((frame) => `eq(n,${frame - firstFrame})`).join('+');
}

/** Containers that cannot be asked for a keyframe: a seek lands anywhere, so that one must lie in between. */
const UNINDEXED_FORMATS = ['mpegts', 'mpeg', 'mpegvideo', 'wtv', 'dv', 'gxf'];
const SHORT_GOP_CODECS = ['mpeg1video', 'mpeg2video', 'dvvideo', 'mjpeg'];

/** Seconds to begin before the wanted frame. */
export function videoPreroll({ format }: MediaInfo, { codec }: VideoStream): number {
  if (!format.split(',').some((name) => UNINDEXED_FORMATS.includes(name))) return 0;
  // Broadcast MPEG-2 has a keyframe every second at most; x264 as it comes has one in 250 frames.
  return SHORT_GOP_CODECS.includes(codec) ? 3 : 10.5;
}

/**
 * Seeks to the keyframe before, and keeps all that follows. At the very start no seek is made: a damaged
 * Matroska file yields nothing after any seek.
 */
export function seek(seconds: number, prerollSeconds: number): string[] {
  const from = seconds - prerollSeconds;
  return from > 0 ? ['-noaccurate_seek', '-ss', from.toFixed(6)] : [];
}
