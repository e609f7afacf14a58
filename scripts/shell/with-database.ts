/**
 * A command for the operator's shell on the appliance's own database, beside a running appliance or without
 * one: says what it has to say on standard output, refusals in one sentence on standard error, then ends with 1.
 */
import { access } from 'node:fs/promises';
import { ConfigError, loadConfig } from '../../server/base/config.js';
import { AppError, isAppError } from '../../server/base/errors.js';
import { createLog, type Log } from '../../server/base/log.js';
import { databaseFile, openDatabase, type Database } from '../../storage/database/index.js';

/** `run` gets the arguments and gives what is to be said; without arguments it is the help. */
export async function runWithDatabase(
  help: string,
  run: (opened: { db: Database; log: Log }, args: readonly string[]) => Promise<string>,
): Promise<void> {
  const args = process.argv.slice(2);
  if (args.length === 0 || args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help);
    return;
  }
  try {
    process.stdout.write(await withDatabase((opened) => run(opened, args)));
  } catch (error) {
    if (!isAppError(error) && !(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

async function withDatabase(work: (opened: { db: Database; log: Log }) => Promise<string>): Promise<string> {
  const { settings } = loadConfig(process.env);
  const log = createLog('warn', process.stderr);
  const file = databaseFile(settings);
  await access(file).catch(() => {
    throw new AppError(
      'not-found',
      `There is no database at ${file}. Start the appliance once, or set DATA_DIR.`,
    );
  });
  const db = await openDatabase({ file, log });
  try {
    return await work({ db, log });
  } finally {
    await db.close();
  }
}

/** `2026-11-23`, UTC. */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
