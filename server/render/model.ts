/**
 * The words between the engine and those who ask it: what a source is, what progress looks like.
 * Plain data and one interface; no behaviour.
 */
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
  /** What was measured of finished encoded renditions, by rendition id. */
  measured(source: RenderSource): Promise<Record<string, Bandwidth>>;
  report(source: RenderSource): Promise<RenditionReport[]>;
  progress(generationId: string): Progress | undefined;
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
