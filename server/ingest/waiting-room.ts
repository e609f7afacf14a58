/**
 * Where files stay until they may be taken. Looks at each again, by the clock, as seldom as will do, and
 * hands it on when it has settled. Knows no records: what a settled file is, others decide.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.js';
import { hasErrno } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { FileSignature } from '../library/model.js';
import type { Structure } from '../media/structure/index.js';
import { createAgenda } from './agenda.js';
import {
  decide,
  guessArrival,
  isSameContent,
  see,
  type Arrival,
  type SettleRules,
  type Sighting,
} from './settle.js';
import { toSignature } from './signature.js';

export interface Settled {
  path: string;
  signature: FileSignature;
  /** Why it will not become playable as it is: it ends early and nobody writes it any more. */
  refusal?: string;
}

export interface WaitingRoom {
  /** A file was seen, for the first time or changed. */
  put(path: string, signature: FileSignature, arrival: Arrival): void;
  /** False when it was not waiting here. */
  rename(from: string, to: string): boolean;
  drop(path: string): void;
  /** Resolves when the line is short enough for more to join it. */
  mayEnter(): Promise<void>;
  size(): number;
  close(): void;
}

interface Guest {
  sighting: Sighting;
  lookedAtMs: number;
  isLookedAt: boolean;
}

/** The file system's threads are shared with the database: one is left free, however slow the disk. */
const LOOKS_AT_ONCE = 3;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5000;
const LONG_LINE = 500;
/** From so many waiting files on, each is looked at less often. */
const CROWD = 500;
/** While few wait, a change is followed up as soon as it is told. */
const SMALL_ROOM = 16;
const SHORT_PAUSE_MS = 40;

export function createWaitingRoom(options: {
  mediaDir: string;
  rules: SettleRules;
  inspect: (path: string, sizeBytes: number) => Promise<Structure>;
  /** False on network file systems, whose servers set times when it suits them. */
  trustsTimes: () => boolean;
  onSettled: (settled: Settled) => void;
  clock: Clock;
  log: Log;
}): WaitingRoom {
  const { mediaDir, rules, inspect, trustsTimes, onSettled, clock, log } = options;
  const guests = new Map<string, Guest>();
  /** Newest last, and taken from there: a file that is dropped in goes before a bulk. May name some twice. */
  const line: string[] = [];
  const inLine = new Set<string>();
  const doors: (() => void)[] = [];
  const agenda = createAgenda({ clock, onDue: (paths) => paths.forEach(queue) });
  let looking = 0;
  let isClosed = false;

  function queue(path: string) {
    if (isClosed || !guests.has(path)) return;
    line.push(path);
    inLine.add(path);
    while (looking < LOOKS_AT_ONCE && serveNext());
  }

  function serveNext(): boolean {
    const path = line.pop();
    if (path === undefined) return false;
    if (!inLine.delete(path)) return true;
    looking += 1;
    void look(path).finally(() => {
      looking -= 1;
      while (looking < LOOKS_AT_ONCE && serveNext());
      if (inLine.size < LONG_LINE) for (const open of doors.splice(0)) open();
    });
    return true;
  }

  async function look(path: string): Promise<void> {
    const guest = guests.get(path);
    if (!guest || guest.isLookedAt) return;
    guest.isLookedAt = true;
    guest.lookedAtMs = clock.now();
    try {
      const stats = await stat(join(mediaDir, path));
      const signature = toSignature(stats);
      const arrival = trustsTimes() ? guessArrival(stats) : 'found';
      guest.sighting = see(guest.sighting, { signature, arrival }, clock.now(), rules);
      if (decide(guest.sighting, clock.now(), rules).do === 'inspect') {
        const seen = guest.sighting;
        const structure = await inspect(join(mediaDir, path), signature.sizeBytes);
        if (guest.sighting === seen) guest.sighting = { ...seen, structure };
      }
      if (guests.get(path) === guest && !isClosed) act(path, guest);
    } catch (error) {
      if (guests.get(path) === guest) onLookFailed(path, guest, error);
    } finally {
      guest.isLookedAt = false;
    }
  }

  function act(path: string, guest: Guest) {
    const { signature } = guest.sighting;
    const step = decide(guest.sighting, clock.now(), rules);
    if (step.do === 'inspect') agenda.set(path, clock.now() + SHORT_PAUSE_MS); // it changed meanwhile
    if (step.do === 'look') agenda.set(path, clock.now() + Math.min(step.afterMs, pause(guest)));
    if (step.do === 'take') settle({ path, signature });
    if (step.do === 'refuse') settle({ path, signature, refusal: step.reason });
  }

  function settle(settled: Settled) {
    drop(settled.path);
    onSettled(settled);
  }

  /** A file of which nothing can be read is taken like any other once it stands still: its probe tells why. */
  function onLookFailed(path: string, guest: Guest, error: unknown) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return drop(path);
    if (!hasErrno(error, 'EACCES', 'EPERM')) log.warn({ err: error, path }, 'file could not be looked at');
    guest.sighting = { ...guest.sighting, structure: { verdict: 'unknown' } };
    act(path, guest);
  }

  /** Doubles while nothing happens, and grows with the number of files that wait. */
  function pause({ sighting }: Guest): number {
    const stillMs = clock.now() - sighting.stillSinceMs;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, stillMs / 2));
    return pauseMs * Math.max(1, guests.size / CROWD);
  }

  function drop(path: string) {
    guests.delete(path);
    inLine.delete(path);
    agenda.drop(path);
  }

  return {
    put(path, signature, arrival) {
      if (isClosed) return;
      const known = guests.get(path);
      const sighting = see(known?.sighting, { signature, arrival }, clock.now(), rules);
      if (!known) {
        guests.set(path, { sighting, lookedAtMs: 0, isLookedAt: false });
        return queue(path);
      }
      if (isSameContent(known.sighting.signature, signature) && known.sighting.arrival === sighting.arrival)
        return;
      known.sighting = sighting;
      const pauseMs = guests.size <= SMALL_ROOM ? SHORT_PAUSE_MS : FIRST_PAUSE_MS;
      agenda.set(path, Math.max(clock.now(), known.lookedAtMs + pauseMs));
    },
    rename(from, to) {
      const guest = guests.get(from);
      if (!guest) return false;
      drop(from);
      // Whoever writes a file renames it when it is finished; growth afterwards is noticed.
      guests.set(to, {
        sighting: { ...guest.sighting, arrival: 'renamed' },
        lookedAtMs: 0,
        isLookedAt: false,
      });
      queue(to);
      return true;
    },
    drop,
    size: () => guests.size,
    mayEnter: () =>
      inLine.size < LONG_LINE ? Promise.resolve() : new Promise((resolve) => doors.push(resolve)),
    close() {
      isClosed = true;
      agenda.close();
      guests.clear();
      line.length = 0;
      inLine.clear();
      for (const open of doors.splice(0)) open();
    },
  };
}
