import { describe, expect, test } from 'vitest';
import { createRowCache } from '../../../storage/database/row-cache.js';

/** A table of one number per id, whose reads can be held back. */
function createTable(options: { maxSize?: number; sizeOf?: (row: { n: number }) => number } = {}) {
  const values = new Map<string, number>();
  const held: (() => void)[] = [];
  let reads = 0;
  let isHolding = false;
  const cache = createRowCache<{ n: number }>({
    maxSize: 10,
    ...options,
    async load(id) {
      reads += 1;
      const n = values.get(id);
      if (isHolding) await new Promise<void>((resolve) => held.push(resolve));
      return n === undefined ? undefined : { n };
    },
  });
  return {
    cache,
    values,
    reads: () => reads,
    hold: () => void (isHolding = true),
    release() {
      isHolding = false;
      for (const go of held.splice(0)) go();
    },
  };
}

describe('a row cache', () => {
  test('reads a row once for all who ask, at once or later', async () => {
    const { cache, values, reads } = createTable();
    values.set('a', 1);
    const [one, two] = await Promise.all([cache.get('a'), cache.get('a')]);
    expect(one).toBe(two);
    expect(await cache.get('a')).toBe(one);
    expect(reads()).toBe(1);
  });

  test('does not keep absence', async () => {
    const { cache, values } = createTable();
    expect(await cache.get('a')).toBeUndefined();
    values.set('a', 1);
    expect(await cache.get('a')).toEqual({ n: 1 });
  });

  test('never keeps what was read before a drop, even if the read ends after it', async () => {
    const { cache, values, hold, release } = createTable();
    values.set('a', 1);
    hold();
    const early = cache.get('a');
    values.set('a', 2);
    cache.drop('a');
    release();
    expect(await early).toEqual({ n: 1 });
    expect(await cache.get('a')).toEqual({ n: 2 });
  });

  test('tries again after a read that failed', async () => {
    let isBroken = true;
    const cache = createRowCache<{ n: number }>({
      maxSize: 1,
      load: async () => {
        if (isBroken) throw new Error('no disk');
        return { n: 1 };
      },
    });
    await expect(cache.get('a')).rejects.toThrow('no disk');
    isBroken = false;
    expect(await cache.get('a')).toEqual({ n: 1 });
  });

  test('stays within its bound and hands out what is too large without keeping it', async () => {
    const { cache, values, reads } = createTable({ maxSize: 10, sizeOf: (row) => row.n });
    values.set('a', 6).set('b', 6).set('huge', 11);
    await cache.get('a');
    await cache.get('b');
    await cache.get('b');
    expect(reads()).toBe(2);
    await cache.get('a');
    expect(reads()).toBe(3);
    expect(await cache.get('huge')).toEqual({ n: 11 });
    await cache.get('huge');
    expect(reads()).toBe(5);
  });
});
