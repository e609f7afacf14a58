/** What every keeper of segments promises, whatever it keeps them on. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../server/base/log.js';
import { createSegmentStore, type SegmentStore } from '../../storage/segments/index.js';

const drivers: Record<string, (folder: string) => SegmentStore> = {
  filesystem: (dataDir) => createSegmentStore({ dataDir, log: silentLog }),
};

const key = { generationId: 'g-1', recipe: 'r1', renditionId: 'v480' };
const bytes = (n: number) => Buffer.from(`segment ${n} `.repeat(n + 1));

describe.each(Object.entries(drivers))('the %s store', (_name, createStore) => {
  let folder: string;
  let store: SegmentStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lanternshare-store-'));
    store = createStore(folder);
    await store.start();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function keep(first: number, last: number, rendition = key) {
    const writer = await store.write(rendition, first);
    for (let n = first; n <= last; n++) await writer.append(bytes(n));
    await writer.finish();
  }

  test('tells how much room all of it takes', async () => {
    expect(await store.usedBytes()).toBe(0);
    await store.writeBlob('g-1', 'poster.jpg', Buffer.alloc(1000));
    await keep(0, 3);
    const used = await store.usedBytes();
    const payload = [0, 1, 2, 3].reduce((sum, n) => sum + bytes(n).length, 1000);
    expect(used).toBeGreaterThanOrEqual(payload);
    await store.remove('g-1');
    expect(await store.usedBytes()).toBe(0);
  });

  test('what was never written is nothing', async () => {
    expect(await store.ranges(key)).toEqual([]);
    expect(await store.read(key, 0)).toBeUndefined();
    expect((await store.sizes(key)).size).toBe(0);
    expect(await store.discard(key, 0)).toBeUndefined();
    expect(await store.readBlob('g-1', 'poster.jpg')).toBeUndefined();
    await store.remove('g-1');
  });

  test('a program may write a file of its own, which is gone afterwards, whatever happens', async () => {
    let path = '';
    const read = await store.withTemporaryFile(async (given) => {
      path = given;
      await writeFile(given, 'made');
      return readFile(given, 'utf8');
    });
    expect(read).toBe('made');
    await expect(readFile(path)).rejects.toThrow('ENOENT');
    const failing = store.withTemporaryFile(async (given) => {
      path = given;
      await writeFile(given, 'half');
      throw new Error('no more');
    });
    await expect(failing).rejects.toThrow('no more');
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });

  test('a segment can be read as soon as it is appended', async () => {
    const writer = await store.write(key, 4);
    expect(await store.ranges(key)).toEqual([]);
    await writer.append(bytes(4));
    await writer.append(bytes(5));
    expect(await store.read(key, 4)).toEqual(bytes(4));
    expect(await store.read(key, 5)).toEqual(bytes(5));
    expect(await store.read(key, 6)).toBeUndefined();
    expect(await store.ranges(key)).toEqual([[4, 5]]);
    await writer.finish();
    expect(await store.read(key, 5)).toEqual(bytes(5));
  });

  test('finished chunks are there for the next process, unfinished ones are not', async () => {
    await keep(0, 3);
    const writer = await store.write(key, 4);
    await writer.append(bytes(4));
    const next = createStore(folder);
    await next.start();
    expect(await next.ranges(key)).toEqual([[0, 3]]);
    expect(await next.read(key, 2)).toEqual(bytes(2));
    expect(await next.read(key, 4)).toBeUndefined();
    await writer.discard();
  });

  test('a chunk may be made of several pieces that end anywhere', async () => {
    await keep(10, 12);
    await keep(5, 9);
    await keep(20, 20);
    expect(await store.ranges(key)).toEqual([
      [5, 12],
      [20, 20],
    ]);
    expect(await store.sizes(key)).toEqual(
      new Map([5, 6, 7, 8, 9, 10, 11, 12, 20].map((n) => [n, bytes(n).length])),
    );
  });

  test('a discarded chunk leaves nothing, before and after its end', async () => {
    const writer = await store.write(key, 0);
    await writer.append(bytes(0));
    await writer.discard();
    await writer.discard();
    expect(await store.read(key, 0)).toBeUndefined();
    await keep(0, 3);
    await keep(4, 5);
    expect(await store.discard(key, 2)).toEqual([0, 3]);
    expect(await store.ranges(key)).toEqual([[4, 5]]);
    expect(await store.read(key, 0)).toBeUndefined();
  });

  test('a chunk without segments is not kept', async () => {
    const writer = await store.write(key, 7);
    await writer.finish();
    expect(await store.ranges(key)).toEqual([]);
  });

  test('renditions, recipes and generations do not see each other', async () => {
    await keep(0, 0);
    expect(await store.read({ ...key, renditionId: 'v720' }, 0)).toBeUndefined();
    expect(await store.read({ ...key, recipe: 'r2' }, 0)).toBeUndefined();
    expect(await store.read({ ...key, generationId: 'g-10' }, 0)).toBeUndefined();
  });

  test('many readers get whole segments while a chunk grows and gets its name', async () => {
    const writer = await store.write(key, 0);
    const reads: Promise<void>[] = [];
    for (let n = 0; n < 40; n++) {
      await writer.append(bytes(n));
      for (let i = 0; i <= n; i += 5) {
        reads.push(store.read(key, i).then((read) => expect(read).toEqual(bytes(i))));
      }
    }
    await writer.finish();
    await Promise.all(reads);
  });

  test('a folder of small things can be listed and removed, without what lies beside it', async () => {
    for (const name of ['clips/1-2/a/0.m4s', 'clips/1-2/b.jpg', 'clips/3-4/b.jpg', 'poster.jpg'])
      await store.writeBlob('g-1', name, Buffer.from(name));
    expect((await store.listBlobs('g-1', 'clips')).sort()).toEqual(['1-2', '3-4']);
    expect(await store.listBlobs('g-1', 'poster.jpg')).toEqual([]);
    expect(await store.listBlobs('g-2', 'clips')).toEqual([]);
    await store.removeBlobs('g-1', 'clips/1-2');
    await store.removeBlobs('g-1', 'clips/never');
    expect(await store.listBlobs('g-1', 'clips')).toEqual(['3-4']);
    expect(await store.readBlob('g-1', 'clips/1-2/b.jpg')).toBeUndefined();
    expect(String(await store.readBlob('g-1', 'poster.jpg'))).toBe('poster.jpg');
    await expect(async () => store.removeBlobs('g-1', '../g-2')).rejects.toThrow('no usable name');
  });

  test('a blob is replaced whole', async () => {
    await store.writeBlob('g-1', 'poster.jpg', Buffer.from('one'));
    await store.writeBlob('g-1', 'poster.jpg', Buffer.from('two'));
    await store.writeBlob('g-1', 'r1/v480/init.mp4', Buffer.from('init'));
    expect(String(await store.readBlob('g-1', 'poster.jpg'))).toBe('two');
    expect(await store.hasBlob('g-1', 'poster.jpg')).toBe(true);
    expect(await store.hasBlob('g-2', 'poster.jpg')).toBe(false);
    expect(String(await store.readBlob('g-1', 'r1/v480/init.mp4'))).toBe('init');
    expect(await store.ranges(key)).toEqual([]);
  });

  test('removing a generation removes all of it and nothing else', async () => {
    await keep(0, 3);
    await keep(0, 1, { ...key, generationId: 'g-2' });
    await store.writeBlob('g-1', 'poster.jpg', Buffer.from('one'));
    await store.remove('g-1');
    expect(await store.ranges(key)).toEqual([]);
    expect(await store.read(key, 0)).toBeUndefined();
    expect(await store.readBlob('g-1', 'poster.jpg')).toBeUndefined();
    expect(await store.ranges({ ...key, generationId: 'g-2' })).toEqual([[0, 1]]);
  });

  test('a name can never lead out of the store', async () => {
    for (const generationId of ['..', '.', '', '../g', 'a/b', 'parts', 'a\0b']) {
      await expect(store.readBlob(generationId, 'x')).rejects.toThrow('no usable name');
      await expect(store.remove(generationId)).rejects.toThrow('no usable name');
    }
    for (const name of ['../x', 'a/../b', '/x', 'a//b', '.hidden']) {
      await expect(store.writeBlob('g-1', name, Buffer.from('x'))).rejects.toThrow('no usable name');
    }
  });

  test('tells how much may still be written', async () => {
    expect(await store.freeBytes()).toBeGreaterThan(0);
  });
});
