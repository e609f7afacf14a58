import { describe, expect, test } from 'vitest';
import { createAttempts } from '../../server/auth/attempts.js';
import { networkOf } from '../../server/base/network.js';

const tooMany = { code: 'too-many', message: 'Too many wrong passwords. Try again in 15 minutes.' };

describe('wrong passwords', () => {
  test('are slowed after five for one name from one address, and only there', async () => {
    const attempts = createAttempts();
    for (let n = 0; n < 5; n++) await attempts.begin('owner', '192.0.2.1');
    await expect(attempts.begin('OWNER', '192.0.2.1')).rejects.toMatchObject(tooMany);
    await attempts.begin('guest', '192.0.2.1');
    await attempts.begin('owner', '192.0.2.2');
  });

  test('are counted before they are looked at, so that many at once are no way around', async () => {
    const attempts = createAttempts();
    const all = await Promise.allSettled(
      Array.from({ length: 50 }, () => attempts.begin('owner', '192.0.2.1')),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  });

  test('are slowed after a hundred from one address, whatever the names', async () => {
    const attempts = createAttempts();
    for (let n = 0; n < 100; n++) await attempts.begin(`name${n}`, '192.0.2.1');
    await expect(attempts.begin('another', '192.0.2.1')).rejects.toMatchObject(tooMany);
  });

  test('of one who goes on and on shut nobody else at that address out', async () => {
    const attempts = createAttempts();
    for (let n = 0; n < 500; n++) await attempts.begin('owner', '192.0.2.1').catch(() => {});
    for (const name of ['guest', 'third', 'dan', 'eve']) await attempts.begin(name, '192.0.2.1');
  });

  test('are not counted for a name while all from its address must wait', async () => {
    const attempts = createAttempts();
    for (let n = 0; n < 100; n++) await attempts.begin(`name${n}`, '192.0.2.1');
    for (let n = 0; n < 6; n++) {
      await expect(attempts.begin('owner', '192.0.2.1')).rejects.toMatchObject(tooMany);
    }
    await attempts.forgive('name0', '192.0.2.1');
    await attempts.begin('owner', '192.0.2.1');
  });

  test('are forgiven by the right one', async () => {
    const attempts = createAttempts();
    for (let round = 0; round < 60; round++) {
      await attempts.begin('owner', '192.0.2.1');
      await attempts.begin('owner', '192.0.2.1');
      await attempts.forgive('owner', '192.0.2.1');
      await attempts.forgive('owner', '192.0.2.1');
    }
  });
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:0001:2::', '2001:db8:1:2::/64'],
  ['2001:db8::6', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['', ''],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
