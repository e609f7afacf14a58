import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { createPasswords } from '../../server/auth/passwords.js';

test('the right password is right, however its letters are composed, and nothing else is', async () => {
  const passwords = createPasswords();
  const hash = await passwords.hash('caf\u00e9 au lait');
  expect(await passwords.isRight('cafe\u0301 au lait', hash)).toBe(true);
  expect(await passwords.isRight('cafe au lait', hash)).toBe(false);
  expect(await passwords.isRight('caf\u00e9 au lait', undefined)).toBe(false);
});

test('looking for nobody takes as long as a wrong password of somebody', async () => {
  const passwords = createPasswords();
  const hash = await passwords.hash('correct horse');
  await passwords.isRight('wrong', undefined);
  const timesMs: Record<'somebody' | 'nobody', number[]> = { somebody: [], nobody: [] };
  for (let n = 0; n < 9; n++) {
    for (const [who, known] of [
      ['somebody', hash],
      ['nobody', undefined],
    ] as const) {
      const startedMs = performance.now();
      await passwords.isRight('wrong', known);
      timesMs[who].push(performance.now() - startedMs);
    }
  }
  // Either is some 20 ms of work; doing none at all would be a thousandth of it.
  const ratio = median(timesMs.nobody) / median(timesMs.somebody);
  expect(ratio).toBeGreaterThan(0.3);
  expect(ratio).toBeLessThan(3);
});

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
