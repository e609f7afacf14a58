/**
 * The encoders of one rendition: starts them on what is missing, keeps the shelf and the record of failures true
 * when they end. Knows no viewers; who waits for what is told by its owner.
 */
import type { Clock } from '../base/clock.js';
import { AppError, isAppError } from '../base/errors.js';
import type { Exec } from '../base/exec.js';
import type { Log } from '../base/log.js';
import { firstGap } from './coverage.js';
import type { Member } from './crew.js';
import { createEncoder, type EncoderJob, type EncoderLeg } from './encoder.js';
import { createFailures } from './failures.js';
import type { Layout } from './layout.js';
import { startRun, type Run, type RunEnd } from './run.js';
import type { Shelf } from './shelf.js';
import type { Span } from './timeline.js';

export interface Making {
  runs(): Iterable<Run>;
  /** Missing, and nobody is about to make it. */
  isFree(n: number): boolean;
  /** Why segment n is not made any more. */
  failureOf(n: number): string | undefined;
  failure(): string | undefined;
  /** While the shelf is being proved or cleared nothing may be started. */
  isHeld(): boolean;
  /** What the background would make next, in the first chunk only or anywhere. */
  gap(where: 'opening' | 'anywhere'): Span | undefined;
  /** From segment n to the end of its chunk, or to what exists or is made by others there. */
  start(n: number, purpose: 'demand' | 'ahead'): Member;
  fill(span: Span, how?: FillWay): Member;
  /** Reads the complete rendition back; what is wrong is removed, to be made once more. */
  prove(): Promise<void>;
  /** Ends all; resolves when they are gone. */
  close(): Promise<void>;
}

export interface FillWay {
  /** Of an encoder that makes the same of other renditions; without it there is one of its own. */
  leg?: EncoderLeg;
  /** Viewers are likely to wait for it at any moment. */
  isUrgent?: boolean;
}

export interface MakingDeps {
  exec: Exec;
  clock: Clock;
  log: Log;
  layout: Layout;
  shelf: Shelf;
  locate(): Promise<string>;
  /** For an encoder that somebody waits for; others have one. */
  threads: number;
  /** 0 to 19, of the background. */
  niceness: number;
  isAwaited(run: Run): boolean;
  onInit(init: Buffer): void;
  onSegment(n: number, bytes: Buffer): void;
  onEnd(end: MakingEnd): void;
}

/** An encoder has ended, or the shelf is free again. */
export interface MakingEnd {
  /** What the encoder was meant to make; empty for the shelf. */
  span: Span;
  purpose?: Run['purpose'];
  run?: RunEnd;
  /** Seconds of media that it made and that stay. */
  madeSeconds: number;
  /** No failure of the encoder, so that all who wait should know at once. */
  fault?: AppError;
}

const URGENT_NICE = 3;
const AHEAD_NICE = 10;

export function createMaking(deps: MakingDeps): Making {
  const { layout, shelf, log } = deps;
  const { timeline } = layout;
  const { coverage } = shelf;
  const failures = createFailures(timeline);
  const runs = new Set<Run>();
  let hold: Promise<void> | undefined;
  let otherInits = 0;
  let hasStartedOver = false;
  let wrongProofs = 0;
  const stopping = new AbortController();

  const claims = (run: Run, n: number) => run.next() <= n && n <= run.last();
  const isFree = (n: number) =>
    !coverage.has(n) && failures.of(n) === undefined && ![...runs].some((run) => claims(run, n));

  function priorityOf(purpose: Run['purpose'], isUrgent: boolean): EncoderJob['priority'] {
    if (purpose === 'demand') return { nice: 0 };
    if (isUrgent) return { nice: Math.min(URGENT_NICE, deps.niceness) };
    if (purpose === 'ahead') return { nice: Math.min(AHEAD_NICE, deps.niceness) };
    return { nice: deps.niceness, ownSession: true };
  }

  function begin(span: Span, purpose: Run['purpose'], way: FillWay = {}): Member {
    const { isUrgent = false } = way;
    const priority = priorityOf(purpose, isUrgent);
    const isAwaited = purpose === 'demand' || isUrgent;
    const effort = { threads: isAwaited ? deps.threads : 1, isAwaited };
    const args = (path: string) => layout.args(path, span, effort);
    const leg = way.leg ?? createEncoder(deps.exec, { legs: 1, priority, locate: deps.locate, args })[0]!;
    let hasOtherInit = false;
    log.debug({ ...span, purpose }, 'encoder started');
    const run: Run = startRun(deps, {
      ...{ span, purpose, leg },
      assembler: layout.assembler(span),
      locate: deps.locate,
      write: (first) => shelf.write(first),
      secondsOf: timeline.secondsOf,
      async onInit(bytes) {
        hasOtherInit = !(await shelf.setInit(bytes));
        if (hasOtherInit)
          throw new AppError('render-failed', 'The encoder has other parameters than before.');
        deps.onInit(bytes);
      },
      onSegment(n, bytes) {
        coverage.add(n);
        failures.noteSuccess();
        deps.onSegment(n, bytes);
      },
    });
    runs.add(run);
    void run.done.then((end) => settle(run, end, hasOtherInit));
    return { run, isAwaited: () => deps.isAwaited(run), isUrgent };
  }

  function settle(run: Run, end: RunEnd, hasOtherInit: boolean): void {
    runs.delete(run);
    if (!end.isKept) coverage.remove({ first: run.first, last: run.next() - 1 });
    const fault =
      end.error !== undefined && !end.wasStopped ? judge(end.error, run, hasOtherInit) : undefined;
    if (coverage.isComplete() && !shelf.proof()) void prove();
    deps.onEnd({
      span: { first: run.first, last: run.last() },
      purpose: run.purpose,
      run: end,
      madeSeconds: end.isKept ? timeline.secondsOf({ first: run.first, last: run.next() - 1 }) : 0,
      ...(fault ? { fault } : {}),
    });
  }

  /** The encoder's own failures are counted here; what it could not help is given back. */
  function judge(error: unknown, run: Run, hasOtherInit: boolean): AppError | undefined {
    if (isAppError(error) && error.code !== 'render-failed') return error;
    const n = run.next();
    const detail = isAppError(error) ? error.detail : undefined;
    log.warn({ err: error, detail, segment: n, purpose: run.purpose }, 'encoder failed');
    // After an update of the encoder what it makes may not fit what it made before.
    if (hasOtherInit && !hasStartedOver) {
      if (++otherInits > 1) void holdWhile(startOver);
      return undefined;
    }
    const why = isAppError(error) ? error.message : 'an unexpected fault.';
    failures.note(n, `Rendering failed at ${Math.floor(timeline.startOf(n))} s: ${why}`);
    return undefined;
  }

  async function startOver(): Promise<void> {
    hasStartedOver = true;
    log.warn({}, 'rendition is begun anew');
    const ending = [...runs];
    for (const run of ending) run.stop();
    await Promise.all(ending.map((run) => run.done));
    await shelf.clear();
  }

  function holdWhile(work: () => Promise<void>): Promise<void> {
    hold ??= work()
      .catch((error: unknown) => {
        if (!isAppError(error, 'aborted')) log.error({ err: error }, 'rendition could not be looked after');
      })
      .finally(() => {
        hold = undefined;
        deps.onEnd({ span: { first: 0, last: -1 }, madeSeconds: 0 });
      });
    return hold;
  }

  const prove = () =>
    holdWhile(async () => {
      const wrong = await shelf.prove(stopping.signal);
      if (wrong.length === 0) return;
      log.error({ segments: wrong }, 'rendition is not as planned');
      await shelf.discard(wrong);
      if (++wrongProofs < 2) return;
      for (const n of wrong)
        failures.giveUp({ first: n, last: n }, 'What was rendered is not what was planned.');
    });

  return {
    runs: () => runs,
    isFree,
    failureOf: (n) => failures.of(n),
    failure: () => failures.first(),
    isHeld: () => hold !== undefined || stopping.signal.aborted,
    gap(where) {
      if (coverage.isComplete()) return undefined;
      for (const chunk of where === 'opening' ? [timeline.chunkOf(0)] : timeline.chunks()) {
        const gap = firstGap(chunk, isFree);
        if (gap) return gap;
      }
      return undefined;
    },
    start(n, purpose) {
      for (const run of runs) if (claims(run, n)) run.endAt(n - 1);
      const chunkEnd = timeline.chunkOf(n).last;
      let last = n;
      while (last < chunkEnd && isFree(last + 1)) last++;
      return begin({ first: n, last }, purpose);
    },
    fill: (span, how) => begin(span, 'background', how),
    prove,
    async close() {
      stopping.abort();
      const ending = [...runs];
      for (const run of ending) run.stop();
      await Promise.all([...ending.map((run) => run.done), hold]);
    },
  };
}
