/**
 * Remembers what the watch told of until it is read again: names within folders. Gathers what comes in a
 * burst, and keeps the reading to a part of the time however much is told. Reads nothing itself.
 */
import { performance } from 'node:perf_hooks';
import { joinPath, nameOf, parentOf } from './tree.js';

/** Names in a folder; undefined for the whole folder. */
export type Marked = Map<string, Set<string> | undefined>;

export interface Marks {
  add(folder: string, name: string | undefined): void;
  isDue(): boolean;
  take(): Marked;
  /** So many events came at once that the system may have dropped some. Asking clears it. */
  hasOverflown(): boolean;
  /** The reading of what was taken is over. */
  done(): void;
  /** What happens to a target happens to the links that lead there. */
  setLink(path: string, target: string | undefined): void;
  /** All links that lie in `folder`. */
  setLinks(folder: string, links: readonly { path: string; target: string }[]): void;
  close(): void;
}

/** A file that is created, written and closed is one burst. */
const FIRST_PAUSE_MS = 12;
const PAUSE_MS = 50;
/** The reading takes at most this part of the time. */
const SHARE = 1 / 4;
/** From so many names on, reading the folder is cheaper. */
const NAMES_PER_FOLDER = 500;
/** fs.inotify.max_queued_events is 16,384 by default; what comes beyond is lost. */
const OVERFLOW = 8000;

export function createMarks({ onDue }: { onDue: () => void }): Marks {
  const links = new Map<string, string>();
  let marked: Marked = new Map();
  let events = 0;
  let hasOverflown = false;
  let dueMs = Infinity;
  let notBeforeMs = 0;
  let takenMs = 0;
  let timer: NodeJS.Timeout | undefined;

  function mark(folder: string, name: string | undefined) {
    const names = marked.get(folder);
    if (marked.has(folder) && !names) return;
    if (name === undefined || (names && names.size >= NAMES_PER_FOLDER)) marked.set(folder, undefined);
    else if (names) names.add(name);
    else marked.set(folder, new Set([name]));
  }

  function wind() {
    if (dueMs !== Infinity) return;
    const now = performance.now();
    dueMs = Math.max(now + FIRST_PAUSE_MS, notBeforeMs);
    timer = setTimeout(onDue, dueMs - now);
  }

  return {
    add(folder, name) {
      if (++events > OVERFLOW) hasOverflown = true;
      mark(folder, name);
      const path = name === undefined ? folder : joinPath(folder, name);
      for (const [link, target] of links) {
        if (path !== target && !path.startsWith(`${target}/`)) continue;
        const alias = link + path.slice(target.length);
        if (name === undefined) mark(alias, undefined);
        else mark(parentOf(alias), nameOf(alias));
      }
      wind();
    },
    isDue: () => performance.now() >= dueMs,
    take() {
      clearTimeout(timer);
      const taken = marked;
      marked = new Map();
      events = 0;
      dueMs = Infinity;
      takenMs = performance.now();
      return taken;
    },
    hasOverflown() {
      const answer = hasOverflown;
      hasOverflown = false;
      return answer;
    },
    done() {
      const now = performance.now();
      notBeforeMs = Math.max(takenMs + PAUSE_MS, now + (now - takenMs) * (1 / SHARE - 1));
    },
    setLink(path, target) {
      if (target === undefined) links.delete(path);
      else links.set(path, target);
    },
    setLinks(folder, found) {
      for (const path of links.keys()) if (parentOf(path) === folder) links.delete(path);
      for (const { path, target } of found) links.set(path, target);
    },
    close: () => clearTimeout(timer),
  };
}
