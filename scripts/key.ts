/** API keys from the shell: make, list, revoke. Works beside a running appliance, on the same settings. */
import { access } from 'node:fs/promises';
import { createKeys } from '../server/auth/index.js';
import { systemClock } from '../server/base/clock.js';
import { ConfigError, loadConfig } from '../server/base/config.js';
import { AppError, isAppError } from '../server/base/errors.js';
import { createLog } from '../server/base/log.js';
import { databaseFile, openDatabase } from '../storage/database/index.js';

const HELP = `API keys of a Lanternshare, from the shell.

  key make NAME     make a key; it is shown this once
  key list          names, ids, and when each was used last
  key revoke ID     the key stops working within seconds

Reads DATA_DIR and DATABASE_URL as the appliance does. It may run at the same time.
`;

type Keys = ReturnType<typeof createKeys>;

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  if (args.length === 0 || args.includes('--help') || args.includes('-h')) return say(HELP);
  try {
    await withKeys((keys) => run(keys, args));
  } catch (error) {
    if (!isAppError(error) && !(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

async function withKeys(work: (keys: Keys) => Promise<void>): Promise<void> {
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
    await work(createKeys({ db, clock: systemClock, log }));
  } finally {
    await db.close();
  }
}

async function run(keys: Keys, [verb, ...rest]: readonly string[]): Promise<void> {
  const [value = ''] = rest;
  if (verb === 'list' && rest.length === 0) return say(await table(keys));
  if (verb === 'make' && rest.length === 1) return say(`${(await keys.create(value)).key}\n`);
  if (verb === 'revoke' && rest.length === 1) {
    await keys.revoke(value);
    return say('Revoked.\n');
  }
  throw new AppError('invalid', HELP.trim());
}

async function table(keys: Keys): Promise<string> {
  const all = await keys.list();
  if (all.length === 0) return 'There are no API keys.\n';
  return all
    .map(({ id, name, createdAtMs, lastUsedAtMs, revokedAtMs }) => {
      const used = lastUsedAtMs === undefined ? 'never used' : `used ${day(lastUsedAtMs)}`;
      const state = revokedAtMs === undefined ? used : `revoked ${day(revokedAtMs)}`;
      return `${id}  made ${day(createdAtMs)}  ${state.padEnd(18)}  ${name}\n`;
    })
    .join('');
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function say(text: string): void {
  process.stdout.write(text);
}
