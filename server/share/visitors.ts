/**
 * Whom something was counted for: keyed hashes in memory, of visitors who asked lately. The key is made anew every
 * day and kept nowhere, so that nobody can tell afterwards who it was.
 */
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.js';
import { createSecret } from '../base/ids.js';

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

type Known = Sight & { untilMs: number };

const DAY_MS = 24 * 3600 * 1000;
const MOST = 100_000;

export function createVisitors({ clock }: { clock: Pick<Clock, 'now'> }): Visitors {
  const sights = new LRUCache<string, Known>({ max: MOST });
  let keys: { day: number; key: string }[] = [];

  function renew(): void {
    const day = Math.floor(clock.now() / DAY_MS);
    if (keys[0]?.day === day) return;
    keys = [{ day, key: createSecret() }, ...keys.filter((older) => older.day === day - 1)];
  }

  /** Under today's name, or yesterday's, which is good for those who came before midnight. */
  function find(who: string): { name: string; sight: Known | undefined } {
    renew();
    const [today, yesterday] = keys;
    const name = nameOf(who, today!.key);
    return { name, sight: alive(name) ?? (yesterday && alive(nameOf(who, yesterday.key))) };
  }

  function alive(name: string): Known | undefined {
    const sight = sights.get(name);
    return sight && sight.untilMs > clock.now() ? sight : undefined;
  }

  return {
    see(who, keptMs) {
      const { name, sight = { seconds: 0, isCounted: false, untilMs: 0 } } = find(who);
      sight.untilMs = clock.now() + keptMs;
      sights.set(name, sight);
      return sight;
    },
    peek: (who) => find(who).sight,
  };
}

/** In one go, since this is asked for segments: an HMAC takes three times as long and would tell no less. */
const nameOf = (who: string, key: string): string => hash('sha256', key + who, 'base64url').slice(0, 22);
