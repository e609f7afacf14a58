/**
 * One encoded rendition of one generation as viewers see it: a wish is met by reading, by waiting for an encoder
 * that is near, or by starting one right there; what is no longer wished for is given up.
 */
import type { Clock } from '../base/clock.js';
import { AppError, isAppError } from '../base/errors.js';
import type { Exec } from '../base/exec.js';
import type { Log } from '../base/log.js';
import type { SegmentStore } from '../../storage/segments/index.js';
import { chooseRun, isStarving } from './choose.js';
import type { Coverage } from './coverage.js';
import type { Crew } from './crew.js';
import { layOut } from './layout.js';
import { createMaking, type FillWay, type Making, type MakingEnd } from './making.js';
import type { RenderSource } from './model.js';
import type { Encoded } from './progress.js';
import type { Run } from './run.js';
import { orAborted } from './shared-work.js';
import { createShelf, type Proof } from './shelf.js';
import type { Space } from './space.js';
import type { Span, Timeline } from './timeline.js';
import { createWishes } from './wishes.js';

export interface Track extends Pick<Making, 'gap' | 'failure' | 'isFree' | 'isHeld' | 'prove'> {
  readonly rendition: Encoded;
  readonly coverage: Coverage;
  readonly timeline: Timeline;
  /** Resolves when it is known what exists. */
  ready(): Promise<void>;
  init(signal: AbortSignal): Promise<Buffer>;
  /** Errors: as Engine.segment. */
  segment(n: number, signal: AbortSignal): Promise<Buffer>;
  fill(span: Span, how?: FillWay): void;
  /** There once it is complete and was found right. */
  proof(): Proof | undefined;
  isBusy(): boolean;
  /** Refuses what is asked from now on, ends its encoders; resolves when they are gone. */
  close(): Promise<void>;
}

export interface TrackDeps {
  store: SegmentStore;
  exec: Exec;
  clock: Clock;
  log: Log;
  crew: Crew;
  space: Space;
  /** For an encoder that a viewer waits for. */
  threads: number;
  niceness: number;
  /** A segment exists, or an encoder has ended. */
  onChange(end?: MakingEnd): void;
}

/** Wishes are numbers of segments; this one is for the initialisation section. */
const INIT = -1;
/** Until it was measured: start, seek, decode to the frame, encode the first segment. */
const FRESH_MS = 1000;
/** How long an encoder outlives the last viewer who gave up on it: the next request may be on its way. */
const GRACE_MS = 1500;
/** How often it is looked whether the encoder that is waited for still keeps its promise. */
const REVIEW_MS = 1000;
/** A viewer who reads on is served ahead when no more than this lies before the next gap. */
const AHEAD_SECONDS = 12;
const READS = 16;

export function createTrack(deps: TrackDeps, source: RenderSource, rendition: Encoded): Track {
  const { crew, space, clock, store } = deps;
  const log = deps.log.child({ generationId: source.generationId, rendition: rendition.id });
  const layout = layOut(source, rendition);
  const { timeline } = layout;
  const key = { generationId: source.generationId, recipe: source.plan.recipe, renditionId: rendition.id };
  const shelf = createShelf({ store, key, layout });
  const { coverage } = shelf;
  const wishes = createWishes<Buffer>();
  const locate = () => source.locate();
  const hooks = { isAwaited, onInit, onSegment, onEnd };
  const making = createMaking({ ...deps, ...hooks, log, layout, shelf, locate });
  let loading: Promise<void> | undefined;
  let freshMs = FRESH_MS;
  /** What was handed out last. */
  const reads: { n: number; count: number }[] = [];
  let readCount = 0;
  let cancelReview: (() => void) | undefined;
  let isClosed = false;

  function ready(): Promise<void> {
    loading ??= shelf.load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  }

  /** The initialisation section comes with whatever encoder is the first to have it. */
  function isAwaited(run: Run): boolean {
    return wishes.has(INIT) || wishes.hasIn(run.next(), run.last());
  }

  /** `find` looks for what exists; only when there is nothing the wish is made known. */
  async function obtain(n: number, signal: AbortSignal, find: () => Promise<Buffer | undefined>) {
    await orAborted(ready(), signal);
    for (;;) {
      const found = await find();
      if (found) return found;
      const sentence = making.failureOf(Math.max(0, n));
      if (sentence !== undefined) throw failed(sentence);
      if (isClosed) throw stopping();
      await space.require();
      // It may have come to exist in the meantime.
      if (n === INIT ? !shelf.init() : !coverage.has(n)) break;
    }
    const coming = wishes.add(n, signal);
    attend(n);
    review();
    return coming;
  }

  async function obtainOrLetGo(...wish: Parameters<typeof obtain>): Promise<Buffer> {
    return obtain(...wish).catch((error: unknown) => {
      if (isAppError(error, 'aborted')) abandon(Math.max(0, wish[0]));
      throw error;
    });
  }

  /** Sees to it that the wish is being met. */
  function attend(n: number): void {
    if (!wishes.has(n) || making.isHeld()) return;
    const isMet = () =>
      n === INIT
        ? [...making.runs()].some((run) => !isStarving(run.view(), freshMs))
        : chooseRun(n, making.runs(), { ...timeline, freshMs }) !== undefined;
    const isUnmet = () => wishes.has(n) && !making.isHeld() && !isMet();
    try {
      const begin = () => (isUnmet() ? making.start(Math.max(0, n), 'demand') : undefined);
      if (isUnmet()) crew.request(`${source.generationId}/${rendition.id}/${n}`, begin);
      crew.balance();
    } catch (error) {
      wishes.reject(n, error);
    }
  }

  function review() {
    cancelReview ??= clock.after(REVIEW_MS, () => {
      cancelReview = undefined;
      for (const n of wishes.numbers()) attend(n);
      if (wishes.numbers().length > 0) review();
    });
  }

  /** The last one who waited for n may have gone: what was begun for them ends, unless somebody comes at once. */
  function abandon(n: number) {
    crew.balance();
    const since = readCount;
    const endAhead = timeline.startOf(n) + 2 * AHEAD_SECONDS;
    for (const run of making.runs()) {
      const isAhead = run.purpose === 'ahead' && run.first > n && timeline.startOf(run.first) < endAhead;
      const isForThem = run.purpose !== 'background' && ((run.first <= n && n <= run.last()) || isAhead);
      if (!isForThem || isAwaited(run)) continue;
      const isRead = () =>
        reads.some(
          (read) => read.count > since && (isAhead || (run.first <= read.n && read.n <= run.last())),
        );
      clock.after(GRACE_MS, () => {
        if (!isAwaited(run) && !isRead()) run.stop();
      });
    }
  }

  /** Who reads one segment after the other will want what comes next. */
  function goAhead(n: number) {
    const isReadingOn = reads.some((read) => read.n === n - 1);
    reads.push({ n, count: ++readCount });
    if (reads.length > READS) reads.shift();
    if (!isReadingOn || isClosed || making.isHeld() || !crew.hasRoom() || space.isLow()) return;
    if ([...making.runs()].some((run) => run.purpose === 'ahead')) return;
    const horizon = timeline.startOf(n + 1) + AHEAD_SECONDS;
    for (let m = n + 1; m < coverage.total && timeline.startOf(m) <= horizon; m++) {
      if (making.isFree(m)) return crew.add(making.start(m, 'ahead'));
    }
  }

  function onInit(bytes: Buffer) {
    if (!wishes.has(INIT)) return;
    wishes.resolve(INIT, bytes);
    // For want of anything better its encoder has begun at the start; who wants another place will say so next.
    abandon(0);
  }

  function onSegment(n: number, bytes: Buffer) {
    wishes.resolve(n, bytes);
    crew.balance();
    deps.onChange();
  }

  function onEnd(end: MakingEnd) {
    const { span, run, purpose, fault } = end;
    if (run?.firstMs && purpose === 'demand') freshMs = (freshMs + run.firstMs) / 2;
    if (fault?.code === 'no-space') space.ranOut();
    for (const n of wishes.numbers()) {
      const sentence = making.failureOf(Math.max(0, n));
      const isConcerned = n === INIT || (n >= span.first && n <= span.last);
      if (isClosed) wishes.reject(n, stopping());
      else if (fault && isConcerned) wishes.reject(n, fault);
      else if (sentence !== undefined) wishes.reject(n, failed(sentence));
      else if (space.isLow())
        wishes.reject(n, new AppError('no-space', 'There is not enough free space left.'));
      else attend(n);
    }
    deps.onChange(end);
  }

  return {
    rendition,
    coverage,
    timeline,
    ready,
    init: (signal) => obtainOrLetGo(INIT, signal, async () => shelf.init()),
    async segment(n, signal) {
      const find = async () => (coverage.has(n) ? shelf.read(n) : undefined);
      const bytes = await obtainOrLetGo(n, signal, find);
      goAhead(n);
      return bytes;
    },
    gap: (where) => (making.isHeld() ? undefined : making.gap(where)),
    isFree: (n) => !making.isHeld() && making.isFree(n),
    fill: (span, how) => crew.add(making.fill(span, how)),
    failure: () => making.failure(),
    isHeld: () => making.isHeld(),
    prove: () => making.prove(),
    proof: () => shelf.proof(),
    isBusy: () => making.isHeld() || wishes.numbers().length > 0 || [...making.runs()].length > 0,
    async close() {
      isClosed = true;
      cancelReview?.();
      for (const n of wishes.numbers()) wishes.reject(n, stopping());
      await loading?.catch(() => {});
      await making.close();
    },
  };
}

const failed = (sentence: string) => new AppError('render-failed', sentence);
const stopping = () => new AppError('busy', 'The engine is stopping this work.');
