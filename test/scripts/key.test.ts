import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createKeys } from '../../server/auth/index.js';
import { systemClock } from '../../server/base/clock.js';
import { projectRoot } from '../../server/base/files.js';
import { silentLog } from '../../server/base/log.js';
import { makeTestFolder, openTestDatabase } from '../support/database.js';

const run = promisify(execFile);

/** Runs `key …` as people do; resolves with what it says. */
async function key(databaseUrl: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', 'scripts/key.ts', ...args], {
    cwd: projectRoot(),
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], DATABASE_URL: databaseUrl },
  });
  return stdout;
}

describe('the key command', () => {
  test('makes, lists and revokes keys beside an open database', async () => {
    const { db, file } = await openTestDatabase();
    const keys = createKeys({ db, clock: systemClock, log: silentLog });
    const url = `sqlite:${file}`;
    expect(await key(url, 'list')).toBe('There are no API keys.\n');
    const made = (await key(url, 'make', 'my script')).trim();
    const verified = await keys.verify(made);
    expect(verified?.name).toBe('my script');
    expect(await key(url, 'list')).toMatch(
      new RegExp(`^${verified!.id}  made \\d{4}-\\d\\d-\\d\\d  \\S.*  my script\n$`),
    );
    expect(await key(url, 'revoke', verified!.id)).toBe('Revoked.\n');
    expect(await key(url, 'list')).toContain('revoked');
  });

  test('says what is wrong in a sentence and ends with 1', async () => {
    const { file } = await openTestDatabase();
    const elsewhere = join(await makeTestFolder(), 'none.db');
    await expect(key(`sqlite:${elsewhere}`, 'list')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`There is no database at ${elsewhere}.`) as string,
    });
    await expect(key(`sqlite:${file}`, 'revoke', 'nobody')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no valid API key with this id.') as string,
    });
    await expect(key(`sqlite:${file}`, 'paint', 'it')).rejects.toMatchObject({ code: 1 });
  });
});
