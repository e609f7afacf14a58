/**
 * The data dir belongs to one appliance at a time: a second one would take the first one's unfinished chunks
 * for leftovers. The claim is a lock that the kernel lets go of when its holder dies, however it dies.
 */
import { join } from 'node:path';
import createKnex from 'knex';
import { AppError } from '../../server/base/errors.js';
import { explain, sqliteCode } from './faults.js';

export interface Claim {
  release(): Promise<void>;
}

/** Errors: AppError 'busy' when another appliance holds it. */
export async function claimDataDir(dataDir: string): Promise<Claim> {
  const file = join(dataDir, 'in-use.lock');
  const lock = createKnex({
    client: 'sqlite3',
    connection: { filename: file },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  try {
    // No journal: nothing is ever written, and what a kill leaves behind means nothing.
    await lock.raw('PRAGMA journal_mode = OFF');
    await lock.raw('PRAGMA locking_mode = EXCLUSIVE');
    await lock.raw('BEGIN EXCLUSIVE');
  } catch (error) {
    await lock.destroy();
    if (sqliteCode(error) !== 'SQLITE_BUSY') throw explain(error, file);
    throw new AppError(
      'busy',
      `DATA_DIR (${dataDir}) is in use by another Lanternshare. Stop that one, or set DATA_DIR to another folder.`,
      { cause: error },
    );
  }
  return { release: () => lock.destroy() };
}
