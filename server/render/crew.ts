/**
 * All encoders at work: how many may run for viewers, and who gives way to whom. Knows nothing of what they
 * make.
 */
import type { Clock } from '../base/clock.js';
import { AppError } from '../base/errors.js';
import type { Run } from './run.js';

export interface Crew {
  /**
   * Calls `begin` as soon as there is room for a viewer's run; it answers undefined when the run is no longer
   * wanted. Asking again for the same `what` changes nothing. Errors: AppError 'busy'.
   */
  request(what: string, begin: () => Member | undefined): void;
  /** True when a run for later may be started without keeping anybody waiting. */
  hasRoom(): boolean;
  add(member: Member): void;
  /** To be called when what `isAwaited` says has changed. */
  balance(): void;
  /** Processes, whatever number of renditions each makes. */
  count(purpose: Run['purpose']): number;
  stopAll(): void;
  /** Refuses requests from now on, ends all; resolves when they are gone. */
  close(): Promise<void>;
}

export interface Member {
  run: Run;
  /** Somebody waits at this moment for a segment that it will make. */
  isAwaited(): boolean;
  /** Of the background, but with the means of a viewer's run: it would take its share from those. */
  isUrgent?: boolean;
}

const WAITING_LIMIT = 100;
const RANK: Record<Run['purpose'], number> = { demand: 0, ahead: 1, background: 2 };
/** A viewer's run that was left alone is held still while others are waited for, but not for ever. */
const HELD_MS = 15_000;

export function createCrew(deps: {
  /** Encoders for viewers at the same time. */
  limit: number;
  clock: Clock;
  /** One has gone: there is room for another. */
  onFree(): void;
}): Crew {
  const { limit, clock, onFree } = deps;
  const members = new Map<Member, { cancelHold?: () => void }>();
  const waiting = new Map<string, () => Member | undefined>();
  let isClosed = false;

  const viewers = () => [...members.keys()].filter(({ run }) => run.purpose !== 'background');

  function next() {
    for (const [what, begin] of waiting) {
      const viewing = viewers();
      if (viewing.length >= limit) {
        // What nobody waits for makes room; it calls back here when it is gone.
        viewing.find((member) => !member.isAwaited())?.run.stop();
        return;
      }
      waiting.delete(what);
      const member = begin();
      if (member) add(member);
    }
  }

  function add(member: Member) {
    members.set(member, {});
    if (isClosed) member.run.stop();
    void member.run.done.then(() => {
      members.get(member)?.cancelHold?.();
      members.delete(member);
      balance();
      next();
      onFree();
    });
    balance();
  }

  /**
   * A much lower niceness goes before a higher one by itself. But a run that is waited for gets no further than its
   * equals: those stand still meanwhile.
   */
  function balance() {
    const awaited = [...members.keys()].filter((member) => member.isAwaited());
    const lowest = Math.max(-1, ...awaited.map(({ run }) => RANK[run.purpose]));
    for (const [member, state] of members) {
      const { run } = member;
      const rank = member.isUrgent ? RANK.demand : RANK[run.purpose];
      const isHeld = rank <= lowest && !member.isAwaited();
      run.setPaused(isHeld);
      if (!isHeld) {
        state.cancelHold?.();
        delete state.cancelHold;
      } else if (run.purpose !== 'background') {
        state.cancelHold ??= clock.after(HELD_MS, () => run.stop());
      }
    }
  }

  return {
    request(what, begin) {
      if (isClosed || (waiting.size >= WAITING_LIMIT && !waiting.has(what))) {
        throw new AppError('busy', 'Too much is asked for at the same time.');
      }
      if (!waiting.has(what)) waiting.set(what, begin);
      next();
    },
    hasRoom: () => !isClosed && waiting.size === 0 && viewers().length < limit,
    add,
    balance,
    count(purpose) {
      const runs = [...members.keys()].map(({ run }) => run).filter((run) => run.purpose === purpose);
      return new Set(runs.map((run) => run.encoder)).size;
    },
    stopAll: () => [...members.keys()].forEach(({ run }) => run.stop()),
    async close() {
      isClosed = true;
      waiting.clear();
      const runs = [...members.keys()].map(({ run }) => run);
      for (const run of runs) run.stop();
      await Promise.all(runs.map((run) => run.done));
    },
  };
}
