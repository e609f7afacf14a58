/** One encoded rendition as the engine works on it: where its pieces begin, and what makes them. Pure. */
import { AAC_FRAME_SAMPLES } from '../media/aac.js';
import { audioChunkArgs } from '../media/audio-args.js';
import { videoChunkArgs, type VideoChunk } from '../media/args.js';
import { audioBoundaries, chunksOf, videoBoundaries } from '../media/grid.js';
import type { AudioRendition, EncodedVideo, Plan, Rendition } from '../media/plan.js';
import { secondsOfFrame, timescaleOf } from '../media/rational.js';
import { audioInit, createAudioAssembler, createVideoAssembler, type Assembler } from './assemble.js';
import type { RenderSource } from './model.js';
import type { Encoded } from './progress.js';
import type { SegmentTimes } from './segment-times.js';
import { createTimeline, type Span, type Timeline } from './timeline.js';

/** As in VideoChunk. */
export type Effort = Pick<VideoChunk, 'threads' | 'isAwaited'>;

export interface Layout {
  timeline: Timeline;
  args(path: string, span: Span, effort: Effort): string[];
  assembler(span: Span): Assembler;
  /** Known ahead for audio; video's comes from the encoder. */
  init?: Buffer;
  /** What segment n must say of itself. */
  promise(n: number): SegmentTimes;
}

/** Encoding sound is fast: fewer, longer chunks. */
const AUDIO_CHUNK_SECONDS = 60;

export const isEncoded = (rendition: Rendition): rendition is Encoded =>
  rendition.kind !== 'subtitles' && rendition.method === 'encode';

/** Of any rendition that has segments, copied or encoded. */
export function countSegments(rendition: Exclude<Rendition, { kind: 'subtitles' }>, plan: Plan): number {
  return (rendition.kind === 'audio' ? rendition.frames : plan.videoGrid!.frames).length - 1;
}

export function layOut(source: RenderSource, rendition: Encoded): Layout {
  return rendition.kind === 'audio' ? layOutAudio(source, rendition) : layOutVideo(source, rendition);
}

function layOutVideo({ info, plan }: RenderSource, rendition: EncodedVideo): Layout {
  const grid = plan.videoGrid!;
  const { frames, frameRate } = grid;
  const { frameTicks } = timescaleOf(frameRate);
  const startOf = (n: number) => secondsOfFrame(frames[n]!, frameRate);
  return {
    timeline: createTimeline(frames.length - 1, startOf, chunksOfBoundaries(videoBoundaries(grid))),
    promise: (n) => timesOf(frames, n, frameTicks),
    args: (path, span, effort) => videoArgs({ info, plan }, [rendition], { path, span, ...effort }),
    assembler: (span) => createVideoAssembler(rendition, grid, span),
  };
}

/** For one encoder that makes the same span of several renditions. */
export function videoArgs(
  { info, plan }: Pick<RenderSource, 'info' | 'plan'>,
  renditions: readonly EncodedVideo[],
  { path, span, ...effort }: { path: string; span: Span } & Effort,
): string[] {
  const grid = plan.videoGrid!;
  const segments = { firstSegment: span.first, lastSegment: span.last };
  return videoChunkArgs({ source: { path, info }, renditions, grid, ...effort, ...segments });
}

function layOutAudio({ info }: RenderSource, rendition: AudioRendition): Layout {
  const { frames, offsetSamples, sampleRate } = rendition;
  const boundaries = audioBoundaries(rendition);
  const chunks = joinChunks(chunksOfBoundaries(boundaries), boundaries);
  const startOf = (n: number) => (offsetSamples + frames[n]! * AAC_FRAME_SAMPLES) / sampleRate;
  return {
    timeline: createTimeline(frames.length - 1, startOf, chunks),
    promise: (n) => timesOf(frames, n, AAC_FRAME_SAMPLES, offsetSamples),
    args: (path, { first, last }) =>
      audioChunkArgs({
        source: { path, info },
        ...{ rendition, firstFrame: frames[first]!, endFrame: frames[last + 1]! },
      }),
    assembler: (span) => createAudioAssembler(rendition, span),
    init: audioInit(rendition),
  };
}

const chunksOfBoundaries = (boundariesSeconds: readonly number[]): Span[] =>
  chunksOf(boundariesSeconds).map(({ firstSegment: first, lastSegment: last }) => ({ first, last }));

function timesOf(frames: readonly number[], n: number, frameTicks: number, offset = 0): SegmentTimes {
  const sampleCount = frames[n + 1]! - frames[n]!;
  return {
    baseDecodeTime: offset + frames[n]! * frameTicks,
    sampleCount,
    durationTicks: sampleCount * frameTicks,
  };
}

function joinChunks(chunks: readonly Span[], boundariesSeconds: readonly number[]): Span[] {
  const joined: Span[] = [];
  for (const { first, last } of chunks) {
    const before = joined.at(-1);
    const seconds = before ? boundariesSeconds[last + 1]! - boundariesSeconds[before.first]! : Infinity;
    if (before && seconds <= AUDIO_CHUNK_SECONDS) before.last = last;
    else joined.push({ first, last });
  }
  return joined;
}
