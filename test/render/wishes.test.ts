import { expect, test } from 'vitest';
import { createWishes } from '../../server/render/wishes.js';

const never = new AbortController().signal;

test('one fulfilment serves all who wait for the number, and only them', async () => {
  const wishes = createWishes<string>();
  const waiting = [wishes.add(1, never), wishes.add(1, never)];
  const other = wishes.add(2, never);
  wishes.resolve(1, 'one');
  expect(await Promise.all(waiting)).toEqual(['one', 'one']);
  expect(wishes.has(1)).toBe(false);
  expect(wishes.numbers()).toEqual([2]);
  wishes.reject(2, new Error('no'));
  await expect(other).rejects.toThrow('no');
});

test('who goes away takes nobody else with them', async () => {
  const wishes = createWishes<string>();
  const gone = new AbortController();
  const waiting = [wishes.add(3, gone.signal), wishes.add(3, never)];
  gone.abort();
  await expect(waiting[0]).rejects.toMatchObject({ code: 'aborted' });
  expect(wishes.has(3)).toBe(true);
  expect(wishes.hasIn(0, 2)).toBe(false);
  expect(wishes.hasIn(3, 9)).toBe(true);
  wishes.resolve(3, 'x');
  expect(await waiting[1]).toBe('x');
  await expect(wishes.add(3, gone.signal)).rejects.toMatchObject({ code: 'aborted' });
});
