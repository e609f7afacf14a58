/**
 * Ends what is kept of clips that no share shows any more: at the start, and by the clock. Which of the others are
 * asked for without a share, and until when they are kept, is the engine's to know.
 */
import { rows, type Database } from '../../storage/database/index.js';
import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { LibraryReader } from '../library/model.js';
import type { ClipEngine } from '../render/model.js';
import type { Share, Window } from './model.js';
import { windowOf } from './window.js';

export interface ClipSweep {
  start(): void;
  /** Resolves when nothing is being removed any more. */
  close(): Promise<void>;
}

const EVERY_MS = 3600_000;
const FILES_AT_ONCE = 200;

export function createClipSweep(options: {
  db: Database;
  library: Pick<LibraryReader, 'list' | 'generation'>;
  clips: Pick<ClipEngine, 'sweep'>;
  clock: Clock;
  log: Log;
}): ClipSweep {
  const { db, library, clips, clock, log } = options;
  let cancel = () => {};
  let running = Promise.resolve();
  let isClosed = false;

  function run(): void {
    cancel = clock.after(EVERY_MS, run);
    running = running
      .then(sweep)
      .catch((error: unknown) =>
        log.error({ err: error }, 'sweeping clips failed; the next hour tries again'),
      );
  }

  async function sweep(): Promise<void> {
    const shared = new Map<string, NonNullable<Share['segment']>[]>();
    for (const clip of await rows.shares.sharedClips(db.knex)) {
      shared.set(clip.fileId, [...(shared.get(clip.fileId) ?? []), clip.segment]);
    }
    for (let offset = 0; !isClosed; offset += FILES_AT_ONCE) {
      const { files } = await library.list({ state: ['published'], limit: FILES_AT_ONCE, offset });
      for (const { id, generationId } of files) {
        if (isClosed || generationId === undefined) continue;
        await clips.sweep(generationId, await windowsIn(generationId, shared.get(id) ?? []));
      }
      if (files.length < FILES_AT_ONCE) return;
    }
  }

  async function windowsIn(
    generationId: string,
    segments: readonly NonNullable<Share['segment']>[],
  ): Promise<Window[]> {
    const generation = segments.length > 0 ? await library.generation(generationId) : undefined;
    if (!generation) return [];
    const windows = segments.map((segment) => windowOf({ segment }, generation.info.durationSeconds));
    return windows.filter((window) => window !== undefined && window !== 'outside');
  }

  return {
    start: run,
    async close() {
      isClosed = true;
      cancel();
      await running;
    },
  };
}
