/** A database in a folder of its own, gone at the end of the test that asked for it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openDatabase, type Database } from '../../storage/database/index.js';
import { silentLog } from '../../server/base/log.js';

export async function makeTestFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lanternshare-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function openTestDatabase(): Promise<{ db: Database; file: string; folder: string }> {
  const folder = await makeTestFolder();
  const file = join(folder, 'test.db');
  const db = await openDatabase({ file, log: silentLog, refusesNesting: true });
  onTestFinished(() => db.close());
  return { db, file, folder };
}
