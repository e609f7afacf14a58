import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createAuth } from '../../server/auth/index.js';
import { systemClock } from '../../server/base/clock.js';
import { projectRoot } from '../../server/base/files.js';
import { silentLog } from '../../server/base/log.js';
import { openTestDatabase } from '../support/database.js';

/** An appliance's sign-in, open the whole time, and the command beside it. */
async function openBeside() {
  const { db, file } = await openTestDatabase();
  const auth = createAuth({ db, clock: systemClock, log: silentLog });
  await auth.start();
  onTestFinished(() => auth.close());

  async function user(args: string[], input = '') {
    const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/user.ts', ...args], {
      cwd: projectRoot(),
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], DATABASE_URL: `sqlite:${file}` },
    });
    child.stdin.end(input);
    const ended = new Promise((resolve) => child.once('close', resolve));
    const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { out, error, code: await ended };
  }
  const names = async () =>
    (await auth.members.list()).map(({ username, role }) => `${username} ${role}`).sort();
  return { auth, user, names };
}

describe('the user command', () => {
  test('adds, lists, resets and removes members beside an open database', async () => {
    const { auth, user, names } = await openBeside();
    expect((await user(['list'])).out).toBe('There are no members yet.\n');
    expect((await user(['add', 'owner', '--admin'])).out).toMatch(/^[\w-]{16}\n$/);
    expect(await user(['add', 'reader', '--stdin'], 'battery staple\n')).toMatchObject({
      out: 'Added.\n',
      code: 0,
    });
    expect(await names()).toEqual(['owner admin', 'reader member']);
    expect((await user(['list'])).out).toMatch(
      /^admin {3}since \d{4}-\d\d-\d\d {2}owner\nmember {2}since \d{4}-\d\d-\d\d {2}reader\n$/,
    );
    const reader = (await auth.members.list()).find(({ username }) => username === 'reader')!;
    const { key } = await auth.keys.create('of reader', reader.memberId);
    expect((await user(['reset', 'READER'])).out).toMatch(/^[\w-]{16}\n$/);
    expect((await user(['remove', 'reader'])).out).toBe('Removed.\n');
    expect(await names()).toEqual(['owner admin']);
    expect(await auth.keys.verify(key)).toBeUndefined();
  });

  test('says what is wrong in a sentence and ends with 1', async () => {
    const { user, names } = await openBeside();
    // The first one is an admin, also when nobody asks for it.
    await user(['add', 'owner', '--stdin'], 'correct horse');
    for (const [args, sentence] of [
      [['add', 'OWNER'], 'There is a member named OWNER already.'],
      [['add', 'two words'], 'The user name must be'],
      [['reset', 'eve'], 'There is no member named eve.'],
      [['remove', 'owner'], 'owner is the last admin.'],
      [['reset', 'owner', '--stdin'], 'The password must have 8 to 256 characters.'],
      [['remove', 'owner', '--admin'], 'Members of a Lanternshare'],
      [['paint', 'owner'], 'Members of a Lanternshare'],
    ] as [string[], string][]) {
      const { out, error, code } = await user(args);
      expect([out, code], args.join(' ')).toEqual(['', 1]);
      expect(error).toContain(sentence);
    }
    expect(await names()).toEqual(['owner admin']);
  });
});
