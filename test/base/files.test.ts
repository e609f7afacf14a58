import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freeBytes, projectRoot, writeWhole } from '../../server/base/files.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lanternshare-files-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a file appears whole, with its mode, and leaves nothing beside it', async () => {
  const path = join(folder, 'deep', 'secret.txt');
  await writeWhole(path, 'one', 0o600);
  await writeWhole(path, 'two', 0o600);
  expect(await readFile(path, 'utf8')).toBe('two');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(folder, 'deep'))).toEqual(['secret.txt']);
});

test('a failed write leaves no temporary file', async () => {
  await writeWhole(join(folder, 'taken', 'x'), 'x');
  await expect(writeWhole(join(folder, 'taken'), 'file over a folder')).rejects.toThrow();
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('free space is a positive number of bytes', async () => {
  expect(await freeBytes(folder)).toBeGreaterThan(0);
});

test('the project root holds package.json', async () => {
  expect((await stat(join(projectRoot(), 'package.json'))).isFile()).toBe(true);
});
