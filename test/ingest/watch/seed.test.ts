import { expect, test } from 'vitest';
import { createSeed } from '../../../server/ingest/watch/seed.js';
import { createTree, NUMBERS_PER_FILE, writeSeen } from '../../../server/ingest/watch/tree.js';

test('what is told in any order lies in the tree as if it had been seen there', () => {
  const tree = createTree();
  const seed = createSeed(tree);
  const paths = ['b', 'x/y/2', 'a', 'x/1', 'x/y/1', 'é', 'x/10'];
  const seen = (n: number) => ({
    device: 1,
    inode: 2 ** 53 + 2 * n,
    sizeBytes: n,
    mtimeMs: n + 0.125,
    birthtimeMs: 0,
  });
  for (const [first, end] of [
    [0, 3],
    [3, 7],
  ] as const) {
    const numbers = new Float64Array((end - first) * NUMBERS_PER_FILE);
    for (let n = first; n < end; n++) writeSeen(numbers, n - first, seen(n));
    seed.add(paths.slice(first, end), numbers);
  }
  expect(tree.counts().files).toBe(0);
  seed.plant();
  paths.forEach((path, n) => expect(tree.file(path), path).toEqual(seen(n)));
  expect(tree.counts()).toEqual({ files: 7, folders: 3 });
  expect([...tree.folder('x')!.listing.names]).toEqual(['1', '10']);
});
