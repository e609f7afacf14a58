import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';
import { createReach } from '../../server/webhooks/reach.js';

const clock = createFakeClock();

const mayReach = (host: string, allowed: string[] = []): boolean => {
  try {
    createReach(allowed, { clock }).checkLiteral(new URL(`http://${host}/x`));
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'forbidden' });
    return false;
  }
};

test.each([
  '127.0.0.1',
  '127.255.0.1',
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.5:8080',
  '224.0.0.1',
  '255.255.255.255',
  // Other ways to write 127.0.0.1.
  '2130706433',
  '0x7f.1',
  '0177.0.0.1',
  '127.1',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[::ffff:0:127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b:1::7f00:1]',
  '[4000::1]',
  '[3fff::1]',
  '[2002:7f00:1::]',
  '[fe80::1]',
  '[fd00:ec2::254]',
  '[fc00::1]',
  '[ff02::1]',
])('%s is not reached', (host) => {
  expect(mayReach(host)).toBe(false);
});

test.each(['8.8.8.8', '172.32.0.1', '192.169.0.1', '[2606:4700::1111]', '[2001:4860:4860::8888]'])(
  '%s is reached',
  (host) => {
    expect(mayReach(host)).toBe(true);
  },
);

test('what the operator allows is reached, and nothing beside it', () => {
  const allowed = ['192.168.1.0/24', '127.0.0.1', 'fd00::/8'];
  for (const host of ['192.168.1.77', '127.0.0.1', '[fd12::1]']) expect(mayReach(host, allowed)).toBe(true);
  for (const host of ['192.168.2.1', '127.0.0.2', '[::1]', '10.0.0.1']) {
    expect(mayReach(host, allowed)).toBe(false);
  }
});

describe('a name', () => {
  const lookUp = (addresses: string[], allowed: string[] = []) =>
    new Promise((resolve) => {
      const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
      const { lookup } = createReach(allowed, { resolve: () => Promise.resolve(found), clock });
      lookup('host.example', { all: true }, (error, answer) => resolve(error ?? answer));
    });

  test('is reached when all of its addresses may be', async () => {
    expect(await lookUp(['8.8.8.8'])).toEqual([{ address: '8.8.8.8', family: 4 }]);
    expect(await lookUp(['10.0.0.1'], ['10.0.0.0/8'])).toEqual([{ address: '10.0.0.1', family: 4 }]);
  });

  test.each([[['127.0.0.1']], [['8.8.8.8', '127.0.0.1']], [['8.8.8.8', 'fe80::1%eth0']]])(
    'with the addresses %j is not',
    async (addresses) => {
      expect(await lookUp(addresses)).toMatchObject({ code: 'forbidden' });
    },
  );
});

test('a name server that says nothing keeps nobody waiting', async () => {
  const { checkNow } = createReach([], { resolve: () => new Promise(() => {}), clock });
  const checked = checkNow(new URL('https://host.example/hook'));
  await clock.advance(3000);
  await expect(checked).resolves.toBeUndefined();
});
