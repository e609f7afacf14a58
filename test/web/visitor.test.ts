import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { createVisitorReader } from '../../server/web/visitor.js';

const asked = (remoteAddress: string, forwarded?: string) =>
  ({
    headers: { 'user-agent': 'VLC', ...(forwarded ? { 'x-forwarded-for': forwarded } : {}) },
    socket: { remoteAddress },
  }) as unknown as IncomingMessage;

test('a visitor is whoever connects, unless that is a proxy of ours', () => {
  const read = createVisitorReader(() => false);
  expect(read(asked('203.0.113.5', '198.51.100.1'))).toEqual({ address: '203.0.113.5', agent: 'VLC' });
});

test('behind trusted proxies it is the nearest who is none of them; what is written before is not believed', () => {
  const read = createVisitorReader((address) => address.startsWith('10.'));
  expect(read(asked('10.0.0.1', 'forged, 198.51.100.1, 10.0.0.2')).address).toBe('198.51.100.1');
  expect(read(asked('10.0.0.1')).address).toBe('10.0.0.1');
});

test('everybody of one IPv6 household is one address', () => {
  const read = createVisitorReader(() => false);
  expect(read(asked('2001:db8::1')).address).toBe(read(asked('2001:db8::abcd')).address);
  expect(read(asked('::ffff:203.0.113.5')).address).toBe('203.0.113.5');
});
