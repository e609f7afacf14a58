/**
 * One SQLite file as a knex pool. The writer is one connection, so that two writes never wait for each other
 * inside the database; readers work beside it (WAL) and are refused any write.
 */
import createKnex, { type Knex } from 'knex';
import type { Log } from '../../server/base/log.js';

const READERS = 2;

const COMMON = [
  'PRAGMA foreign_keys = ON',
  // With WAL a power cut may lose the last commits, never the file's soundness.
  'PRAGMA synchronous = NORMAL',
  'PRAGMA cache_size = -16000',
];
const WRITER = [...COMMON, 'PRAGMA journal_mode = WAL', 'PRAGMA journal_size_limit = 67108864'];
const READER = [...COMMON, 'PRAGMA query_only = ON'];

interface Connection {
  exec(sql: string, done: (error: Error | null) => void): void;
}

export function connect(
  file: string,
  role: 'writer' | 'reader',
  { log, busyTimeoutMs }: { log: Log; busyTimeoutMs: number },
): Knex {
  const pragmas = [`PRAGMA busy_timeout = ${busyTimeoutMs}`, ...(role === 'writer' ? WRITER : READER)].join(
    ';',
  );
  return createKnex({
    client: 'sqlite3',
    connection: { filename: file },
    useNullAsDefault: true,
    // Values (hashes, 200 KB of JSON) stay out of error messages.
    compileSqlOnError: false,
    pool: {
      min: 1,
      max: role === 'writer' ? 1 : READERS,
      afterCreate: (connection: Connection, done: (error: Error | null, connection: Connection) => void) =>
        connection.exec(pragmas, (error) => done(error, connection)),
    },
    log: {
      debug: (message: unknown) => log.debug({ message }, 'knex told something'),
      warn: (message: unknown) => log.warn({ message }, 'knex warned'),
      error: (message: unknown) => log.error({ message }, 'knex failed'),
      deprecate: (message: unknown) => log.debug({ message }, 'knex told of something outdated'),
    },
  });
}
