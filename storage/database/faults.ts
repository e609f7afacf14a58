/** SQLite's error codes as sentences for the operator. What has no sentence stays the fault that it was. */
import { AppError, messageOf, type ErrorCode } from '../../server/base/errors.js';

const SENTENCES: Record<string, [ErrorCode, (file: string) => string]> = {
  SQLITE_BUSY: [
    'busy',
    (file) =>
      `The database ${file} is locked by another program. Stop the other program, or a second Lanternshare on the same data dir, and start again.`,
  ],
  SQLITE_LOCKED: ['busy', (file) => `The database ${file} is locked by another program.`],
  SQLITE_NOTADB: [
    'invalid',
    (file) =>
      `The database ${file} is damaged, or is not a SQLite database. Restore a copy, or move the file away to start with an empty one.`,
  ],
  SQLITE_CORRUPT: [
    'invalid',
    (file) =>
      `The database ${file} is damaged. Restore a copy, or move the file away to start with an empty one.`,
  ],
  SQLITE_FULL: ['no-space', (file) => `There is no space left for the database ${file}. Free some space.`],
  SQLITE_CANTOPEN: [
    'invalid',
    (file) =>
      `The database ${file} cannot be opened. Give this user the right to read and write the file and its folder.`,
  ],
  SQLITE_READONLY: [
    'invalid',
    (file) =>
      `The database ${file} cannot be written. Give this user the right to write the file and its folder.`,
  ],
  SQLITE_PERM: [
    'invalid',
    (file) => `The database ${file} cannot be used. Give this user the right to read and write it.`,
  ],
  SQLITE_IOERR: [
    'invalid',
    (file) => `The disk under the database ${file} reports errors. Look at the system's log.`,
  ],
};

/** SQLite's name of an error, e.g. SQLITE_CONSTRAINT. */
export function sqliteCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : undefined;
}

/** True when a unique index refused a row. */
export function isUniqueViolation(error: unknown): boolean {
  return sqliteCode(error) === 'SQLITE_CONSTRAINT' && messageOf(error).includes('UNIQUE constraint failed');
}

/** An AppError where there is a sentence, else the same error. */
export function explain(error: unknown, file: string): unknown {
  const known = SENTENCES[sqliteCode(error) ?? ''];
  return known ? new AppError(known[0], known[1](file), { cause: error, detail: messageOf(error) }) : error;
}
