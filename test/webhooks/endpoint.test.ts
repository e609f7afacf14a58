import { describe, expect, test } from 'vitest';
import { openTellingHouse } from '../support/telling-house.js';

describe('an endpoint', () => {
  test.each([
    ['not an address', 'nothing'],
    ['another protocol', 'ftp://example.com/'],
    ['a file', 'file:///etc/passwd'],
    ['with a password', 'https://me:secret@example.com/'],
    ['this machine', 'http://127.0.0.1:1/'],
    ['this machine, written oddly', 'http://0x7f.1/'],
    ['a neighbour', 'http://192.168.1.1/'],
    ['the metadata of a cloud', 'http://169.254.169.254/latest/meta-data/'],
    ['too long', `https://example.com/${'x'.repeat(2000)}`],
    ['a name of this machine', 'http://inside.example/'],
  ])('%s is refused', async (_, endpoint) => {
    const resolve = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
    const { house } = await openTellingHouse({ allow: [], resolve });
    await expect(house.webhooks.create({ endpoint })).rejects.toMatchObject({ code: 'invalid' });
    expect((await house.webhooks.list({ sort: 'asc', limit: 9, offset: 0 })).total).toBe(0);
  });

  test('whose name leads elsewhere later is refused when it is connected to', async () => {
    const addresses = ['93.184.216.34'];
    const resolve = () => Promise.resolve(addresses.map((address) => ({ address, family: 4 })));
    const { house, receiver, fail, noted, lines } = await openTellingHouse({ allow: [], resolve });
    house.webhooks.start();
    await house.webhooks.create({ endpoint: `http://rebound.example:${receiver.port}/` });
    addresses[0] = '127.0.0.1';
    await fail();
    await noted(1);
    expect(receiver.all).toEqual([]);
    expect(lines.join()).toContain('127.0.0.1 is not an address on the public internet');
  });

  test('that the operator no longer allows is not connected to', async () => {
    const { house, receiver, db, fail, noted } = await openTellingHouse({ allow: [] });
    house.webhooks.start();
    await db.transaction((tx) =>
      tx('webhooks').insert({
        id: 'x',
        endpoint: receiver.url,
        secret: 's',
        is_active: 1,
        events: '["file.job.failed"]',
        created_at_ms: 1,
      }),
    );
    await fail();
    await noted(1);
    expect(receiver.all).toEqual([]);
  });
});
