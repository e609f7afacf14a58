/**
 * The words between the engine and those who ask it: what a source is, what progress looks like.
 * Plain data and one interface; no behaviour.
 */
import type { ClipInit, ClipRange } from '../media/clip/index.js';
import type { MediaInfo } from '../media/info.js';
import type { Plan } from '../media/plan.js';
import type { SourceIndex } from '../media/source-index.js';

/** One content of one media file, ready to be rendered. */
export interface RenderSource {
  generationId: string;
  info: MediaInfo;
  plan: Plan;
  /**
   * Where the original lies now (it may be renamed at any time, so ask at each use).
   * Errors: AppError 'source-missing'.
   */
  locate(): Promise<string>;
}

export interface Progress {
  state: 'waiting' | 'rendering' | 'paused' | 'complete' | 'failed';
  /** 0..1 over everything that is made in the background. */
  fraction: number;
  /** Honest time left at the measured speed; absent until it can be told. */
  secondsLeft?: number;
  /** One sentence for 'paused' (no space) and 'failed'. */
  reason?: string;
}

/** Small pictures of its moments on one sheet; the peaks of its sound as JSON; its beginning as chats show it. */
export type CompanionName = 'storyboard.jpg' | 'waveform.json' | 'unfurl.mp4';

export interface Bandwidth {
  bandwidthBps: number;
  averageBandwidthBps: number;
}

export interface RenditionReport {
  id: string;
  method: 'copy' | 'encode';
  /** Segments that exist or need no rendering, of all. */
  segmentsReady: number;
  segmentsTotal: number;
  sizeBytes: number;
}

/**
 * Pieces of a time range of a source (layoutClip says which there are). Errors as Engine.segment; 'invalid' for a
 * range that cannot be a clip; 'busy' when too many clips are being made.
 */
export interface ClipEngine {
  /** Initialisation section of the pieces that say `which`. */
  init(
    source: RenderSource,
    range: ClipRange,
    renditionId: string,
    which: ClipInit,
    signal: AbortSignal,
  ): Promise<Buffer>;
  /** Media segment k of the clip's rendition; media time begins at 0 and nothing tells where in the parent it lies. */
  segment(
    source: RenderSource,
    range: ClipRange,
    renditionId: string,
    k: number,
    signal: AbortSignal,
  ): Promise<Buffer>;
  /** WebVTT for HLS with the cues of the range, on the clip's time. */
  captions(source: RenderSource, range: ClipRange, renditionId: string, signal: AbortSignal): Promise<Buffer>;
  /** JPEG of the clip's first picture, or the cover; undefined where there is none. */
  poster(source: RenderSource, range: ClipRange, signal: AbortSignal): Promise<Buffer | undefined>;
  /** The clip as one progressive file: the best picture and the default sound. */
  download(source: RenderSource, range: ClipRange, signal: AbortSignal): Promise<ClipFile>;
  /** Ends the work for a range and removes what was made of it. */
  forget(generationId: string, range: ClipRange): Promise<void>;
  /** Forgets all ranges of a generation but these and those that somebody has asked for within hours. */
  sweep(generationId: string, keep: readonly ClipRange[]): Promise<void>;
}

/** The same bytes at every call, so that parts of it can be fetched at any time. */
export interface ClipFile {
  sizeBytes: number;
  /** video/mp4 or audio/mp4. */
  contentType: string;
  /** Bytes [from, to), made as they are read. */
  read(from: number, to: number, signal: AbortSignal): AsyncIterable<Buffer>;
}

export interface Engine {
  /** Initialisation section of a video or audio rendition. Errors: 'not-found' for an id not in the plan. */
  init(source: RenderSource, renditionId: string, signal: AbortSignal): Promise<Buffer>;
  /**
   * Media segment n, rendered now when it does not exist yet, ahead of all background work. Aborting the
   * signal gives up the wish; work that nobody wishes for any more is killed.
   * Errors: 'not-found' (no such rendition or n), 'aborted', 'render-failed', 'source-missing',
   * 'source-changed', 'no-space', 'busy'.
   */
  segment(source: RenderSource, renditionId: string, n: number, signal: AbortSignal): Promise<Buffer>;
  /** WebVTT of a subtitle rendition, for HLS (with X-TIMESTAMP-MAP). */
  captions(source: RenderSource, renditionId: string, signal: AbortSignal): Promise<Buffer>;
  /** JPEG; undefined where there is no picture (audio without cover). Made once, kept. */
  poster(source: RenderSource, signal: AbortSignal): Promise<Buffer | undefined>;
  /** Small JPEG of what is seen at that moment, or the cover; undefined where there is no picture. Made once, kept. */
  frame(source: RenderSource, atMs: number, signal: AbortSignal): Promise<Buffer | undefined>;
  /** The verbs of clips. What they make is kept under the generation and the range, for all who ask for the same. */
  readonly clips: ClipEngine;
  /**
   * What accompanies the file, or a clip of it, in a player; undefined where there is none. Made at once where it
   * does not exist yet, and kept.
   */
  companion(
    source: RenderSource,
    name: CompanionName,
    range: ClipRange | undefined,
    signal: AbortSignal,
  ): Promise<Buffer | undefined>;
  /** What was measured of finished encoded renditions, by rendition id. */
  measured(source: RenderSource): Promise<Record<string, Bandwidth>>;
  report(source: RenderSource): Promise<RenditionReport[]>;
  progress(generationId: string): Progress | undefined;
  /** How many files the background has still work with, and why nothing is done where that is so for all. */
  workload(): { files: number; reason?: string };
  /**
   * Puts a generation's background work into the queue (poster, smallest rendition first …). Idempotent. An index
   * that is open already is taken over: the first viewer need not wait for it.
   */
  fill(source: RenderSource, index?: SourceIndex): void;
  /** Called with the generation whenever its progress changed in a way that people should see. */
  onProgress(listener: (generationId: string, progress: Progress) => void): () => void;
  /** Stops its work and removes everything made of it. */
  forget(generationId: string): Promise<void>;
  start(): Promise<void>;
  /** Resolves when every child process is gone. */
  close(): Promise<void>;
}
