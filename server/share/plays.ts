/**
 * Counts real plays: at least ten seconds or half of what is shared, once per visitor and hour of not coming back.
 * Where views are limited, what was delivered counts, whoever it was and whatever a page says of it: so that nobody
 * sees more by saying less. Numbers are written every few seconds, all in one transaction.
 */
import { rows, type Database } from '../../storage/database/index.js';
import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Plays, Share, Visitor } from './model.js';
import { createVisitors } from './visitors.js';

const ENOUGH_SECONDS = 10;
const SAME_VISIT_MS = 3600 * 1000;
/** As long as a stream's address lives: whoever was counted may see it to its end. */
const SEAT_MS = 12 * 3600 * 1000;
const WRITTEN_AFTER_MS = 5000;
const BOT =
  /(?<!cu)bot\b|bot[/_-]|crawl|spider|slurp|preview|headless|facebookexternalhit|whatsapp|telegram|embedly|curl|wget|python|axios|okhttp|go-http|monitor|lighthouse/i;

export function createPlays({
  db,
  clock,
  log,
  onWritten,
}: {
  db: Database;
  clock: Clock;
  log: Log;
  /** The rows of these shares have changed. */
  onWritten: (shareIds: readonly string[]) => void;
}): Plays {
  const visitors = createVisitors({ clock });
  /** Counted and not yet in the database. */
  const fresh = new Map<string, number>();
  let cancelWrite: (() => void) | undefined;
  let writing: Promise<void> = Promise.resolve();

  function count(share: Share): void {
    fresh.set(share.id, (fresh.get(share.id) ?? 0) + 1);
    cancelWrite ??= clock.after(WRITTEN_AFTER_MS, () => void flush());
  }

  function flush(): Promise<void> {
    cancelWrite?.();
    cancelWrite = undefined;
    return (writing = writing.then(write));
  }

  async function write(): Promise<void> {
    const taken = new Map(fresh);
    if (taken.size === 0) return;
    try {
      await db.transaction((tx) => rows.shares.addViews(tx, taken));
    } catch (error) {
      log.warn({ err: error }, 'views could not be written down; they are tried again');
      cancelWrite ??= clock.after(WRITTEN_AFTER_MS, () => void flush());
      return;
    }
    for (const [id, views] of taken) {
      const left = fresh.get(id)! - views;
      if (left > 0) fresh.set(id, left);
      else fresh.delete(id);
    }
    onWritten([...taken.keys()]);
  }

  const viewsOf = (share: Share): number => (share.viewCount ?? 0) + (fresh.get(share.id) ?? 0);
  const isFull = (share: Share): boolean => share.maxViews !== undefined && viewsOf(share) >= share.maxViews;

  return {
    viewsOf,
    isUsedUp: (share, visitor) =>
      isFull(share) && !(visitor && visitors.peek(nameOf(share, visitor))?.isCounted),
    played(share, visitor) {
      if (share.maxViews !== undefined || BOT.test(visitor.agent)) return;
      const sight = visitors.see(nameOf(share, visitor), SAME_VISIT_MS);
      if (!sight.isCounted) count(share);
      sight.isCounted = true;
    },
    delivered(share, visitor, { seconds, ofSeconds }) {
      const isLimited = share.maxViews !== undefined;
      if (!isLimited && BOT.test(visitor.agent)) return;
      const sight = visitors.see(nameOf(share, visitor), isLimited ? SEAT_MS : SAME_VISIT_MS);
      sight.seconds += seconds;
      if (sight.isCounted || sight.seconds < enoughOf(ofSeconds) || isFull(share)) return;
      sight.isCounted = true;
      count(share);
    },
    enoughOf,
    flush,
  };
}

function enoughOf(seconds: number): number {
  return Math.min(ENOUGH_SECONDS, seconds / 2);
}

/**
 * Programs at one address are told apart, but not where views are limited: there a page, its player and the
 * television that it hands over to are one visitor, whatever they call themselves.
 */
function nameOf({ id, maxViews }: Share, { address, agent }: Visitor): string {
  return maxViews === undefined ? `${id} ${address} ${agent}` : `${id} ${address}`;
}
