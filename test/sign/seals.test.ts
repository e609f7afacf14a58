import { expect, test } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';
import { createSigner } from '../../server/sign/index.js';

const key = (id: string) => ({ id, secret: `secret of ${id}` });

test('a seal gives back what was sealed, for its purpose and its time only', async () => {
  const clock = createFakeClock();
  const signer = createSigner({ keys: [key('key1')], clock });
  const sealed = signer.seal('pass', ['a-b', '7'], 1000);
  expect(sealed).toMatch(/^[\w.-]+$/);
  expect(signer.unseal('pass', sealed)).toEqual(['a-b', '7']);
  expect(signer.unseal('play', sealed)).toBeUndefined();
  await clock.advance(999);
  expect(signer.unseal('pass', sealed)).toEqual(['a-b', '7']);
  await clock.advance(1);
  expect(signer.unseal('pass', sealed)).toBeUndefined();
});

test('a seal that was touched anywhere is none, and neither is anything else', () => {
  const signer = createSigner({ keys: [key('key1')], clock: createFakeClock() });
  const sealed = signer.seal('pass', ['share', '1'], 1000);
  for (let at = 0; at < sealed.length; at++) {
    const other = sealed[at] === '1' ? '2' : '1';
    expect(
      signer.unseal('pass', sealed.slice(0, at) + other + sealed.slice(at + 1)),
      `at ${at}`,
    ).toBeUndefined();
    expect(signer.unseal('pass', sealed.slice(0, at)), `cut at ${at}`).toBeUndefined();
  }
  for (const odd of [
    '',
    '.',
    'key1',
    'key1.',
    `${sealed}.`,
    `${sealed}=`,
    '.'.repeat(399),
    'x'.repeat(5000),
  ]) {
    expect(signer.unseal('pass', odd)).toBeUndefined();
  }
});

test('a seal of an older key is good while that key is in the ring', () => {
  const clock = createFakeClock();
  const sealed = createSigner({ keys: [key('key1')], clock }).seal('pass', ['x'], 1000);
  expect(createSigner({ keys: [key('key2'), key('key1')], clock }).unseal('pass', sealed)).toEqual(['x']);
  expect(createSigner({ keys: [key('key2')], clock }).unseal('pass', sealed)).toBeUndefined();
});

test('what would not come back as it was is not sealed', () => {
  const signer = createSigner({ keys: [key('key1')], clock: createFakeClock() });
  for (const odd of ['a.b', '', 'ü', 'a b']) expect(() => signer.seal('pass', [odd], 1)).toThrow();
});
