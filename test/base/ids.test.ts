import { expect, test } from 'vitest';
import { createId, createSecret, isId, isSameSecret } from '../../server/base/ids.js';

test('ids are UUIDs and never repeat', () => {
  const ids = new Set(Array.from({ length: 1000 }, createId));
  expect(ids.size).toBe(1000);
  for (const id of ids) expect(isId(id)).toBe(true);
});

test.each([
  '',
  'x',
  '0B5C8E4A-0000-4000-8000-000000000000',
  '0b5c8e4a-0000-4000-8000-00000000000g',
  7,
  undefined,
])('%j is not an id', (value) => expect(isId(value)).toBe(false));

test('secrets are compared whole', () => {
  const secret = createSecret();
  expect(secret).toMatch(/^[\w-]{43}$/);
  expect(isSameSecret(secret, secret)).toBe(true);
  expect(isSameSecret(secret, `${secret}x`)).toBe(false);
  expect(isSameSecret(secret, '')).toBe(false);
});
