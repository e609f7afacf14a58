/** What is told when a media dir is read for the first time, and after a time without anyone watching. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { KnownFile } from '../../../server/library/index.js';
import { createSecond, openWatch, paths } from '../../support/watched-folder.js';

describe('the first scan', () => {
  test('tells of everything that may be media, at any depth and under any name', async () => {
    const names = [
      'a.mp4',
      'deep/er/and deeper/b.mp4',
      '-dash.mp4',
      'quo"te\'s & 100% #1.mp4',
      'two\nlines.mp4',
      'back\\slash/file.mp4',
      'e\u0301 decomposed.mp4',
      '\u00e9 composed.mp4',
      `${'🎬'.repeat(62)}.mp4`,
      'folder.mp4/inside.mp4',
    ];
    const world = await openWatch({
      before: async (at) => {
        for (const name of [...names, '.hidden.mp4', 'x.part', 'notes.txt', '.trash/x.mp4', '@eaDir/x.mp4']) {
          await mkdir(dirname(at(name)), { recursive: true });
          await writeFile(at(name), name);
        }
        execFileSync('mkfifo', [at('pipe.mp4')]);
      },
    });
    await world.start();
    await world.until(() => world.told.length >= names.length);
    expect(paths(world.told, 'present')).toEqual(names.sort());
  });

  test('tells only of what is otherwise than on record', async () => {
    const world = await openWatch({ known: [] });
    await world.write('same.mp4');
    await world.write('sub/same.mp4');
    await world.start();
    await world.until(() => world.told.length >= 2);
    const known = world.told.map((one, n): KnownFile => ({
      id: `${n}`,
      path: one.path,
      ...one.signature,
      state: 'published',
      isGone: false,
    }));
    const gone = { ...known[0]!, id: 'x', path: 'vanished/x.mp4', inode: 1 };
    const wasGone = { ...known[0]!, id: 'y', path: 'gone before.mp4', inode: 2, isGone: true };
    const second = createSecond(world.root, [...known, gone, wasGone]);
    await writeFile(world.at('new.mp4'), 'new');
    await second.scanned;
    expect(second.told.map(({ kind, path }) => [kind, path]).sort()).toEqual([
      ['absent', 'vanished/x.mp4'],
      ['present', 'new.mp4'],
    ]);
  });

  test('knows files again that were renamed while nobody watched', async () => {
    const world = await openWatch();
    await world.write('old/a.mp4');
    await world.start();
    const { signature } = await world.tells('present', 'old/a.mp4');
    await rename(world.at('old'), world.at('new'));
    const second = createSecond(world.root, [
      { id: '1', path: 'old/a.mp4', ...signature, state: 'published', isGone: false },
    ]);
    await second.scanned;
    expect(second.told).toMatchObject([{ kind: 'moved', from: 'old/a.mp4', path: 'new/a.mp4' }]);
  });

  test('watches folders, not files', async () => {
    const before = inotifyWatches();
    const world = await openWatch({
      before: async (at) => {
        for (let n = 0; n < 10; n++) {
          await mkdir(at(`folder ${n}`));
          for (let m = 0; m < 30; m++) await writeFile(at(`folder ${n}/${m}.mp4`), `${n} ${m}`);
        }
      },
    });
    await world.start();
    expect(inotifyWatches() - before).toBe(11);
    expect(world.watch.status()).toMatchObject({ watcher: 'watching', files: 300, folders: 11 });
    await rm(world.at('folder 3'), { recursive: true });
    await world.tells('absent', 'folder 3/29.mp4');
    expect(inotifyWatches() - before).toBe(10);
    await world.watch.close();
    expect(inotifyWatches()).toBe(before);
  });
});

function inotifyWatches(): number {
  return readdirSync('/proc/self/fdinfo')
    .map((fd) => {
      try {
        return readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')
          .split('\n')
          .filter((line) => line.startsWith('inotify wd'));
      } catch {
        return [];
      }
    })
    .reduce((sum, lines) => sum + lines.length, 0);
}
