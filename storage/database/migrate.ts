/**
 * Brings the tables up to this version: forward only, one transaction per step, after a copy of what was
 * there. Refuses a database that is not ours or that a newer version has changed.
 */
import type { Knex } from 'knex';
import { AppError } from '../../server/base/errors.js';
import type { Log } from '../../server/base/log.js';
import { copyAside } from './copy-aside.js';

export interface Migration {
  /** 1, 2, 3 …; never renumbered. */
  version: number;
  name: string;
  up(tx: Knex.Transaction): Promise<void>;
}

export async function migrate(
  writer: Knex,
  migrations: readonly Migration[],
  { file, log }: { file: string; log: Log },
): Promise<void> {
  const known = migrations.at(-1)?.version ?? 0;
  const present = await readVersion(writer, file);
  if (present > known) throw newerVersion(file, present, known);
  const missing = migrations.filter((migration) => migration.version > present);
  if (missing.length === 0) return;
  if (present > 0) {
    const copy = await copyAside(writer, file, present);
    log.info({ copy }, 'database copied aside before its tables change');
  }
  for (const migration of missing) {
    await applyOnce(writer, migration);
    log.info({ version: migration.version, name: migration.name }, 'database tables brought up to date');
  }
}

async function readVersion(db: Knex, file: string): Promise<number> {
  const tables = await db<{ name: string; type: string }>('sqlite_master')
    .where('type', 'table')
    .pluck('name');
  if (tables.length === 0) return 0;
  if (!tables.includes('migrations')) {
    throw new AppError(
      'invalid',
      `The database ${file} belongs to another program. Name another file with DATABASE_URL, or another DATA_DIR.`,
    );
  }
  const [row] = await db.raw<{ version: number | null }[]>('SELECT max(version) AS version FROM migrations');
  return row?.version ?? 0;
}

async function applyOnce(writer: Knex, migration: Migration): Promise<void> {
  await writer.transaction(async (tx) => {
    await tx.raw(
      'CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT',
    );
    // Another process may have been faster since the version was read.
    if (await tx('migrations').where('version', migration.version).first()) return;
    await migration.up(tx);
    await tx('migrations').insert({
      version: migration.version,
      name: migration.name,
      applied_at: tx.raw("strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"),
    });
  });
}

function newerVersion(file: string, present: number, known: number): AppError {
  return new AppError(
    'invalid',
    `The database ${file} was changed by a newer version of Lanternshare (its tables are at ${present}, this version knows ${known}). ` +
      `Start that version, or restore the copy that it made beside the file (${file}.v${known}.bak).`,
  );
}
