/** What the file system adds to the contract: damage, crashes, a full disk, many files. */
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../../../server/base/log.js';
import { createSegmentStore, type SegmentStore } from '../../../storage/segments/index.js';

const key = { generationId: 'g', recipe: 'r', renditionId: 'v480' };
const segment = (n: number) => Buffer.alloc(1000 + n, n);
let folder: string;
let store: SegmentStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lanternshare-store-'));
  await reopen();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function reopen() {
  store = createSegmentStore({ dataDir: folder, log: silentLog });
  await store.start();
}

async function keep(first: number, last: number) {
  const writer = await store.write(key, first);
  for (let n = first; n <= last; n++) await writer.append(segment(n));
  await writer.finish();
}

const chunkPath = (name: string) => join(folder, 'renditions/g/r/v480', name);

test('a chunk file holds its segments back to back and is named by the first and the last', async () => {
  await keep(3, 5);
  const bytes = await readFile(chunkPath('000003-000005.m4s'));
  const segments = Buffer.concat([3, 4, 5].map(segment));
  expect(bytes.subarray(0, segments.length)).toEqual(segments);
  expect(String(bytes.subarray(segments.length + 4, segments.length + 8))).toBe('free');
  expect(bytes.readUInt32BE(segments.length)).toBe(bytes.length - segments.length);
});

test.each([
  ['cut short', (path: string) => truncate(path, 2000)],
  ['emptied', (path: string) => truncate(path, 0)],
  ['grown', async (path: string) => writeFile(path, Buffer.concat([await readFile(path), Buffer.alloc(9)]))],
  ['full of zeros', (path: string) => writeFile(path, Buffer.alloc(5000))],
])('a chunk file that was %s is removed when it is met', async (_how, damage) => {
  await keep(0, 3);
  await keep(4, 5);
  await damage(chunkPath('000000-000003.m4s'));
  await reopen();
  expect(await store.read(key, 1)).toBeUndefined();
  expect(await store.ranges(key)).toEqual([[4, 5]]);
  expect(await readdir(join(chunkPath('..'), 'v480'))).toEqual(['000004-000005.m4s']);
});

test('one changed byte is noticed by the one who reads it', async () => {
  await keep(0, 3);
  const path = chunkPath('000000-000003.m4s');
  const bytes = await readFile(path);
  bytes[1500]! ^= 1;
  await writeFile(path, bytes);
  await reopen();
  expect(await store.read(key, 0)).toEqual(segment(0));
  expect(await store.read(key, 1)).toBeUndefined();
  expect(await store.ranges(key)).toEqual([]);
});

test('a file whose name promises more than it holds is removed', async () => {
  await keep(0, 3);
  await writeFile(chunkPath('000000-000004.m4s'), await readFile(chunkPath('000000-000003.m4s')));
  await rm(chunkPath('000000-000003.m4s'));
  await reopen();
  expect(await store.sizes(key)).toEqual(new Map());
});

test('files of others in the folder are left alone', async () => {
  await mkdir(chunkPath('..'), { recursive: true });
  await mkdir(join(folder, 'renditions/g/r/v480'), { recursive: true });
  for (const name of ['init.mp4', '5-3.m4s', 'x.m4s', '000000-999999999.m4s']) {
    await writeFile(chunkPath(name), 'x');
  }
  expect(await store.ranges(key)).toEqual([]);
});

test('a start removes what was left unfinished', async () => {
  const writer = await store.write(key, 0);
  await writer.append(segment(0));
  expect(await readdir(join(folder, 'renditions/parts'))).toHaveLength(1);
  await reopen();
  expect(await readdir(join(folder, 'renditions/parts'))).toEqual([]);
  await writer.discard();
});

test('a chunk vanished from outside is nothing, not an error', async () => {
  await keep(0, 3);
  expect(await store.read(key, 0)).toEqual(segment(0));
  await rm(chunkPath('000000-000003.m4s'));
  expect(await store.read(key, 0)).toBeUndefined();
  expect(await store.ranges(key)).toEqual([]);
});

test('only the renditions used last stay in memory, and none is lost by it', async () => {
  const writer = await store.write({ ...key, renditionId: 'open' }, 0);
  await writer.append(segment(0));
  for (let i = 0; i < 300; i++) {
    const rendition = { ...key, renditionId: `r${i}` };
    const other = await store.write(rendition, 0);
    await other.append(segment(i % 200));
    await other.finish();
  }
  expect(await store.read({ ...key, renditionId: 'r0' }, 0)).toEqual(segment(0));
  expect(await store.read({ ...key, renditionId: 'open' }, 0)).toEqual(segment(0));
  await writer.finish();
  await reopen();
  expect(await store.read({ ...key, renditionId: 'open' }, 0)).toEqual(segment(0));
});
