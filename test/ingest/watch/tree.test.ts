import { describe, expect, test } from 'vitest';
import type { SeenFile } from '../../../server/ingest/watch/model.js';
import {
  createTree,
  diffListings,
  joinPath,
  nameOf,
  parentOf,
  type Listing,
} from '../../../server/ingest/watch/tree.js';
import { createRandom } from '../../support/random.js';

const seen = (inode: number, more: Partial<SeenFile> = {}): SeenFile => ({
  device: 1,
  inode,
  sizeBytes: 10,
  mtimeMs: 20.125,
  birthtimeMs: 5,
  ...more,
});

test('paths come apart and together', () => {
  for (const path of ['a', 'a/b', 'a/b c/ü🎬.mp4']) expect(joinPath(parentOf(path), nameOf(path))).toBe(path);
  expect(parentOf('a')).toBe('');
});

describe('the tree', () => {
  test('gives back what was put in, exactly', () => {
    const tree = createTree();
    tree.ensureFolder('x/y', 'x/y');
    const odd = seen(2 ** 53 + 2, { sizeBytes: 2 ** 45, mtimeMs: 1795449807330.5127 });
    tree.setFile('x/y/f', odd);
    expect(tree.file('x/y/f')).toEqual(odd);
    expect(tree.file('x/y/g')).toBeUndefined();
    expect(tree.file('x/f')).toBeUndefined();
  });

  test('agrees with a plain map after any number of changes', () => {
    const random = createRandom(7);
    const tree = createTree();
    tree.ensureFolder('', '');
    const plain = new Map<string, SeenFile>();
    for (let n = 0; n < 3000; n++) {
      const name = `f${Math.floor(random.between(0, 200))}`;
      if (random.between(0, 1) < 0.4) {
        tree.setFile(name, undefined);
        plain.delete(name);
      } else {
        const file = seen(n);
        tree.setFile(name, file);
        plain.set(name, file);
      }
    }
    expect(tree.counts()).toEqual({ files: plain.size, folders: 1 });
    for (let n = 0; n < 200; n++) expect(tree.file(`f${n}`)).toEqual(plain.get(`f${n}`));
  });

  test('knows the folders above as well, and drops a folder with all below', () => {
    const tree = createTree();
    tree.ensureFolder('a/b/c', 'a/b/c');
    tree.ensureFolder('a/bc', 'a/bc');
    tree.setFile('a/b/c/f', seen(1));
    tree.setFile('a/b/g', seen(2));
    expect(tree.counts()).toEqual({ files: 2, folders: 5 });
    const dropped: string[] = [];
    tree.dropFolder('a/b', (folder) => dropped.push(folder.path));
    expect(dropped).toEqual(['a/b/c', 'a/b']);
    expect(tree.counts()).toEqual({ files: 0, folders: 3 });
    expect([...tree.folder('a')!.subfolders]).toEqual(['bc']);
  });

  test('finds files by inode', () => {
    const tree = createTree();
    tree.ensureFolder('a', 'a');
    tree.setFile('x', seen(5));
    tree.setFile('a/y', seen(5));
    tree.setFile('a/z', seen(6));
    expect(tree.pathsWithInode(new Set([5, 7]))).toEqual(new Map([[5, ['a/y', 'x']]]));
  });
});

function toListing(files: { name: string; seen: SeenFile }[]): Listing {
  const tree = createTree();
  const folder = tree.ensureFolder('', '');
  for (const { name, seen: file } of files) tree.setFile(name, file);
  return folder.listing;
}

describe('two listings', () => {
  const difference = (before: Listing, after: Listing) => {
    const found: [string, number | undefined, number | undefined][] = [];
    diffListings(before, after, (name, was, is) => found.push([name, was?.sizeBytes, is?.sizeBytes]));
    return found;
  };
  const file = (name: string, more: Partial<SeenFile> = {}) => ({ name, seen: seen(1, more) });

  test('differ by what came, went and changed', () => {
    const before = toListing([file('b'), file('a'), file('d', { sizeBytes: 1 }), file('é')]);
    const after = toListing([file('é'), file('d', { sizeBytes: 2 }), file('c'), file('b')]);
    expect(difference(before, after)).toEqual([
      ['a', 10, undefined],
      ['c', undefined, 10],
      ['d', 1, 2],
    ]);
  });

  test('are the same when only the device got another number', () => {
    expect(difference(toListing([file('a')]), toListing([file('a', { device: 9, birthtimeMs: 0 })]))).toEqual(
      [],
    );
  });

  test.each(['inode', 'sizeBytes', 'mtimeMs'] as const)('differ when %s does', (field) => {
    expect(difference(toListing([file('a')]), toListing([file('a', { [field]: 99 })]))).toHaveLength(1);
  });
});
