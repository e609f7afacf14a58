/**
 * Where the pieces of a stream begin and end, computed before anything is made. Knows frames, ticks and
 * samples; nothing of files or encoders. All boundaries are integers, so that nothing drifts over hours.
 */
import { AAC_FRAME_SAMPLES } from './aac.js';
import type { Rational, VideoStream } from './info.js';
import type { AudioRendition, VideoGrid } from './plan.js';
import { rateOf, secondsOfFrame } from './rational.js';

/** The first segment is short, so that playback starts as soon as possible. */
const FIRST_SECONDS = { encoded: 0.5, copied: 1 };
const VIDEO_SECONDS = 2;
const AUDIO_ONLY_FIRST_SECONDS = [1, 1, 2, 2];
const AUDIO_ONLY_SECONDS = 4;
/** A shorter remainder joins the segment before it: players stumble over slivers. */
const SHORTEST_SECONDS = 0.5;
/** The first is made before all else, so that any file starts at once: it is short. */
const CHUNK_SECONDS = { first: 4, least: 20, most: 24, shortest: 4 };

export interface Chunk {
  firstSegment: number;
  /** Inclusive. */
  lastSegment: number;
}

/** True where a frame of an encode may show another picture than the one that begins with it. */
export const isUneven = (video: Pick<VideoStream, 'variableFrameRate' | 'sourceFrameRate'>): boolean =>
  video.variableFrameRate || video.sourceFrameRate !== undefined;

/**
 * How far, in frames from -0.5 to 0.5, the pictures of a stream that begins late lie beside the grid of frames. Taken
 * away, each falls onto one frame, however roughly a container tells the time.
 */
export function shiftOf(video: VideoStream): number {
  if (isUneven(video)) return 0;
  const frames = (video.delaySeconds ?? 0) * rateOf(video.frameRate);
  return frames - Math.round(frames - 1e-6);
}

/** For a video that is encoded only: every 2 s, on whole frames, and once more after 0.5 s. */
export function absoluteGrid(durationSeconds: number, frameRate: Rational): VideoGrid {
  const rate = rateOf(frameRate);
  const inFrames = (seconds: number) => Math.max(1, Math.round(seconds * rate));
  // To the nearest frame, as the encoder's rate filter rounds: a stream that begins a little late or a
  // duration told in milliseconds must not show its last picture twice.
  const end = Math.max(1, Math.round(durationSeconds * rate));
  const [first, step] = [inFrames(FIRST_SECONDS.encoded), inFrames(VIDEO_SECONDS)];
  const starts = [...ascend(end, [first, Math.max(1, step - first)], step)];
  return { frameRate, frames: closeGrid(starts, end, SHORTEST_SECONDS * rate) };
}

/**
 * For a video whose top rendition is a copy: the source's own keyframes. The first segment is as short as
 * the keyframes allow (but not under a second), the others last at least `segmentSeconds`.
 */
export function keyframeGrid(
  source: { timescale: number; keyframeTicks: Float64Array; endTicks: number },
  frameRate: Rational,
  { segmentSeconds = 4, shiftFrames = 0 }: { segmentSeconds?: number | undefined; shiftFrames?: number } = {},
): VideoGrid {
  const { timescale, keyframeTicks, endTicks } = source;
  const frameOf = (ticks: number) => Math.round((ticks / timescale) * rateOf(frameRate) - shiftFrames);
  const ticks = [keyframeTicks[0] ?? 0];
  for (const tick of keyframeTicks) {
    const leastSeconds = ticks.length === 1 ? FIRST_SECONDS.copied : segmentSeconds;
    // Half a tick of tolerance: some time scales hold no whole second.
    if (tick - ticks.at(-1)! >= leastSeconds * timescale - 0.5) ticks.push(tick);
  }
  const closed = closeGrid(ticks, endTicks, SHORTEST_SECONDS * timescale);
  const frames = closed.map((tick, i) => (i === 0 ? 0 : frameOf(tick)));
  // A picture that ends within half a frame of its segment's start still needs its frame.
  frames[frames.length - 1] = Math.max(frames.at(-1)!, (frames.at(-2) ?? 0) + 1);
  return { frameRate, frames, copy: { timescale, ticks: closed } };
}

/** Begin of each video segment in seconds, and the end as last entry. */
export function videoBoundaries(grid: VideoGrid): number[] {
  return grid.frames.map((frame) => secondsOfFrame(frame, grid.frameRate));
}

/** Begin of each audio segment where there is no video: 1, 1, 2, 2, then 4 s each; the end as last entry. */
export function audioOnlyBoundaries(durationSeconds: number): number[] {
  const end = Math.max(durationSeconds, SHORTEST_SECONDS);
  const starts = [...ascend(end, AUDIO_ONLY_FIRST_SECONDS, AUDIO_ONLY_SECONDS)];
  return closeGrid(starts, end, SHORTEST_SECONDS);
}

/** Begin of each segment of an audio rendition in seconds, and the end as last entry. */
export function audioBoundaries(
  audio: Pick<AudioRendition, 'frames' | 'offsetSamples' | 'sampleRate'>,
): number[] {
  return audio.frames.map((frame) => (audio.offsetSamples + frame * AAC_FRAME_SAMPLES) / audio.sampleRate);
}

/**
 * AAC frames at which audio is cut: the first frame at or after each boundary. Beyond the last boundary it
 * goes on to `endSeconds` (sound that outlasts the picture). Without `frameCount` the end is rounded up to a
 * whole frame, which is filled with silence; with it the source's last frame is the end.
 */
export function audioFrames(audio: {
  boundariesSeconds: readonly number[];
  endSeconds: number;
  sampleRate: number;
  offsetSamples: number;
  frameCount?: number;
}): number[] {
  const { boundariesSeconds, sampleRate, offsetSamples } = audio;
  const frameOf = (seconds: number) =>
    Math.max(0, Math.ceil((seconds * sampleRate - offsetSamples) / AAC_FRAME_SAMPLES - 1e-9));
  const lastSeconds = boundariesSeconds.at(-1) ?? 0;
  const end = audio.frameCount ?? frameOf(Math.max(audio.endSeconds, lastSeconds));
  const shortest = (SHORTEST_SECONDS * sampleRate) / AAC_FRAME_SAMPLES;
  const beyond = [...ascend(Math.max(audio.endSeconds - lastSeconds, 0), [], AUDIO_ONLY_SECONDS)];
  const starts: number[] = [];
  for (const seconds of [...boundariesSeconds.slice(0, -1), ...beyond.map((s) => s + lastSeconds)]) {
    const frame = frameOf(seconds);
    if (frame < end && frame > (starts.at(-1) ?? -1)) starts.push(frame);
  }
  return closeGrid(starts, end, shortest);
}

/**
 * Consecutive segments in groups of some 20 s (the first of 4 s), each encoded in one go: long enough that
 * starting an encoder and decoding from the keyframe before do not matter, short enough to be given up or redone. `boundariesSeconds` as in videoBoundaries.
 */
export function chunksOf(boundariesSeconds: readonly number[]): Chunk[] {
  const chunks: Chunk[] = [];
  const segments = boundariesSeconds.length - 1;
  const seconds = (first: number, last: number) => boundariesSeconds[last + 1]! - boundariesSeconds[first]!;
  for (let first = 0; first < segments;) {
    let last = first;
    const isWithin = (n: number) => n < segments && seconds(first, n) <= CHUNK_SECONDS.most + 1e-6;
    const least = first === 0 ? CHUNK_SECONDS.first : CHUNK_SECONDS.least;
    while (seconds(first, last) < least - 1e-6 && isWithin(last + 1)) last++;
    // A short remainder is not worth a chunk of its own.
    const isRemainder = isWithin(segments - 1) && seconds(last + 1, segments - 1) < CHUNK_SECONDS.shortest;
    if (isRemainder) last = segments - 1;
    chunks.push({ firstSegment: first, lastSegment: last });
    first = last + 1;
  }
  return chunks;
}

/** 0, then steps from `first` while they last, then `step` for ever, below `end`. */
function* ascend(end: number, first: readonly number[], step: number): Generator<number> {
  let at = 0;
  for (let i = 0; at < end; i++) {
    yield at;
    at += first[i] ?? step;
  }
}

/** Adds the end; a last segment shorter than `shortest` is joined with the one before. */
function closeGrid(starts: readonly number[], end: number, shortest: number): number[] {
  const kept = starts.slice();
  while (kept.length > 1 && end - kept.at(-1)! < shortest) kept.pop();
  return [...kept, end];
}
