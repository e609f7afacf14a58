/** Links, names that are no text, folders that go away. */
import { appendFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openWatch, paths } from '../../support/watched-folder.js';

describe('links', () => {
  test('are followed inside the media dir, told of under their own name, and see what happens there', async () => {
    const world = await openWatch();
    await world.write('real/a.mp4');
    await symlink('real', world.at('linked folder'));
    await symlink('real/a.mp4', world.at('linked.mp4'));
    await world.start();
    await world.until(() => world.told.length >= 3);
    expect(paths(world.told, 'present')).toEqual(['linked folder/a.mp4', 'linked.mp4', 'real/a.mp4']);
    await world.write('real/b.mp4');
    await world.tells('present', 'linked folder/b.mp4');
    await appendFile(world.at('real/a.mp4'), ' grows');
    for (const path of ['real/a.mp4', 'linked.mp4', 'linked folder/a.mp4']) {
      await world.until(() => world.told.some((one) => one.path === path && one.signature.sizeBytes === 16));
    }
  });

  test('never lead out, into what is hidden, nowhere or in circles', async () => {
    const outside = await openWatch();
    await outside.write('secret.mp4');
    const world = await openWatch();
    await world.write('a/x.mp4');
    await world.write('b/y.mp4');
    await world.write('.hidden/z.mp4');
    const links: [string, string][] = [
      [outside.at('secret.mp4'), 'out.mp4'],
      [outside.root, 'out'],
      ['../..', 'a/up'],
      ['..', 'a/root'],
      ['.', 'a/self'],
      ['../b', 'a/to b'],
      ['../a', 'b/to a'],
      ['.hidden', 'shown'],
      ['.hidden/z.mp4', 'shown.mp4'],
      ['nowhere', 'broken.mp4'],
      ['loop.mp4', 'loop.mp4'],
    ];
    for (const [target, path] of links) await symlink(target, world.at(path));
    await world.start();
    await world.until(() => world.told.length >= 4);
    await world.passes();
    expect(paths(world.told, 'present').filter((path) => !path.startsWith('marker'))).toEqual([
      'a/to b/y.mp4',
      'a/x.mp4',
      'b/to a/x.mp4',
      'b/y.mp4',
    ]);
    const complaints = world.logged.filter(({ msg }) => /leads out/.test(msg)).map(({ path }) => path);
    expect(complaints.sort()).toEqual(['a/up', 'b/to a/up', 'out', 'out.mp4']);
  });
});

describe('names and folders that cannot be read', () => {
  test('a name that is not UTF-8 is told of once in the log, and everything else works on', async () => {
    const world = await openWatch();
    await writeFile(
      Buffer.concat([Buffer.from(`${world.root}/caf`), Buffer.from([0xe9]), Buffer.from('.mp4')]),
      'x',
    );
    await world.write('good.mp4');
    await world.start();
    await world.tells('present', 'good.mp4');
    await world.watch.rescan();
    expect(world.logged.filter(({ msg }) => /not valid UTF-8/.test(msg))).toHaveLength(1);
    expect(paths(world.told, 'present')).toEqual(['good.mp4']);
  });

  test('a media dir that is not there loses nothing, and is found again', async () => {
    const world = await openWatch();
    await world.write('a.mp4');
    await world.start();
    await world.tells('present', 'a.mp4');
    await rename(world.root, `${world.root}.away`);
    onTestFinished(() => rm(`${world.root}.away`, { recursive: true, force: true }));
    await world.watch.rescan();
    expect(world.scans.at(-1)!.root).toMatchObject({ isThere: false });
    await rename(`${world.root}.away`, world.root);
    await world.watch.rescan();
    expect(world.scans.at(-1)!.root).toMatchObject({ isThere: true });
    expect(paths(world.told, 'absent')).toEqual([]);
    await world.write('b.mp4');
    await world.tells('present', 'b.mp4');
  });

  test('a folder that is replaced by another of its name is watched again', async () => {
    const world = await openWatch();
    await world.write('f/a.mp4');
    await world.write('other/b.mp4');
    await world.start();
    await rm(world.at('f'), { recursive: true });
    await rename(world.at('other'), world.at('f'));
    await world.tells('moved', 'f/b.mp4');
    await world.write('f/c.mp4');
    await world.tells('present', 'f/c.mp4');
  });
});
