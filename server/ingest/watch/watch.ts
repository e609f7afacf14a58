/**
 * Tells what is otherwise in the media dir than it was last told, whatever becomes of the watching thread:
 * a thread that ends is started again, and a regular scan finds what no event told. Judges nothing.
 */
import type { Clock } from '../../base/clock.js';
import { messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { KnownFile } from '../../library/model.js';
import type { Counts, Difference, FromWorker, RootReport, ToWorker } from './model.js';
import { startWorker, type Thread } from './start-worker.js';
import { NUMBERS_PER_FILE, writeSeen } from './tree.js';

export interface Scanned {
  root: RootReport;
  counts: Counts;
}

export interface WatchStatus extends Counts {
  watcher: 'starting' | 'watching' | 'degraded' | 'polling';
  reason?: string;
  lastScanAtMs?: number;
}

export interface Watch {
  start(): void;
  /** Resolves when the thread is gone. */
  close(): Promise<void>;
  status(): WatchStatus;
  /** All of the media dir lies on this machine's own disks, as far as is known. */
  isLocal(): boolean;
  /** Resolves when all was read anew and its differences were taken in. */
  rescan(): Promise<void>;
  /** What was told of these could not be acted on: the next scan tells it again. */
  forget(paths: string[]): void;
}

const RESCAN_MS = 5 * 60_000;
/** Where events cannot be counted on. */
const FREQUENT_RESCAN_MS = 30_000;
/** A scan takes at most a tenth of the time. */
const REST_PER_SCAN = 10;
const FIRST_RESTART_MS = 1000;
const LAST_RESTART_MS = 60_000;

export function createWatch(options: {
  /** Real path of the media dir. */
  root: string;
  rescanSeconds: number | undefined;
  /** What is on record, in portions. */
  known: () => AsyncIterable<KnownFile[]>;
  /** The next differences of their kind come when this has resolved. */
  onDifferences: (differences: Difference[], isBulk: boolean) => Promise<void>;
  onScanned: (scanned: Scanned) => void;
  startThread?: (root: string) => Thread;
  clock: Clock;
  log: Log;
}): Watch {
  const { root, rescanSeconds, known, onDifferences, onScanned, clock, log } = options;
  const { startThread = startWorker } = options;
  const status: WatchStatus = { watcher: 'starting', files: 0, folders: 0 };
  const waiting: { request: number; resolve: () => void }[] = [];
  let requests = 0;
  let worker: Thread | undefined;
  let isClosing = false;
  let trouble: string | undefined;
  let isRemote = false;
  let crashes = 0;
  let cancelTimer = () => {};

  function startNext() {
    trouble = undefined;
    worker = startThread(root);
    const mine = worker;
    mine.on('message', (message: FromWorker) => void receive(mine, message));
    mine.on('error', (error) => (trouble = messageOf(error)));
    mine.on('exit', () => {
      if (mine === worker && !isClosing) onThreadLost();
    });
    mine.unref();
    void brief(mine);
  }

  /** Tells a new thread what is on record, then has it read everything. */
  async function brief(to: Thread) {
    try {
      for await (const page of known()) {
        const files = page.filter((file) => !file.isGone);
        const numbers = new Float64Array(files.length * NUMBERS_PER_FILE);
        files.forEach((file, n) => writeSeen(numbers, n, file));
        const message: ToWorker = { type: 'known', paths: files.map(({ path }) => path), numbers };
        to.postMessage(message, [numbers.buffer]);
      }
      requestScan();
    } catch (error) {
      if (isClosing) return;
      log.error({ err: error }, 'records could not be read for the scan');
      trouble = messageOf(error);
      await to.terminate();
    }
  }

  function onThreadLost() {
    worker = undefined;
    cancelTimer();
    crashes += 1;
    const pauseMs = Math.min(LAST_RESTART_MS, FIRST_RESTART_MS * 2 ** (crashes - 1));
    status.watcher = 'degraded';
    status.reason = `The watching thread ended (${trouble ?? 'without a word'}); it is started again in ${Math.round(pauseMs / 1000)} s.`;
    log.error({ reason: trouble, crashes }, 'watching thread ended');
    cancelTimer = clock.after(pauseMs, startNext);
  }

  async function receive(from: Thread, message: FromWorker): Promise<void> {
    if (from !== worker || isClosing) return;
    switch (message.type) {
      case 'notice':
        return log.warn({ path: message.path }, message.message);
      case 'watching':
        trouble = message.reason;
        if (trouble) log.warn({}, trouble);
        return showWatcher();
      case 'differences':
        Object.assign(status, message.counts);
        await onDifferences(message.differences, message.isBulk).catch((error: unknown) => {
          log.error({ err: error }, 'differences could not be taken in; the next scan tells them again');
          from.postMessage({
            type: 'forget',
            paths: message.differences.map(({ path }) => path),
          } satisfies ToWorker);
        });
        return from.postMessage({ type: 'go-on', isBulk: message.isBulk } satisfies ToWorker);
      case 'scanned':
        return onScanDone(message);
    }
  }

  function onScanDone({ request, root: report, counts, tookMs }: FromWorker & { type: 'scanned' }) {
    crashes = 0;
    isRemote = report.isRemote;
    Object.assign(status, counts, { lastScanAtMs: clock.now() });
    showWatcher();
    log.debug({ ...counts, tookMs: Math.round(tookMs) }, 'media folder was read');
    onScanned({ root: report, counts });
    const isCalm = report.isThere && !trouble && !isRemote;
    const pauseMs =
      rescanSeconds !== undefined ? rescanSeconds * 1000 : isCalm ? RESCAN_MS : FREQUENT_RESCAN_MS;
    cancelTimer();
    cancelTimer = clock.after(Math.max(pauseMs, tookMs * REST_PER_SCAN), requestScan);
    release(request);
  }

  function showWatcher() {
    status.watcher = trouble ? 'degraded' : isRemote ? 'polling' : 'watching';
    if (trouble) status.reason = trouble;
    else if (isRemote) status.reason = REMOTE_REASON;
    else delete status.reason;
  }

  function requestScan() {
    requests += 1;
    worker?.postMessage({ type: 'scan', request: requests } satisfies ToWorker);
  }

  /** A scan that was already running when another was asked for does not answer it. */
  function release(upTo: number) {
    const answered = waiting.filter(({ request }) => request <= upTo);
    for (const one of answered) {
      waiting.splice(waiting.indexOf(one), 1);
      one.resolve();
    }
  }

  return {
    start: startNext,
    status: () => ({ ...status }),
    isLocal: () => status.lastScanAtMs !== undefined && !isRemote,
    rescan() {
      if (isClosing) return Promise.resolve();
      requestScan();
      return new Promise((resolve) => waiting.push({ request: requests, resolve }));
    },
    forget: (paths) => worker?.postMessage({ type: 'forget', paths } satisfies ToWorker),
    async close() {
      isClosing = true;
      cancelTimer();
      release(Infinity);
      const last = worker;
      worker = undefined;
      // The thread may hang in a dead network mount: it is ended from outside, and with it its watches.
      await last?.terminate();
    },
  };
}

const REMOTE_REASON =
  'The media folder lies on a network or FUSE file system, where changes made elsewhere cause no events; it is read again every 30 s.';
