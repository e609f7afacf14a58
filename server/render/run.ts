/**
 * One rendition's side of an encoder from start to end: takes neighbouring segments, hands each out the moment
 * it is whole, and leaves them as one finished chunk. Knows neither why the segments are wanted nor what happens
 * when they fail.
 */
import type { Clock } from '../base/clock.js';
import { AppError, isAppError } from '../base/errors.js';
import type { ChunkWriter } from '../../storage/segments/index.js';
import type { Assembled, Assembler } from './assemble.js';
import type { RunView } from './choose.js';
import type { EncoderLeg } from './encoder.js';
import type { Span } from './timeline.js';

export interface RunJob {
  span: Span;
  purpose: RunView['purpose'];
  leg: EncoderLeg;
  assembler: Assembler;
  /** Where the original lies now; asked at the end, to know that it was the same all the time. */
  locate(): Promise<string>;
  write(first: number): Promise<ChunkWriter>;
  secondsOf(span: Span): number;
  onInit(init: Buffer): Promise<void>;
  onSegment(n: number, bytes: Buffer): void;
}

export interface Run {
  readonly purpose: RunView['purpose'];
  readonly first: number;
  /** Runs of one process have the same. */
  readonly encoder: object;
  view(): RunView;
  next(): number;
  last(): number;
  /** Others make what comes after `last`. */
  endAt(last: number): void;
  /** Ends it now; whole segments are kept. */
  stop(): void;
  /** Holds the process still, or lets it go on, as far as the others that read from it agree. */
  setPaused(paused: boolean): void;
  /** Never rejects. */
  done: Promise<RunEnd>;
}

export interface RunEnd {
  /** Absent when everything up to `last` was made. */
  error?: unknown;
  wasStopped: boolean;
  /** False when even what was handed out had to be thrown away. */
  isKept: boolean;
  /** Of a process that works for several, this one's part. */
  activeMs: number;
  /** From the start to the first segment. */
  firstMs?: number;
}

/** An encoder that gives nothing for so long hangs. */
const STALL_MS = 60_000;

export function startRun({ clock }: { clock: Clock }, job: RunJob): Run {
  const { leg } = job;
  const { first } = job.span;
  const stopping = new AbortController();
  const stopwatch = createStopwatch(clock);
  let next = first;
  let { last } = job.span;
  let writer: ChunkWriter | undefined;
  let firstMs: number | undefined;
  let atNextMs = 0;
  let isPaused = false;
  let isOpen = false;
  let cancelStall: (() => void) | undefined;
  let stalled: AppError | undefined;

  function watchForStall() {
    cancelStall?.();
    if (isPaused || !isOpen) return;
    cancelStall = clock.after(STALL_MS, () => {
      stalled = new AppError('render-failed', `The encoder gave nothing for ${STALL_MS / 1000} s.`);
      leg.kill();
    });
  }

  async function take(piece: Assembled): Promise<void> {
    if (piece.type === 'init') return job.onInit(piece.bytes);
    // A segment that others make by now is theirs.
    if (piece.n > last) return;
    writer ??= await job.write(first);
    await writer.append(piece.bytes);
    next = piece.n + 1;
    atNextMs = stopwatch.ms();
    firstMs ??= atNextMs;
    job.onSegment(piece.n, piece.bytes);
  }

  async function encode(): Promise<void> {
    const output = await leg.open();
    isOpen = true;
    watchForStall();
    for await (const chunk of output) {
      watchForStall();
      for (const piece of job.assembler.push(chunk as Buffer)) await take(piece);
      if (next > last) return;
    }
    await leg.done();
    for (const piece of job.assembler.end()) await take(piece);
  }

  async function live(): Promise<RunEnd> {
    const end: RunEnd = { wasStopped: false, isKept: true, activeMs: 0 };
    try {
      await encode();
      if (next <= last) throw new AppError('render-failed', 'The encoder ended early.');
    } catch (error) {
      end.wasStopped = stopping.signal.aborted;
      if (!(end.wasStopped && next > last)) end.error = stalled ?? error;
    } finally {
      isOpen = false;
      cancelStall?.();
      await leg.release();
      stopwatch.pause();
    }
    return {
      ...end,
      ...(await keep(end)),
      activeMs: stopwatch.ms() * leg.part,
      ...(firstMs ? { firstMs } : {}),
    };
  }

  /** What was made stays, unless the disk is full or the original was rewritten meanwhile. */
  async function keep({ error }: RunEnd): Promise<Partial<RunEnd>> {
    try {
      if (isAppError(error, 'no-space')) throw error;
      await job.locate().catch((fault: unknown) => {
        if (isAppError(fault, 'source-changed')) throw fault;
      });
      await writer?.finish();
      return {};
    } catch (fault) {
      // Where even that fails it is left for the next start to remove.
      await writer?.discard().catch(() => {});
      return { error: fault, isKept: false };
    }
  }

  function stop() {
    stopping.abort();
    void leg.release();
  }

  const done = live();

  return {
    purpose: job.purpose,
    first,
    encoder: leg.encoder,
    next: () => next,
    last: () => last,
    view: () => ({
      purpose: job.purpose,
      next,
      last,
      ...msPerSecond(),
      sinceMs: stopwatch.ms() - atNextMs,
    }),
    endAt(end) {
      last = Math.min(last, end);
      if (next > last) stop();
    },
    stop,
    setPaused(paused) {
      if (paused === isPaused) return;
      isPaused = paused;
      if (paused) stopwatch.pause();
      else stopwatch.resume();
      leg.setPaused(paused);
      watchForStall();
    },
    done,
  };

  /** The start is left out as soon as there is more to go by. */
  function msPerSecond(): { msPerSecond?: number } {
    if (firstMs === undefined) return {};
    if (next === first + 1) return { msPerSecond: firstMs / job.secondsOf({ first, last: first }) };
    return { msPerSecond: (atNextMs - firstMs) / job.secondsOf({ first: first + 1, last: next - 1 }) };
  }
}

/** Milliseconds in which the process could work. */
function createStopwatch(clock: Clock) {
  let before = 0;
  let sinceMs: number | undefined = clock.now();
  return {
    ms: () => before + (sinceMs === undefined ? 0 : clock.now() - sinceMs),
    pause() {
      before += sinceMs === undefined ? 0 : clock.now() - sinceMs;
      sinceMs = undefined;
    },
    resume() {
      sinceMs ??= clock.now();
    },
  };
}
