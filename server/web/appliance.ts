/** How the appliance is: what it keeps, how much room is left, whether it watches and renders. Asks those who know. */
import { freeBytes } from '../base/files.js';
import type { Clock } from '../base/clock.js';
import type { Settings } from '../base/config.js';
import type { Log } from '../base/log.js';
import type { LibraryReader } from '../library/model.js';
import type { Engine } from '../render/model.js';

export interface WatcherFacts {
  watcher?: 'starting' | 'watching' | 'degraded' | 'polling';
  warning?: string | undefined;
  reason?: string | undefined;
  files?: number;
  folders?: number;
  firstScanDone?: boolean;
  /** Files that are still being written, or may be. */
  settling?: number;
  lastScanAtMs?: number;
  /** Other than ok: files are missed, and their links are kept until somebody says that it was meant so. */
  rootState?: 'ok' | 'empty' | 'other-device' | 'missing' | 'mass-vanish';
}

export interface ApplianceFacts {
  mediaDir: string;
  dataDir: string;
  originals: { files: number; sizeBytes: number };
  failedFiles: number;
  /** Undefined while it is being counted. */
  renderedBytes: number | undefined;
  /** Undefined where the file system does not tell. */
  freeMediaBytes: number | undefined;
  freeDataBytes: number | undefined;
  watcher: WatcherFacts;
  workload: ReturnType<Engine['workload']>;
}

export interface Appliance {
  read(): Promise<ApplianceFacts>;
}

/** Counting all that was rendered means looking at every file. */
const COUNTED_EVERY_MS = 10 * 60_000;
const PATIENCE_MS = 1000;

export function createAppliance(parts: {
  settings: Pick<Settings, 'mediaDir' | 'dataDir'>;
  library: Pick<LibraryReader, 'totals' | 'count'>;
  engine: Pick<Engine, 'workload'>;
  usedBytes: () => Promise<number>;
  ingestStatus: () => WatcherFacts;
  clock: Clock;
  log: Log;
}): Appliance {
  const { settings, library, engine, usedBytes, ingestStatus, clock, log } = parts;
  const { mediaDir, dataDir } = settings;
  let counting: { beganAtMs: number; bytes: Promise<number | undefined> } | undefined;
  let lastCounted: number | undefined;

  async function countRendered(): Promise<number | undefined> {
    if (!counting || clock.now() - counting.beganAtMs > COUNTED_EVERY_MS) {
      const bytes = usedBytes().then(
        (sum) => (lastCounted = sum),
        (error: unknown) => void log.warn({ err: error }, 'what was rendered could not be counted'),
      );
      counting = { beganAtMs: clock.now(), bytes };
    }
    let cancel = () => {};
    const patience = new Promise<number | undefined>((resolve) => {
      cancel = clock.after(PATIENCE_MS, () => resolve(lastCounted));
    });
    return Promise.race([counting.bytes, patience]).finally(cancel);
  }

  const free = (folder: string) => freeBytes(folder).catch(() => undefined);

  return {
    async read() {
      const failed = { folder: '', isDeep: true, words: [], kind: 'failed', order: 'newest' } as const;
      return {
        mediaDir,
        dataDir,
        originals: await library.totals(),
        failedFiles: await library.count(failed),
        renderedBytes: await countRendered(),
        freeMediaBytes: await free(mediaDir),
        freeDataBytes: await free(dataDir),
        watcher: ingestStatus(),
        workload: engine.workload(),
      };
    },
  };
}
