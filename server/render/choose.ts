/**
 * The two choices of the engine: how a wish is met soonest, and what is made next when nobody waits. Pure, so
 * that they can be looked at without a clock or a child process.
 */
import type { Timeline } from './timeline.js';

/** A run as a wish sees it: it makes segments `next` to `last`, in this order. */
export interface RunView {
  /** demand: somebody waits; ahead: somebody will soon; background: nobody does. */
  purpose: 'demand' | 'ahead' | 'background';
  next: number;
  last: number;
  /** Wall milliseconds per second of media so far; absent until its first segment is there. */
  msPerSecond?: number;
  /** How long it has been at it since its last segment (or its start). */
  sinceMs: number;
}

/** A run of which no speed is known is worth waiting for when the wish is at most this many segments behind. */
const NEAR_SEGMENTS = 2;
/** Times a fresh start's cost: a run of low priority that gives nothing for so long starves behind others. */
const STARVING = 3;

/**
 * The run to wait for, or undefined when a fresh start at segment n is sooner. `freshMs` is what a fresh start
 * takes until its first segment is there.
 */
export function chooseRun<R extends { view(): RunView }>(
  n: number,
  runs: Iterable<R>,
  { secondsOf, freshMs }: Pick<Timeline, 'secondsOf'> & { freshMs: number },
): R | undefined {
  for (const run of runs) {
    const view = run.view();
    const { next, last, msPerSecond, sinceMs } = view;
    if (n < next || n > last || isStarving(view, freshMs)) continue;
    // What is being made at this moment would only be delayed by beginning anew.
    if (n === next) return run;
    if (msPerSecond === undefined) {
      if (n - next <= NEAR_SEGMENTS) return run;
      continue;
    }
    const aheadSeconds = secondsOf({ first: next, last: n });
    if (aheadSeconds * msPerSecond - sinceMs <= freshMs) return run;
  }
  return undefined;
}

/** A viewer's run is never given up for slowness: another would not be faster. */
export function isStarving({ purpose, sinceMs }: RunView, freshMs: number): boolean {
  return purpose !== 'demand' && sinceMs > STARVING * freshMs;
}

/** What a generation would do next. Lower stages go first, whatever file they belong to. */
export interface Candidate {
  stage: number;
  /** Work left in the generation; small files are not kept waiting by large ones. */
  remainingCost: number;
  /** In the order of asking. */
  order: number;
}

export function chooseNext<C extends Candidate>(candidates: Iterable<C>): C | undefined {
  let best: C | undefined;
  for (const candidate of candidates) {
    if (!best || compare(candidate, best) < 0) best = candidate;
  }
  return best;
}

export function compare(a: Candidate, b: Candidate): number {
  return a.stage - b.stage || a.remainingCost - b.remainingCost || a.order - b.order;
}
