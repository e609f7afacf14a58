/** What is told of what people and programs do while the media dir is watched. */
import { renameSync } from 'node:fs';
import { appendFile, link, mkdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openWatch, paths } from '../../support/watched-folder.js';

describe('while it watches', () => {
  test('a file that is written, changed and deleted is told of each time', async () => {
    const world = await openWatch();
    await world.start();
    await world.write('a.mp4', 'one');
    expect(await world.tells('present', 'a.mp4')).toMatchObject({ arrival: 'found' });
    await appendFile(world.at('a.mp4'), ' and more');
    await world.until(() => world.told.some((one) => one.path === 'a.mp4' && one.signature.sizeBytes === 12));
    await rm(world.at('a.mp4'));
    await world.tells('absent', 'a.mp4');
  });

  test('a whole folder that is made at once is found with all below', async () => {
    const world = await openWatch();
    await world.start();
    await Promise.all(
      ['n/a.mp4', 'n/m/b.mp4', 'n/m/l/c.mp4', 'n/m/l/k/d.mp4'].map((path) => world.write(path)),
    );
    await world.until(() => paths(world.told, 'present').length >= 4);
    await world.write('n/m/l/k/later.mp4');
    await world.tells('present', 'n/m/l/k/later.mp4');
  });

  test('a rename is told as one, also between folders and in case alone', async () => {
    const world = await openWatch();
    await world.write('a.mp4');
    await mkdir(world.at('b'));
    await world.start();
    for (const [from, to] of [
      ['a.mp4', 'A.mp4'],
      ['A.mp4', 'b/A.mp4'],
      ['b/A.mp4', 'made just now/A.mp4'],
    ] as const) {
      await mkdir(dirname(world.at(to)), { recursive: true });
      await rename(world.at(from), world.at(to));
      expect(await world.tells('moved', to)).toMatchObject({ from });
    }
    await world.passes();
    expect(paths(world.told, 'absent')).toEqual([]);
  });

  test('a folder that is renamed moves what is in it, and is watched under its new name', async () => {
    const world = await openWatch();
    await world.write('old/a.mp4');
    await world.write('old/sub/b.mp4');
    await world.start();
    await rename(world.at('old'), world.at('new'));
    expect(await world.tells('moved', 'new/a.mp4')).toMatchObject({ from: 'old/a.mp4' });
    expect(await world.tells('moved', 'new/sub/b.mp4')).toMatchObject({ from: 'old/sub/b.mp4' });
    await world.write('new/sub/c.mp4');
    await world.tells('present', 'new/sub/c.mp4');
    expect(paths(world.told, 'absent')).toEqual([]);
  });

  test('two files that change names are two moves', async () => {
    const world = await openWatch();
    await world.write('a.mp4', 'first');
    await world.write('b.mp4', 'second one');
    await world.start();
    // In one go; one by one they are a departure, a move and an arrival.
    renameSync(world.at('a.mp4'), world.at('c.tmp'));
    renameSync(world.at('b.mp4'), world.at('a.mp4'));
    renameSync(world.at('c.tmp'), world.at('b.mp4'));
    expect(await world.tells('moved', 'a.mp4')).toMatchObject({ from: 'b.mp4' });
    expect(await world.tells('moved', 'b.mp4')).toMatchObject({ from: 'a.mp4' });
  });

  test('a download that gets its real name arrives as renamed; one that is hidden has gone', async () => {
    const world = await openWatch();
    await world.start();
    await world.write('film.mp4.part', 'all of it');
    await world.passes();
    await rename(world.at('film.mp4.part'), world.at('film.mp4'));
    expect(await world.tells('present', 'film.mp4')).toMatchObject({ arrival: 'renamed' });
    await rename(world.at('film.mp4'), world.at('.film.mp4'));
    await world.tells('absent', 'film.mp4');
    expect(world.told.some(({ path }) => path.includes('.part') || path.startsWith('.'))).toBe(false);
  });

  test('a file that only got the inode of a deleted one does not count as renamed', async () => {
    const world = await openWatch();
    await world.start();
    await world.write('a.part', 'x');
    await world.passes();
    await rm(world.at('a.part'));
    await world.write('b.mp4', 'y');
    expect(await world.tells('present', 'b.mp4')).toMatchObject({ arrival: 'found' });
  });

  test('hard links are told each for itself', async () => {
    const world = await openWatch();
    await world.write('a.mp4');
    await world.start();
    await link(world.at('a.mp4'), world.at('b.mp4'));
    expect(await world.tells('present', 'b.mp4')).toMatchObject({ kind: 'present' });
    await world.passes();
    expect(paths(world.told, 'moved')).toEqual([]);
  });

  test('a folder of names with backslashes is watched too', async () => {
    const world = await openWatch();
    await world.write('back\\slash/a.mp4');
    await world.start();
    await world.write('back\\slash/b.mp4');
    await world.tells('present', 'back\\slash/b.mp4');
  });

  test('two thousand files at once are all told of', async () => {
    const world = await openWatch();
    await world.start();
    await mkdir(world.at('bulk'));
    await Promise.all(Array.from({ length: 2000 }, (_, n) => writeFile(world.at(`bulk/${n}.mp4`), `${n}`)));
    await world.until(() => new Set(paths(world.told, 'present')).size >= 2000);
  });
});

test('a file that is cut short is told of', async () => {
  const world = await openWatch();
  await world.write('a.mp4', 'long content');
  await world.start();
  await world.tells('present', 'a.mp4');
  await truncate(world.at('a.mp4'), 4);
  await world.until(() => world.told.some((one) => one.signature.sizeBytes === 4));
});
