/**
 * Files that failed because they may not be read. Their mode changes without a trace in what we compare, so
 * they are asked again now and then, also those of an earlier run: people set rights and restart.
 */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Library } from '../library/model.js';

export interface Unreadable {
  /** Looks through what failed in earlier runs, by and by. */
  start(): void;
  /** Remembers the file when a failure with that detail is one of rights. */
  notice(id: string, detail: string | undefined): void;
  /** Those that may be read now are tried again. */
  retry(): Promise<void>;
  /** Resolves when nothing is being looked through any more. */
  close(): Promise<void>;
}

/** What `errorDetail` of such a file begins with. */
export const UNREADABLE = 'EACCES';

const PAGE = 100;
const PAUSE_MS = 500;

export function createUnreadable(options: {
  library: Pick<Library, 'list' | 'get'>;
  root: string;
  onReadable: (id: string) => Promise<void>;
  clock: Clock;
  log: Log;
}): Unreadable {
  const { library, root, onReadable, clock, log } = options;
  const ids = new Set<string>();
  let isClosed = false;
  let cancelTimer = () => {};
  let running: Promise<void> = Promise.resolve();

  function notice(id: string, detail: string | undefined) {
    if (detail?.startsWith(UNREADABLE)) ids.add(id);
  }

  async function lookThrough(offset: number): Promise<void> {
    const { files } = await library.list({
      state: ['failed'],
      order: 'created_at',
      sort: 'asc',
      limit: PAGE,
      offset,
    });
    for (const { id, errorDetail } of files) notice(id, errorDetail);
    await retry();
    if (files.length === PAGE) goOn(offset + PAGE, PAUSE_MS);
  }

  function goOn(offset: number, afterMs: number) {
    if (isClosed) return;
    cancelTimer = clock.after(afterMs, () => {
      running = lookThrough(offset).catch((error: unknown) => {
        if (!isClosed) log.error({ err: error }, 'failed files could not be looked through');
      });
    });
  }

  async function retry(): Promise<void> {
    for (const id of ids) {
      if (isClosed) return;
      const file = await library.get(id);
      const isFailed = file?.state === 'failed';
      if (isFailed && !(await isReadable(join(root, file.path)))) continue;
      ids.delete(id);
      if (isFailed) await onReadable(id);
    }
  }

  return {
    start: () => goOn(0, 0),
    notice,
    retry,
    close() {
      isClosed = true;
      cancelTimer();
      return running;
    },
  };
}

const isReadable = (path: string): Promise<boolean> =>
  access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
