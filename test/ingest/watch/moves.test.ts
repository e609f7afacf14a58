import { describe, expect, test } from 'vitest';
import type { SeenFile } from '../../../server/ingest/watch/model.js';
import { isSameFile, pairMoves } from '../../../server/ingest/watch/moves.js';

const seen = (inode: number, more: Partial<SeenFile> = {}): SeenFile => ({
  device: 1,
  inode,
  sizeBytes: 10,
  mtimeMs: 20,
  birthtimeMs: 5,
  ...more,
});

describe('two sightings', () => {
  test('are one file when inode and birth agree, whatever was written meanwhile', () => {
    expect(isSameFile(seen(1), seen(1, { sizeBytes: 99, mtimeMs: 99 }))).toBe(true);
  });

  test('are two files when the inode was given to a later one', () => {
    expect(isSameFile(seen(1), seen(1, { birthtimeMs: 6 }))).toBe(false);
  });

  test('need the same size and time of change where no birth is known, as of a record', () => {
    const record = seen(1, { birthtimeMs: 0 });
    expect(isSameFile(record, seen(1))).toBe(true);
    expect(isSameFile(record, seen(1, { mtimeMs: 21 }))).toBe(false);
    expect(isSameFile(record, seen(2))).toBe(false);
  });
});

describe('what vanished and what appeared', () => {
  const moves = (...args: Parameters<typeof pairMoves>) =>
    pairMoves(...args).moves.map(({ from, path }) => [from, path]);

  test('is a move where it is the same file', () => {
    const {
      moves: made,
      lost,
      found,
    } = pairMoves(
      [
        { path: 'a', seen: seen(1) },
        { path: 'gone', seen: seen(2) },
      ],
      [
        { path: 'b', seen: seen(1) },
        { path: 'new', seen: seen(3) },
      ],
    );
    expect(made.map(({ from, path }) => [from, path])).toEqual([['a', 'b']]);
    expect(lost.map(({ path }) => path)).toEqual(['gone']);
    expect(found.map(({ path }) => path)).toEqual(['new']);
  });

  test('is two moves when two files changed names', () => {
    const lost = [
      { path: 'a', seen: seen(1) },
      { path: 'b', seen: seen(2) },
    ];
    const found = [
      { path: 'a', seen: seen(2) },
      { path: 'b', seen: seen(1) },
    ];
    expect(moves(lost, found)).toEqual([
      ['b', 'a'],
      ['a', 'b'],
    ]);
  });

  test('finds each lost file again only once, as with hard links', () => {
    const found = [
      { path: 'b', seen: seen(1) },
      { path: 'c', seen: seen(1) },
    ];
    expect(moves([{ path: 'a', seen: seen(1) }], found)).toEqual([['a', 'b']]);
  });
});
