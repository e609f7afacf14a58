/**
 * Opens the database and gives two roads into it: `knex` for reading, `transaction` for writing. Promises
 * that writes come one after the other, whole or not at all, and that no write can wait for itself.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { access, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Knex } from 'knex';
import { AppError, hasErrno } from '../../server/base/errors.js';
import type { Log } from '../../server/base/log.js';
import { connect } from './connection.js';
import { explain } from './faults.js';
import { migrate } from './migrate.js';
import { migrations } from './migrations/index.js';

export type Db = Knex;
export type Tx = Knex.Transaction;

export interface Database {
  /** For reading; a write through it is refused by SQLite. Sees what was committed. */
  knex: Db;
  /** Writes, one transaction after the other. Never call it inside `work`: hand `tx` on. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Rejects when the database does not answer. */
  ping(): Promise<void>;
  /** Waits for the running transactions; later ones are refused. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  file: string;
  log: Log;
  /** Waits this long for another program that holds the file's lock. */
  busyTimeoutMs?: number;
  /**
   * A transaction that is begun inside another is an error at once; otherwise both wait for ever. Before Node 24 it
   * makes every promise of the process dearer, a tenth of a hot segment's time; so it is off there unless asked for.
   */
  refusesNesting?: boolean;
}

const KNOWS_CONTEXT = Number(process.versions.node.split('.')[0]) >= 24;

/**
 * A write statement that touches nothing: it takes the write lock at the beginning, where SQLite waits for
 * other programs, instead of in the middle, where it gives up at once.
 */
const TAKE_WRITE_LOCK = 'DELETE FROM settings WHERE FALSE';

/** Errors: AppError with one sentence: damaged, locked, not writable, made by a newer version. */
export async function openDatabase({
  file,
  log,
  busyTimeoutMs = 5000,
  refusesNesting = KNOWS_CONTEXT,
}: DatabaseOptions): Promise<Database> {
  await createFile(file);
  const writer = connect(file, 'writer', { log, busyTimeoutMs });
  try {
    await migrate(writer, migrations, { file, log });
    await warnWithoutWal(writer, file, log);
  } catch (error) {
    await writer.destroy();
    throw explain(error, file);
  }
  const reader = connect(file, 'reader', { log, busyTimeoutMs });
  return asDatabase({ writer, reader, file, refusesNesting });
}

function asDatabase({
  writer,
  reader,
  file,
  refusesNesting,
}: {
  writer: Knex;
  reader: Knex;
  file: string;
  refusesNesting: boolean;
}): Database {
  const inside = refusesNesting ? new AsyncLocalStorage<{ isOpen: boolean }>() : undefined;
  let last: Promise<unknown> = Promise.resolve();
  let ending: Promise<void> | undefined;

  async function runNow<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const scope = { isOpen: true };
    try {
      return await writer.transaction(async (tx) => {
        await tx.raw(TAKE_WRITE_LOCK);
        return inside ? inside.run(scope, () => work(tx)) : work(tx);
      });
    } catch (error) {
      // A COMMIT that failed leaves the transaction open; without one this statement only reports an error.
      await writer.raw('ROLLBACK').catch(() => {});
      throw explain(error, file);
    } finally {
      scope.isOpen = false;
    }
  }

  async function closeAll() {
    await last;
    await writer.raw('PRAGMA optimize').catch(() => {});
    await reader.destroy();
    await writer.destroy();
  }

  return {
    knex: reader,
    async transaction(work) {
      if (inside?.getStore()?.isOpen) throw new Error('a transaction was begun inside another one');
      if (ending) throw new AppError('busy', 'The database is closing.');
      const run = last.then(() => runNow(work));
      last = run.catch(() => {});
      return run;
    },
    ping: async () => void (await reader.raw('SELECT 1')),
    close: () => (ending ??= closeAll()),
  };
}

/** SQLite would make the file readable by everyone; it holds password hashes. Its companions get the same mode. */
async function createFile(file: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await (await open(file, 'ax', 0o600)).close();
  } catch (cause) {
    if (hasErrno(cause, 'EEXIST') && (await isThere(file))) return;
    throw new AppError(
      hasErrno(cause, 'ENOSPC') ? 'no-space' : 'invalid',
      `The database ${file} cannot be made: ${(cause as Error).message}. Give this user the right to write in its folder.`,
      { cause },
    );
  }
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

async function warnWithoutWal(writer: Knex, file: string, log: Log): Promise<void> {
  const [row] = await writer.raw<{ journal_mode: string }[]>('PRAGMA journal_mode');
  if (row?.journal_mode === 'wal') return;
  log.warn(
    { file, journalMode: row?.journal_mode },
    'database runs without a write-ahead log: its file system cannot share memory, put DATA_DIR on a local disk',
  );
}
