import { expect, test } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';
import { silentLog } from '../../server/base/log.js';
import { createSpace } from '../../server/render/space.js';

function setUp(free: number) {
  const clock = createFakeClock();
  const disk = { free, looks: 0 };
  const changes: boolean[] = [];
  const space = createSpace({
    freeBytes: async () => {
      disk.looks++;
      return disk.free;
    },
    minFreeBytes: 100,
    clock,
    log: silentLog,
    onChange: () => changes.push(space.isLow()),
  });
  return { clock, disk, changes, space };
}

test('below the floor it refuses, and many who ask look at the disk once', async () => {
  const { space, disk } = setUp(99);
  const asked = await Promise.allSettled([space.require(), space.require(), space.require()]);
  for (const one of asked) expect(one).toMatchObject({ status: 'rejected', reason: { code: 'no-space' } });
  expect(disk.looks).toBe(1);
});

test('it notices by itself when space runs low and when it is back', async () => {
  const { space, disk, clock, changes } = setUp(1000);
  space.start();
  await space.require();
  disk.free = 50;
  await clock.advance(5000);
  expect(changes).toEqual([true]);
  disk.free = 1000;
  await clock.advance(10_000);
  expect(changes).toEqual([true, false]);
  await space.require();
});

test('a disk that has refused bytes is left alone for a while, whatever it says', async () => {
  const { space, clock, changes } = setUp(1000);
  space.start();
  space.ranOut();
  expect(space.isLow()).toBe(true);
  await expect(space.require()).rejects.toMatchObject({ code: 'no-space' });
  await clock.advance(20_000);
  expect(changes).toEqual([true, false]);
});

test('a disk that cannot be asked is not taken for a full one', async () => {
  const { space, disk } = setUp(1000);
  Object.defineProperty(disk, 'free', { get: () => expect.unreachable() });
  await space.require();
});

test('nothing is told after the end', async () => {
  const { space, disk, clock, changes } = setUp(1000);
  space.start();
  space.close();
  disk.free = 0;
  await clock.advance(60_000);
  expect(changes).toEqual([]);
});
