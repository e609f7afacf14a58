/**
 * An edge of a clip's pictures: which of the parent's samples must be decoded for it, how ffmpeg is asked to encode
 * them again, and which time each picture then has. Pure.
 */
import { QUIET } from '../args.js';
import { mediaSegment, packVideo } from '../fmp4/index.js';
import { INPUT_LIMITS } from '../input.js';
import type { Rational } from '../info.js';
import type { VideoRendition } from '../plan.js';
import { rateOf, timescaleOf } from '../rational.js';
import type { Sample, SampleRun } from '../source-index.js';

export interface VideoEdge {
  /** moof and mdat of no more than must be decoded, to follow the parent's initialisation section. */
  segment: Buffer;
  /** The wanted pictures' times in `segment`: from the first up to, not including, the second. */
  fromTick: number;
  toTick: number;
  /** Times in the parent, ascending: of what was wanted. */
  shownTicks: number[];
}

const KEYFRAME_SECONDS = 2;
/** Under the cap of a copy with few keyframes of its own, more of them would leave too little for each. */
const NO_MORE_KEYFRAMES = 1_000_000;
/** A little better than what it stands beside: it is the second encoding of these pictures. */
const COPY_CRF = 19;
/** Times the parent's own peak, since a fast encoder needs more for the same picture. */
const COPY_HEADROOM = 1.25;
const LEVELS = [10, 11, 12, 13, 20, 21, 22, 30, 31, 32, 40, 41, 42, 50, 51, 52, 60, 61, 62];
const PROFILES: Readonly<Record<string, string>> = { '42': 'baseline', '4D': 'main' };

/** Pictures of [fromTick, toTick) out of a run that begins with a sync sample at or before them. */
export function cutVideoEdge(run: SampleRun, fromTick: number, toTick: number): VideoEdge {
  const { samples } = run;
  const shown = samples.map((sample) => sample.ptsTicks).sort((a, b) => a - b);
  const inside = shown.filter((tick) => tick >= fromTick && tick < toTick);
  // Where no picture begins for a while, the one that is held meanwhile is what is seen.
  const held = shown.findLast((tick) => tick < fromTick) ?? shown[0]!;
  const shownTicks = inside.length ? inside : [held];
  const [first, last] = [shownTicks[0]!, shownTicks.at(-1)!];
  const begin = samples.findLastIndex((sample) => sample.isSync && sample.ptsTicks <= first);
  const end = samples.findLastIndex((sample) => sample.ptsTicks >= first && sample.ptsTicks <= last);
  const needed = slice(run, Math.max(0, begin), end + 1);
  const baseTick = Math.min(...needed.samples.map((sample) => sample.ptsTicks));
  for (const sample of needed.samples) sample.ptsTicks -= baseTick;
  const packed = packVideo(needed, last - baseTick + 1);
  // No negative offsets: what a demuxer makes of those differs, and these times must be told exactly.
  const delay = Math.max(0, ...packed.samples.map((sample) => -sample.ctsTicks));
  for (const sample of packed.samples) sample.ctsTicks += delay;
  const shift = delay - baseTick;
  return {
    segment: Buffer.concat(mediaSegment(packed, 1)),
    fromTick: first + shift,
    toTick: last + shift + 1,
    shownTicks,
  };
}

function slice(run: SampleRun, from: number, to: number): SampleRun {
  const bytes = run.data.length === 1 ? run.data[0]! : Buffer.concat(run.data);
  const sum = (samples: readonly Sample[]) => samples.reduce((total, one) => total + one.sizeBytes, 0);
  const start = sum(run.samples.slice(0, from));
  const samples = run.samples.slice(from, to).map((sample) => ({ ...sample }));
  return { samples, data: [bytes.subarray(start, start + sum(samples))] };
}

/** Fragmented MP4 on stdin and stdout: as many pictures as the edge has, the first a keyframe. */
export function videoEdgeArgs(
  edge: Pick<VideoEdge, 'fromTick' | 'toTick' | 'shownTicks'>,
  rendition: VideoRendition,
  frameRate: Rational,
  threads: number,
): string[] {
  const { timescale, frameTicks } = timescaleOf(frameRate);
  const filters = [
    // By time, not by counting: a picture that cannot be decoded must not let another one in.
    `trim=start_pts=${edge.fromTick}:end_pts=${edge.toTick}`,
    // The encoder sees a constant rate; real times are given back afterwards.
    `settb=1/${timescale}`,
    `setpts=N*${frameTicks}`,
    'tpad=stop_mode=clone:stop=2',
    `fps=${frameRate.num}/${frameRate.den}`,
    // In place of pictures that could not be decoded the last is held.
    'tpad=stop_mode=clone:stop=-1',
    'format=yuv420p',
  ];
  return [
    ...QUIET,
    ...['-filter_threads', '1', ...INPUT_LIMITS, '-threads', String(threads)],
    ...['-copyts', '-f', 'mp4', '-i', 'pipe:0'],
    ...['-map', '0:v:0', '-map_metadata', '-1', '-vf', filters.join(',')],
    ...['-fps_mode', 'passthrough', '-frames:v', String(edge.shownTicks.length)],
    ...encodeEdge(rendition, frameRate, threads),
  ];
}

/** Fragmented MP4 on stdout, as the parent's encoder would make it. */
export function encodeEdge(rendition: VideoRendition, frameRate: Rational, threads: number): string[] {
  const gopFrames = String(rendition.method === 'copy' ? NO_MORE_KEYFRAMES : gopOf(frameRate));
  return [
    ...['-c:v', 'libx264', '-threads', String(threads), ...quality(rendition)],
    ...['-g', gopFrames, '-keyint_min', gopFrames, '-sc_threshold', '0'],
    // As in the parent: the parameter sets are then the same.
    ...['-x264-params', 'stitchable=1'],
    ...['-video_track_timescale', String(timescaleOf(frameRate).timescale)],
    ...['-movflags', 'frag_keyframe+empty_moov+default_base_moof+negative_cts_offsets+skip_trailer'],
    ...['-f', 'mp4', 'pipe:1'],
  ];
}

const gopOf = (frameRate: Rational) => Math.max(1, Math.round(KEYFRAME_SECONDS * rateOf(frameRate)));

function quality(rendition: VideoRendition): string[] {
  const [profile, level] = [rendition.codecs.slice(5, 7), parseInt(rendition.codecs.slice(9, 11), 16)];
  const codec = [
    ...['-profile:v', PROFILES[profile.toUpperCase()] ?? 'high'],
    // What stands in the parent is taken as it is, but an encoder refuses a level that does not exist.
    ...(LEVELS.includes(level) ? ['-level:v', (level / 10).toFixed(1)] : []),
  ];
  const isCopy = rendition.method === 'copy';
  const maxrateBps = isCopy ? Math.round(COPY_HEADROOM * rendition.bandwidthBps) : rendition.maxrateBps;
  const cap = ['-maxrate', String(maxrateBps), '-bufsize', String(2 * maxrateBps)];
  if (isCopy) return ['-preset', 'superfast', ...codec, '-crf', String(COPY_CRF), ...cap];
  const { crf } = rendition;
  return ['-preset', 'veryfast', ...codec, '-crf', String(Math.max(1, crf - 2)), ...cap];
}

/**
 * Gives the encoder's samples the times of the pictures that they show. Errors: none; the caller has held the
 * numbers against each other.
 */
export function retime(samples: readonly Sample[], shownTicks: readonly number[]): Sample[] {
  const order = samples.map((_, i) => i).sort((a, b) => samples[a]!.ptsTicks - samples[b]!.ptsTicks);
  const retimed = samples.map((sample) => ({ ...sample }));
  order.forEach((i, rank) => (retimed[i]!.ptsTicks = shownTicks[rank]!));
  return retimed;
}
