/** One encoded rendition as the engine works on it: where its pieces begin, and what makes them. Pure. */
import { AAC_FRAME_SAMPLES } from '../media/aac.js';
import { audioChunkArgs } from '../media/audio-args.js';
import { videoChunkArgs } from '../media/args.js';
import { audioBoundaries, chunksOf, videoBoundaries } from '../media/grid.js';
import type { AudioRendition, Plan, Rendition } from '../media/plan.js';
import { timescaleOf } from '../media/rational.js';
import { audioInit, createAudioAssembler, createVideoAssembler, type Assembler } from './assemble.js';
import type { Span } from './coverage.js';
import type { RenderSource } from './model.js';
import type { Encoded } from './progress.js';
import type { SegmentTimes } from './segment-times.js';

export interface Layout {
  /** Begin of each segment, and the end as last entry. */
  boundariesSeconds: number[];
  /** What is encoded in one go. */
  chunks: Span[];
  args(path: string, span: Span, threads: number): string[];
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

export function layOut({ info, plan }: RenderSource, rendition: Encoded): Layout {
  const boundariesSeconds =
    rendition.kind === 'audio' ? audioBoundaries(rendition) : videoBoundaries(plan.videoGrid!);
  const chunks = chunksOf(boundariesSeconds).map((chunk) => ({
    first: chunk.firstSegment,
    last: chunk.lastSegment,
  }));
  if (rendition.kind === 'audio') return layOutAudio(info, rendition, boundariesSeconds, chunks);
  const grid = plan.videoGrid!;
  const { frameTicks } = timescaleOf(grid.frameRate);
  return {
    boundariesSeconds,
    chunks,
    promise: (n) => timesOf(grid.frames, n, frameTicks),
    args: (path, { first, last }, threads) =>
      videoChunkArgs({
        source: { path, info },
        ...{ rendition, grid, threads, firstSegment: first, lastSegment: last },
      }),
    assembler: (span) => createVideoAssembler(rendition, grid, span),
  };
}

function layOutAudio(
  info: RenderSource['info'],
  rendition: AudioRendition,
  boundariesSeconds: number[],
  chunks: readonly Span[],
): Layout {
  const { frames, offsetSamples } = rendition;
  return {
    boundariesSeconds,
    chunks: joinChunks(chunks, boundariesSeconds),
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
