import { randomBytes } from 'node:crypto';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFingerprint, sampleRanges } from '../../server/ingest/fingerprint.js';
import { makeTestFolder } from '../support/database.js';

const KB = 1024;

test('a small file is read whole, a large one at its head, middle and tail', () => {
  expect(sampleRanges(0)).toEqual([]);
  expect(sampleRanges(192 * KB)).toEqual([[0, 192 * KB]]);
  expect(sampleRanges(1024 * KB)).toEqual([
    [0, 64 * KB],
    [480 * KB, 544 * KB],
    [960 * KB, 1024 * KB],
  ]);
});

test('copies have one fingerprint; a change at the head, middle, tail or in size has another', async () => {
  const folder = await makeTestFolder();
  const fingerprint = createFingerprint();
  const bytes = randomBytes(1024 * KB);
  const print = async (content: Buffer) => {
    const path = join(folder, randomBytes(4).toString('hex'));
    await writeFile(path, content);
    return fingerprint(path);
  };
  const original = await print(bytes);
  expect(original).toMatch(/^1-[0-9a-f]{16}$/);
  expect(await print(bytes)).toBe(original);
  for (const at of [0, 512 * KB, bytes.length - 1]) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    expect(await print(changed), `at ${at}`).not.toBe(original);
  }
  expect(await print(bytes.subarray(0, -1))).not.toBe(original);
});

test('files of zeros differ by their size alone', async () => {
  const folder = await makeTestFolder();
  const fingerprint = createFingerprint();
  const prints = new Set<string>();
  for (const size of [0, 1, 100, 300 * KB, 300 * KB + 1]) {
    const path = join(folder, `${size}`);
    await writeFile(path, '');
    await truncate(path, size);
    prints.add(await fingerprint(path));
  }
  expect(prints.size).toBe(5);
});
