/** The watch on a real folder, with real events; every wait is for something it tells. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';
import { createLog, silentLog } from '../../server/base/log.js';
import { createWatch, type Difference, type Scanned, type Thread } from '../../server/ingest/watch/index.js';
import type { KnownFile } from '../../server/library/index.js';
import { startInProcess } from './in-process-thread.js';

export interface Setting {
  known?: KnownFile[];
  /** Makes what is there before the watch starts. */
  before?: (at: (path: string) => string) => Promise<void>;
  startThread?: (root: string) => Thread;
}

export async function openWatch({ known = [], before, startThread = startInProcess }: Setting = {}) {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'lanternshare-watch-')));
  const at = (path: string) => join(root, path);
  await before?.(at);
  const told: Difference[] = [];
  const scans: Scanned[] = [];
  const logged: { msg: string; path?: string }[] = [];
  const waiting = new Set<() => void>();
  const news = () => {
    for (const check of waiting) check();
  };
  const clock = createFakeClock();
  const watch = createWatch({
    root,
    rescanSeconds: undefined,
    known: () => inPages(known),
    onDifferences(differences) {
      told.push(...differences);
      news();
      return Promise.resolve();
    },
    onScanned(scanned) {
      scans.push(scanned);
      news();
    },
    startThread,
    clock,
    log: createLog('warn', { write: (line) => logged.push(JSON.parse(line) as { msg: string }) }),
  });
  onTestFinished(async () => {
    await watch.close();
    await rm(root, { recursive: true, force: true });
  });
  const until = (isSo: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!isSo()) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  const world = {
    root,
    at,
    clock,
    watch,
    told,
    scans,
    logged,
    until,
    async write(path: string, content = path) {
      await mkdir(dirname(at(path)), { recursive: true });
      await writeFile(at(path), content);
    },
    /** Until a difference of that kind was told of the path; returns it. */
    async tells(kind: Difference['kind'], path: string): Promise<Difference> {
      const match = () => told.find((one) => one.kind === kind && one.path === path);
      await until(() => match() !== undefined);
      return match()!;
    },
    /** A file that is made now will be told after everything that happened before. */
    async passes() {
      const marker = `marker ${told.length}.mp4`;
      await writeFile(at(marker), marker);
      await world.tells('present', marker);
    },
    async start() {
      watch.start();
      await until(() => scans.length > 0);
    },
  };
  return world;
}

/** Of the differences of that kind, sorted. */
export const paths = (told: Difference[], kind: Difference['kind']) =>
  told.flatMap((one) => (one.kind === kind ? [one.path] : [])).sort();

/** A second watch on the same folder, as after a restart. */
export function createSecond(root: string, known: KnownFile[]) {
  const told: Difference[] = [];
  let isScanned: () => void;
  const scanned = new Promise<void>((resolve) => (isScanned = resolve));
  const watch = createWatch({
    root,
    rescanSeconds: undefined,
    known: () => inPages(known),
    onDifferences: (differences) => Promise.resolve(void told.push(...differences)),
    onScanned: () => isScanned(),
    startThread: startInProcess,
    clock: createFakeClock(),
    log: silentLog,
  });
  onTestFinished(() => watch.close());
  watch.start();
  return { watch, told, scanned };
}

async function* inPages(known: KnownFile[]): AsyncGenerator<KnownFile[]> {
  for (let at = 0; at < known.length; at += 2) yield await Promise.resolve(known.slice(at, at + 2));
}
