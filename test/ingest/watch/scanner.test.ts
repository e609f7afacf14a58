/** The scanner on a folder that is only imagined, for what this machine's file systems do not do. */
import { tmpdir } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { FolderReader } from '../../../server/ingest/watch/folder-reader.js';
import { createMarks } from '../../../server/ingest/watch/marks.js';
import type { Difference, SeenFile } from '../../../server/ingest/watch/model.js';
import { createScanner } from '../../../server/ingest/watch/scanner.js';
import { createTree, NUMBERS_PER_FILE, writeSeen } from '../../../server/ingest/watch/tree.js';

const seen = (inode: number, more: Partial<SeenFile> = {}): SeenFile => ({
  device: 1,
  inode,
  sizeBytes: 10,
  mtimeMs: 20,
  birthtimeMs: inode,
  ...more,
});

/** One folder; `isCaseBlind` looks names up as FAT, SMB shares and macOS do. */
function imagine({ isCaseBlind = false } = {}) {
  const files = new Map<string, SeenFile | 'unreadable'>();
  const told: Difference[] = [];
  const find = (name: string) => {
    if (!isCaseBlind) return files.get(name);
    return [...files].find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1];
  };
  const reader: FolderReader = {
    read(_path, _realPaths, knownAs) {
      const names: string[] = [];
      const numbers = new Float64Array(files.size * NUMBERS_PER_FILE);
      const unread: string[] = [];
      for (const name of [...files.keys()].sort()) {
        const file = files.get(name)!;
        if (file === 'unreadable') unread.push(name);
        const known = file === 'unreadable' ? knownAs(name) : file;
        if (known) writeSeen(numbers, names.push(name) - 1, known);
      }
      const listing = { names, numbers: numbers.slice(0, names.length * NUMBERS_PER_FILE) };
      return { device: 1, inode: 1, listing, unread, subfolders: [], links: [] };
    },
    look(_path, _realPaths, name) {
      const file = find(name);
      if (file === undefined) return 'missing';
      return file === 'unreadable' ? file : { kind: 'file', seen: file };
    },
  };
  const marks = createMarks({ onDue: () => {} });
  onTestFinished(() => marks.close());
  const scanner = createScanner({
    root: tmpdir(),
    tree: createTree(),
    reader,
    watch: {
      add: () => Promise.resolve(),
      remove: () => {},
      trouble: () => undefined,
      retry: () => {},
      close: () => Promise.resolve(),
    },
    marks,
    tell: (differences) => Promise.resolve(void told.push(...differences)),
  });
  return {
    files,
    told,
    marks,
    scanner,
    async start() {
      await scanner.scan();
      await scanner.tellBulk();
      told.length = 0;
    },
    async happens(...names: string[]) {
      for (const name of names) marks.add('', name);
      await scanner.readMarked();
    },
  };
}

const inShort = (told: Difference[]) =>
  told.map((one) => (one.kind === 'moved' ? `${one.from} → ${one.path}` : `${one.kind} ${one.path}`));

describe('where case does not count', () => {
  test('a change of case is a move, although the old name still leads to the file', async () => {
    const { files, told, start, happens } = imagine({ isCaseBlind: true });
    files.set('film.mp4', seen(5));
    await start();
    files.delete('film.mp4');
    files.set('Film.MP4', seen(5));
    await happens('film.mp4', 'Film.MP4');
    expect(inShort(told)).toEqual(['film.mp4 → Film.MP4']);
  });
});

describe('a file that cannot be looked at', () => {
  test('is left as it was, by scans and by events, and is told of when it changed meanwhile', async () => {
    const { files, told, start, happens, scanner } = imagine();
    files.set('a.mp4', seen(5));
    files.set('b.mp4', seen(6));
    await start();
    files.set('a.mp4', 'unreadable');
    await happens('a.mp4');
    await scanner.scan();
    expect(told).toEqual([]);
    files.set('a.mp4', seen(5, { sizeBytes: 11 }));
    await scanner.scan();
    expect(inShort(told)).toEqual(['present a.mp4']);
  });
});

describe('a move', () => {
  test('is known when only its new name was told', async () => {
    const { files, told, start, happens } = imagine();
    files.set('a.mp4', seen(5));
    await start();
    files.delete('a.mp4');
    files.set('b.mp4', seen(5));
    await happens('b.mp4');
    expect(inShort(told)).toEqual(['a.mp4 → b.mp4']);
  });

  test('says whether what had that name before is gone or went elsewhere', async () => {
    const { files, told, start, happens } = imagine();
    for (const [name, inode] of [
      ['a.mp4', 5],
      ['b.mp4', 6],
      ['c.mp4', 7],
    ] as const) {
      files.set(name, seen(inode));
    }
    await start();
    files.delete('a.mp4');
    files.set('b.mp4', seen(5));
    files.set('c.mp4', seen(6));
    await happens('a.mp4', 'b.mp4', 'c.mp4');
    expect(inShort(told)).toEqual(['a.mp4 → b.mp4', 'b.mp4 → c.mp4']);
    expect(told.map((one) => one.kind === 'moved' && one.replaces)).toEqual([false, true]);
  });

  test('of a file that was written to as well tells both of its states', async () => {
    const { files, told, start, happens } = imagine();
    files.set('a.mp4', seen(5));
    await start();
    files.delete('a.mp4');
    files.set('b.mp4', seen(5, { sizeBytes: 99 }));
    await happens('a.mp4', 'b.mp4');
    expect(told).toMatchObject([{ kind: 'moved', before: { sizeBytes: 10 }, signature: { sizeBytes: 99 } }]);
  });
});

test('a name that came and went marks what appeared beside it as renamed', async () => {
  const { files, told, start, happens } = imagine();
  await start();
  files.set('a.mp4', seen(5));
  await happens('a.mp4.part', 'a.mp4');
  files.set('b.mp4', seen(6));
  await happens('b.mp4');
  expect(told).toMatchObject([
    { path: 'a.mp4', arrival: 'renamed' },
    { path: 'b.mp4', arrival: 'found' },
  ]);
});
