import { expect, test } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';

test('timers run in order of what falls due, also those set by timers', async () => {
  const clock = createFakeClock(0);
  const seen: string[] = [];
  clock.after(20, () => seen.push(`b@${clock.now()}`));
  clock.after(10, () => {
    seen.push(`a@${clock.now()}`);
    clock.after(5, () => seen.push(`c@${clock.now()}`));
  });
  await clock.advance(30);
  expect(seen).toEqual(['a@10', 'c@15', 'b@20']);
  expect(clock.now()).toBe(30);
});

test('a cancelled timer does not run', async () => {
  const clock = createFakeClock(0);
  let ran = false;
  clock.after(10, () => (ran = true))();
  await clock.advance(100);
  expect(ran).toBe(false);
});
