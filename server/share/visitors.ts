/**
 * Whom something was counted for: keyed hashes in memory, of visitors who asked lately. The key is made anew every
 * day and kept nowhere, so that nobody can tell afterwards who it was.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.js';

/** What is known of one visitor of one share. */
export interface Sight {
  /** Of how many seconds of it were delivered. */
  seconds: number;
  isCounted: boolean;
}

export interface Visitors {
  /** Remembered for `keptMs` from now on; a new one is. */
  see(who: string, keptMs: number): Sight;
  /** Looked at without being remembered longer. */
  peek(who: string): Sight | undefined;
}

const DAY_MS = 24 * 3600 * 1000;
const MOST = 100_000;

export function createVisitors({ clock }: { clock: Pick<Clock, 'now'> }): Visitors {
  const sights = new LRUCache<string, Sight & { untilMs: number }>({ max: MOST });
  let keys: { day: number; key: Buffer }[] = [];

  /** Today's name first; yesterday's is good for those who came before midnight. */
  function namesOf(who: string): string[] {
    const day = Math.floor(clock.now() / DAY_MS);
    if (keys[0]?.day !== day) {
      keys = [{ day, key: randomBytes(32) }, ...keys.filter((older) => older.day === day - 1)];
    }
    return keys.map(({ key }) => createHmac('sha256', key).update(who).digest('base64url').slice(0, 22));
  }

  function find(names: string[]): (Sight & { untilMs: number }) | undefined {
    for (const name of names) {
      const sight = sights.get(name);
      if (sight && sight.untilMs > clock.now()) return sight;
    }
    return undefined;
  }

  return {
    see(who, keptMs) {
      const names = namesOf(who);
      const sight = find(names) ?? { seconds: 0, isCounted: false, untilMs: 0 };
      sight.untilMs = clock.now() + keptMs;
      sights.set(names[0]!, sight);
      return sight;
    },
    peek: (who) => find(namesOf(who)),
  };
}
