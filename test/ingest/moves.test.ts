/** Whatever people do with files in the folder, a record stays with its content, and links with the record. */
import { copyFile, cp, link, rename, rm, utimes } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { makeWav, openWriteWing, type WriteWing } from '../support/write-wing.js';

async function openWith(...paths: string[]): Promise<{ wing: WriteWing; ids: Record<string, string> }> {
  const wing = await openWriteWing();
  const ids: Record<string, string> = {};
  for (const path of paths) {
    await wing.write(path, makeWav(0.2));
    ids[path] = (await wing.reaches(path, 'published')).id;
    await wing.until(async () => (await wing.find(path))?.fingerprint !== undefined);
  }
  return { wing, ids };
}

/** Until the record at that path is that one, playable as ever. */
async function becomes(wing: WriteWing, path: string, id: string): Promise<void> {
  await wing.until(async () => (await wing.find(path))?.id === id);
  const file = (await wing.library.get(id))!;
  expect(file).toMatchObject({ path, state: 'published' });
  expect(file).not.toHaveProperty('goneAtMs', expect.anything());
  await wing.until(() =>
    wing.library.locate(file.generationId!).then(
      (found) => found.endsWith(path),
      () => false,
    ),
  );
}

const countRecords = async (wing: WriteWing) => (await wing.library.known()).length;

describe('a record stays with its file', () => {
  test('through a rename, a change of case and a move between folders', async () => {
    const { wing, ids } = await openWith('a.wav');
    for (const [from, to] of [
      ['a.wav', 'b.wav'],
      ['b.wav', 'B.wav'],
      ['B.wav', 'folder/B.wav'],
      ['folder/B.wav', 'folder/-"odd" 🎬.wav'],
    ] as const) {
      await wing.write('folder/keep.txt', '');
      await rename(wing.at(from), wing.at(to));
      await becomes(wing, to, ids['a.wav']!);
    }
    expect(await countRecords(wing)).toBe(1);
    expect(wing.filled).toHaveLength(1);
  });

  test('when the folder around it is renamed', async () => {
    const { wing, ids } = await openWith('old/a.wav', 'old/sub/b.wav');
    await rename(wing.at('old'), wing.at('new'));
    await becomes(wing, 'new/a.wav', ids['old/a.wav']!);
    await becomes(wing, 'new/sub/b.wav', ids['old/sub/b.wav']!);
  });

  test('when two files change names', async () => {
    const { wing, ids } = await openWith('a.wav', 'b.wav');
    await rename(wing.at('a.wav'), wing.at('c.tmp'));
    await rename(wing.at('b.wav'), wing.at('a.wav'));
    await rename(wing.at('c.tmp'), wing.at('b.wav'));
    await becomes(wing, 'a.wav', ids['b.wav']!);
    await becomes(wing, 'b.wav', ids['a.wav']!);
  });

  test('when it is renamed while nobody watches', async () => {
    const { wing, ids } = await openWith('a.wav', 'x.wav');
    await wing.ingest.close();
    await rename(wing.at('a.wav'), wing.at('b.wav'));
    await wing.restart();
    await becomes(wing, 'b.wav', ids['a.wav']!);
  });

  test('when it is hidden for a while', async () => {
    const { wing, ids } = await openWith('a.wav', 'b.wav');
    await rename(wing.at('a.wav'), wing.at('.a.wav'));
    await wing.until(async () => (await wing.library.get(ids['a.wav']!))?.goneAtMs !== undefined);
    await rename(wing.at('.a.wav'), wing.at('back.wav'));
    await becomes(wing, 'back.wav', ids['a.wav']!);
  });

  test('when only its time of change is another', async () => {
    const { wing, ids } = await openWith('a.wav');
    const before = (await wing.find('a.wav'))!;
    await utimes(wing.at('a.wav'), 1000, 1000);
    await wing.until(async () => (await wing.find('a.wav'))?.mtimeMs === 1000_000);
    await becomes(wing, 'a.wav', ids['a.wav']!);
    expect((await wing.find('a.wav'))!.generationId).toBe(before.generationId);
  });
});

describe('a record stays with its content', () => {
  test('when it is copied and the original deleted, whichever is seen first', async () => {
    const { wing, ids } = await openWith('a.wav', 'b.wav', 'other.wav');
    await copyFile(wing.at('a.wav'), wing.at('copy of a.wav'));
    await rm(wing.at('a.wav'));
    await becomes(wing, 'copy of a.wav', ids['a.wav']!);

    await copyFile(wing.at('b.wav'), wing.at('copy of b.wav'));
    const copy = await wing.reaches('copy of b.wav', 'published');
    expect(copy.id).not.toBe(ids['b.wav']);
    await wing.until(async () => (await wing.find('copy of b.wav'))?.fingerprint !== undefined);
    await rm(wing.at('b.wav'));
    await becomes(wing, 'copy of b.wav', ids['b.wav']!);
    expect(await wing.library.get(copy.id)).toBeUndefined();
    expect(await countRecords(wing)).toBe(3);
  });

  test('when it is deleted and copied back under another name, days later', async () => {
    const { wing, ids } = await openWith('a.wav', 'other.wav');
    const bytes = makeWav(0.3);
    await wing.write('b.wav', bytes);
    const { id } = await wing.reaches('b.wav', 'published');
    await wing.until(async () => (await wing.find('b.wav'))?.fingerprint !== undefined);
    await rm(wing.at('b.wav'));
    await wing.until(async () => (await wing.library.get(id))?.goneAtMs !== undefined);
    wing.clock.jump(5 * 24 * 3600_000);
    await wing.write('restored/from backup.wav', bytes);
    await becomes(wing, 'restored/from backup.wav', id);
    expect(await countRecords(wing)).toBe(3);
    expect((await wing.library.get(ids['a.wav']!))!.path).toBe('a.wav');
  });

  test('when a whole folder is copied and the old one deleted', async () => {
    const { wing, ids } = await openWith('old/a.wav', 'old/b.wav', 'other.wav');
    await cp(wing.at('old'), wing.at('new'), { recursive: true });
    await rm(wing.at('old'), { recursive: true });
    await becomes(wing, 'new/a.wav', ids['old/a.wav']!);
    await becomes(wing, 'new/b.wav', ids['old/b.wav']!);
    expect(await countRecords(wing)).toBe(3);
  });

  test('but copies and hard links that both stay are records of their own', async () => {
    const { wing, ids } = await openWith('a.wav');
    await copyFile(wing.at('a.wav'), wing.at('copy.wav'));
    await link(wing.at('a.wav'), wing.at('link.wav'));
    const copy = await wing.reaches('copy.wav', 'published');
    const linked = await wing.reaches('link.wav', 'published');
    expect(new Set([ids['a.wav'], copy.id, linked.id]).size).toBe(3);
    await becomes(wing, 'a.wav', ids['a.wav']!);
  });
});

describe('another content in the same place', () => {
  test('keeps the id and starts a new generation', async () => {
    const { wing, ids } = await openWith('a.wav');
    const before = (await wing.find('a.wav'))!;
    await wing.write('a.wav', makeWav(0.7));
    await wing.until(async () => (await wing.find('a.wav'))?.durationSeconds === 0.7);
    const after = (await wing.find('a.wav'))!;
    expect(after).toMatchObject({ id: ids['a.wav'], state: 'published' });
    expect(after.generationId).not.toBe(before.generationId);
  });

  test('that was known elsewhere brings its record, and links to either lead there', async () => {
    const { wing, ids } = await openWith('draft.wav', 'final.wav');
    const draft = await wing.shares.create({ fileId: ids['draft.wav']! });
    const final = await wing.shares.create({ fileId: ids['final.wav']! });
    await rename(wing.at('draft.wav'), wing.at('final.wav'));
    await becomes(wing, 'final.wav', ids['draft.wav']!);
    for (const { id } of [draft, final]) {
      expect(await wing.shares.get(id)).toMatchObject({ fileId: ids['draft.wav'] });
    }
    expect(await countRecords(wing)).toBe(1);
  });
});
