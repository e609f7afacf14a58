/**
 * Whose turn is it? Newest first, so that a file that was just dropped in is playable at once whatever waits;
 * every few turns the oldest, so that a bulk gets on. Pure bookkeeping over ids; the backlog itself stays in
 * the database.
 */

export interface Turns {
  /** New work; put off before or not, it is due again. */
  push(id: string): void;
  /** The next of the new, or undefined for the backlog's turn. */
  takeNewest(): string | undefined;
  takeOldest(): string | undefined;
  isBacklogsTurn(): boolean;
  /** How many of the oldest to ask for so that some of them are eligible, if there are any. */
  askFor(): number;
  /** The oldest that wait; those being worked on and those put off are passed over. */
  setOldest(waiting: readonly { id: string }[]): void;
  /** Not now: it is missing or still being written; whoever finds that changed pushes it again. */
  putOff(id: string): void;
  begin(id: string): void;
  end(id: string): void;
}

/** Beyond this the oldest of the new become backlog. */
const NEWEST_KEPT = 200;
const BACKLOG_EVERY = 4;
const OLDEST_AT_ONCE = 50;

export function createTurns(): Turns {
  const newest: string[] = [];
  let oldest: string[] = [];
  const putOff = new Set<string>();
  const running = new Set<string>();
  let turn = 0;

  return {
    push(id) {
      putOff.delete(id);
      const at = newest.indexOf(id);
      if (at >= 0) newest.splice(at, 1);
      newest.push(id);
      if (newest.length > NEWEST_KEPT) newest.shift();
    },
    takeNewest() {
      const at = newest.findLastIndex((id) => !running.has(id));
      return at < 0 ? undefined : newest.splice(at, 1)[0];
    },
    takeOldest: () => oldest.shift(),
    isBacklogsTurn() {
      turn += 1;
      return newest.length === 0 || turn % BACKLOG_EVERY === 0;
    },
    askFor: () => running.size + putOff.size + OLDEST_AT_ONCE,
    setOldest(waiting) {
      oldest = waiting.map(({ id }) => id).filter((id) => !running.has(id) && !putOff.has(id));
    },
    putOff: (id) => void putOff.add(id),
    begin(id) {
      running.add(id);
      putOff.delete(id);
      const at = newest.indexOf(id);
      if (at >= 0) newest.splice(at, 1);
    },
    end: (id) => void running.delete(id),
  };
}
