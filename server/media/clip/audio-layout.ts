/**
 * Where a clip's sound is cut. An AAC frame is decoded from two neighbours, so a parent's segment is taken whole
 * only where the frame behind it lies in the range too, and a clip begins with a silent frame. Pure.
 */
import { AAC_FRAME_SAMPLES } from '../aac.js';
import type { AudioRendition } from '../plan.js';
import type { ClipAudio, ClipPiece, ClipRange } from './model.js';
import type { Splice } from './video-layout.js';

/** Silence is added up to the end of the picture (players stumble over sound that ends before), but not more. */
const MOST_SILENCE_SECONDS = 1;

/** When the first frame of the clip's sound begins in the parent; undefined where there is none. */
export function audioStartSeconds(audio: AudioRendition, range: ClipRange): number | undefined {
  const window = windowOf(audio, range);
  return window && (audio.offsetSamples + firstFrame(audio, window) * AAC_FRAME_SAMPLES) / audio.sampleRate;
}

/** Undefined where there is no sound in the range. */
export function layoutAudio(
  rendition: AudioRendition,
  range: ClipRange,
  originSeconds: number,
  splice: Splice | undefined,
): ClipAudio | undefined {
  const window = windowOf(rendition, range);
  if (!window) return undefined;
  const { sampleRate, offsetSamples, frames, id } = rendition;
  const frameAt = (seconds: number) =>
    Math.ceil((seconds * sampleRate - offsetSamples) / AAC_FRAME_SAMPLES - 1e-9);
  const discontinuities = (splice?.discontinuitySeconds ?? []).map(frameAt);
  const first = firstFrame(rendition, window);
  const end = endFrame(window, frameAt(splice?.endSeconds ?? 0), discontinuities, sampleRate);
  const inside = [...frames.slice(0, -1), ...discontinuities].filter((frame) => frame > first && frame < end);
  const points = [first, ...new Set(inside.sort((a, b) => a - b)), end];
  const originSample = Math.round(originSeconds * sampleRate - offsetSamples);
  const last = frames.length - 2;
  let n = 0;
  const pieces = points.slice(1).map((to, k): ClipPiece => {
    const from = points[k]!;
    while (n < last && frames[n + 1]! <= from) n++;
    let end = n;
    while (end < last && frames[end + 1]! < to) end++;
    return {
      kind: isWhole({ from, to, n }, rendition, window) ? 'parent' : 'made',
      first: n,
      last: end,
      fromTick: Math.max(0, from * AAC_FRAME_SAMPLES - originSample),
      toTick: to * AAC_FRAME_SAMPLES - originSample,
      init: 'parent',
      isAfterDiscontinuity: discontinuities.includes(from),
    };
  });
  return { kind: 'audio', id, timescale: sampleRate, rendition, originSample, window, pieces };
}

/** In samples from the rendition's frame 0. */
function windowOf(
  { sampleRate, offsetSamples, frames }: AudioRendition,
  { startMs, endMs }: ClipRange,
): ClipAudio['window'] | undefined {
  const sampleOf = (ms: number) => Math.ceil((ms * sampleRate) / 1000 - 1e-6) - offsetSamples;
  const fromSample = Math.max(sampleOf(startMs), frames[0]! * AAC_FRAME_SAMPLES);
  const toSample = Math.min(sampleOf(endMs), frames.at(-1)! * AAC_FRAME_SAMPLES);
  return fromSample < toSample ? { fromSample, toSample } : undefined;
}

/** One silent frame is the first, unless the parent itself begins there. */
function firstFrame({ frames }: AudioRendition, { fromSample }: ClipAudio['window']): number {
  if (fromSample === frames[0]! * AAC_FRAME_SAMPLES) return frames[0]!;
  return Math.floor(fromSample / AAC_FRAME_SAMPLES) - 1;
}

function endFrame(
  { toSample }: ClipAudio['window'],
  pictureEnd: number,
  discontinuities: readonly number[],
  sampleRate: number,
): number {
  const heard = Math.ceil(toSample / AAC_FRAME_SAMPLES);
  const mostSilence = (MOST_SILENCE_SECONDS * sampleRate) / AAC_FRAME_SAMPLES;
  const covered = pictureEnd - heard <= mostSilence ? Math.max(heard, pictureEnd) : heard;
  // What comes after a discontinuity in the picture must exist here too.
  const atLeast = (discontinuities.at(-1) ?? -Infinity) + 1;
  return atLeast - covered <= mostSilence ? Math.max(covered, atLeast) : covered;
}

/** True for the parent's segment n of which every packet says nothing but what is in the range. */
function isWhole(
  { from, to, n }: { from: number; to: number; n: number },
  { frames }: AudioRendition,
  { fromSample, toSample }: ClipAudio['window'],
): boolean {
  if (frames[n] !== from || frames[n + 1] !== to || from * AAC_FRAME_SAMPLES < fromSample) return false;
  const isParentsEnd = to === frames.at(-1) && toSample === to * AAC_FRAME_SAMPLES;
  return isParentsEnd || (to + 1) * AAC_FRAME_SAMPLES <= toSample;
}
