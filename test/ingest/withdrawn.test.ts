/** What people took out of the library stays out, whatever happens to the file, until its content is another one. */
import { rename, utimes } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { makeWav, openWriteWing, type WriteWing } from '../support/write-wing.js';

async function openWithout(path: string): Promise<{ wing: WriteWing; id: string }> {
  const wing = await openWriteWing();
  await wing.write(path, makeWav(0.2));
  const { id } = await wing.reaches(path, 'published');
  await wing.until(async () => (await wing.find(path))?.fingerprint !== undefined);
  await wing.library.withdraw(id);
  return { wing, id };
}

const shown = async (wing: WriteWing) => (await wing.library.list({ limit: 100, offset: 0 })).total;

test('a withdrawn file stays away from rescans, restarts, renames and touches', async () => {
  const { wing, id } = await openWithout('a.wav');
  await wing.rescan();
  await wing.restart();
  await rename(wing.at('a.wav'), wing.at('b.wav'));
  await wing.until(async () => (await wing.find('b.wav'))?.id === id);
  const before = (await wing.find('b.wav'))!;
  await utimes(wing.at('b.wav'), 1_700_000_000, 1_700_000_000);
  await wing.rescan();
  await wing.until(async () => (await wing.find('b.wav'))!.mtimeMs !== before.mtimeMs);
  // What the watch tells goes through in order: this one comes after all of that.
  await wing.write('other.wav', makeWav(0.2));
  await wing.reaches('other.wav', 'published');
  expect(await wing.library.get(id)).toBeUndefined();
  expect(await shown(wing)).toBe(1);
  expect(await wing.find('b.wav')).toMatchObject({ state: 'pending', withdrawnAtMs: expect.any(Number) });
});

test('another content at its place is a file like others', async () => {
  const { wing, id } = await openWithout('a.wav');
  await wing.drop('a.wav', makeWav(0.4));
  const file = await wing.reaches('a.wav', 'published');
  expect(file.withdrawnAtMs).toBeUndefined();
  expect((await wing.library.get(file.id))?.state).toBe('published');
  expect(file.id).toBe(id);
});

test('a restored file is probed anew and plays', async () => {
  const { wing, id } = await openWithout('a.wav');
  await wing.library.restore(id);
  wing.ingest.take(id);
  expect(await wing.reaches('a.wav', 'published')).toMatchObject({ id });
  await expect(wing.library.restore(id)).rejects.toMatchObject({ code: 'not-found' });
});
