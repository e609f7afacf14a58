import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';
import { silentLog } from '../../server/base/log.js';
import { createKeys } from '../../server/auth/index.js';
import { openTestDatabase } from '../support/database.js';

async function openKeys() {
  const { db } = await openTestDatabase();
  const clock = createFakeClock();
  const make = () => createKeys({ db, clock, log: silentLog });
  /** Writes come one after the other: when this one is through, so are those before. */
  const written = () => db.transaction(async () => {});
  return { db, clock, keys: make(), make, written };
}

describe('an API key', () => {
  test('is told once, kept as a hash only, and verifies', async () => {
    const { db, keys } = await openKeys();
    const { id, key } = await keys.create('  my script ');
    expect(key).toMatch(/^ls_[\w-]{43}$/);
    expect(await keys.verify(key)).toEqual({ id, name: 'my script' });
    expect(JSON.stringify(await db.knex('api_keys'))).not.toContain(key);
    expect(JSON.stringify(await keys.list())).not.toMatch(/ls_|hash/i);
  });

  test.each(['', 'ls_', 'nonsense', 'x'.repeat(10_000), 'é\0'])('that is %j is not valid', async (bearer) => {
    const { keys } = await openKeys();
    await keys.create('a');
    expect(await keys.verify(bearer)).toBeUndefined();
  });

  test('stops at once when it is revoked here, and within seconds when another process does it', async () => {
    const { keys, make, clock } = await openKeys();
    const [one, other] = [await keys.create('one'), await keys.create('other')];
    for (const { key } of [one, other]) expect(await keys.verify(key)).toBeDefined();
    await keys.revoke(one.id);
    expect(await keys.verify(one.key)).toBeUndefined();
    await make().revoke(other.id);
    await clock.advance(5000);
    expect(await keys.verify(other.key)).toBeUndefined();
    expect((await keys.list()).map(({ revokedAtMs }) => revokedAtMs)).not.toContain(undefined);
    for (const id of [one.id, 'nobody']) {
      await expect(keys.revoke(id)).rejects.toMatchObject({ code: 'not-found' });
    }
  });

  test('tells when it was used last, to the minute', async () => {
    const { keys, clock, written } = await openKeys();
    const { key } = await keys.create('a');
    const lastUse = async () => {
      await keys.verify(key);
      await written();
      return (await keys.list())[0]!.lastUsedAtMs;
    };
    expect((await keys.list())[0]!.lastUsedAtMs).toBeUndefined();
    const firstMs = clock.now();
    expect(await lastUse()).toBe(firstMs);
    await clock.advance(59_000);
    expect(await lastUse()).toBe(firstMs);
    await clock.advance(5000);
    expect(await lastUse()).toBe(firstMs + 64_000);
  });

  test('needs a name of 1 to 100 characters', async () => {
    const { keys } = await openKeys();
    for (const name of ['', '   ', 'x'.repeat(101)]) {
      await expect(keys.create(name)).rejects.toMatchObject({ code: 'invalid' });
    }
  });
});

describe('the first key', () => {
  test('is made once, by one of many who try, and never again', async () => {
    const { keys } = await openKeys();
    const made = (await Promise.all([1, 2, 3].map(() => keys.ensureFirst()))).filter(Boolean);
    expect(made).toHaveLength(1);
    const { id } = (await keys.verify(made[0]!))!;
    await keys.revoke(id);
    expect(await keys.ensureFirst()).toBeUndefined();
  });
});

describe('the key of the settings', () => {
  test('is valid while it is set, and no longer', async () => {
    const { keys } = await openKeys();
    await keys.ensureFixed('first-fixed-key');
    await keys.ensureFixed('first-fixed-key');
    expect(await keys.verify('first-fixed-key')).toBeDefined();
    expect(await keys.list()).toHaveLength(1);
    await keys.ensureFixed('second-fixed-key');
    expect(await keys.verify('first-fixed-key')).toBeUndefined();
    expect(await keys.verify('second-fixed-key')).toBeDefined();
    await keys.ensureFixed(undefined);
    expect(await keys.verify('second-fixed-key')).toBeUndefined();
    await keys.ensureFixed('first-fixed-key');
    expect(await keys.verify('first-fixed-key')).toBeDefined();
  });

  test('leaves other keys alone', async () => {
    const { keys } = await openKeys();
    const { key } = await keys.create('mine');
    await keys.ensureFixed('fixed');
    await keys.ensureFixed(undefined);
    expect(await keys.verify(key)).toBeDefined();
  });
});
