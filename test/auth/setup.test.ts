import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';
import { silentLog } from '../../server/base/log.js';
import { createAuth } from '../../server/auth/index.js';
import { openTestDatabase } from '../support/database.js';

const owner = { username: 'owner', password: 'correct horse' };

async function openAuth(options: { admin?: typeof owner } = {}) {
  const { db } = await openTestDatabase();
  const make = (more: { admin?: typeof owner } = options) =>
    createAuth({ db, clock: createFakeClock(), log: silentLog, ...more });
  return { db, auth: make(), make };
}

describe('the set-up link', () => {
  test('makes the first member, an admin, and works once', async () => {
    const { db, auth } = await openAuth();
    const token = (await auth.setup.begin())!;
    expect(JSON.stringify(await db.knex('settings'))).not.toContain(token);
    expect(await auth.setup.accepts(token)).toBe(true);
    const member = await auth.setup.redeem(token, owner);
    expect(member).toEqual({ memberId: member.memberId, username: 'owner', role: 'admin' });
    expect(await auth.members.get(member.memberId)).toEqual(member);
    expect(await auth.setup.accepts(token)).toBe(false);
    await expect(auth.setup.redeem(token, { ...owner, username: 'eve' })).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(await auth.members.count()).toBe(1);
    expect(await auth.setup.isOpen()).toBe(false);
    expect(await auth.setup.begin()).toBeUndefined();
  });

  test('of an earlier start is dead', async () => {
    const { auth, make } = await openAuth();
    const old = (await auth.setup.begin())!;
    const token = (await make().setup.begin())!;
    expect(await auth.setup.accepts(old)).toBe(false);
    await expect(auth.setup.redeem(old, owner)).rejects.toMatchObject({ code: 'not-found' });
    await auth.setup.redeem(token, owner);
  });

  test('makes one member however many redeem it at the same moment', async () => {
    const { auth } = await openAuth();
    const token = (await auth.setup.begin())!;
    const tries = await Promise.allSettled(
      ['a', 'b', 'c', 'd'].map((username) => auth.setup.redeem(token, { ...owner, username })),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await auth.members.count()).toBe(1);
  });

  test('stays alive after a name or a password that will not do', async () => {
    const { auth } = await openAuth();
    const token = (await auth.setup.begin())!;
    const unusable = [
      { username: '', password: 'long enough' },
      { username: 'with space', password: 'long enough' },
      { username: 'x'.repeat(65), password: 'long enough' },
      { username: 'owner', password: 'short' },
      { username: 'owner', password: 'x'.repeat(257) },
    ];
    for (const credentials of unusable) {
      await expect(auth.setup.redeem(token, credentials)).rejects.toMatchObject({ code: 'invalid' });
    }
    await auth.setup.redeem(token, owner);
  });

  test.each(['', 'x', 'é'.repeat(1000)])('is not %j', async (token) => {
    const { auth } = await openAuth();
    expect(await auth.setup.accepts(token)).toBe(false);
    await auth.setup.begin();
    expect(await auth.setup.accepts(token)).toBe(false);
  });
});

describe('members', () => {
  test('of the settings is only ever the first', async () => {
    const { auth, make } = await openAuth({ admin: owner });
    await auth.start();
    expect(await auth.members.count()).toBe(1);
    expect(await auth.setup.begin()).toBeUndefined();
    await auth.close();
    const restarted = make({ admin: { username: 'eve', password: 'correct horse' } });
    await restarted.start();
    expect(await restarted.members.count()).toBe(1);
    await restarted.close();
  });

  test('have names that differ by more than case', async () => {
    const { auth } = await openAuth();
    await auth.members.add(owner, 'member');
    await expect(auth.members.add({ ...owner, username: 'OWNER' }, 'member')).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await auth.members.get('nobody')).toBeUndefined();
  });

  test('have their passwords kept as argon2id hashes', async () => {
    const { db, auth } = await openAuth();
    await auth.members.add(owner, 'member');
    const [row] = await db.knex('members').select<{ password_hash: string }[]>('password_hash');
    expect(row!.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });
});
