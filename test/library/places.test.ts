import { describe, expect, test } from 'vitest';
import { createLibrary } from '../../server/library/index.js';
import { silentLog } from '../../server/base/log.js';
import { infoOf, openHall, samplePlan, someSignature } from '../support/hall.js';

const signature = someSignature();

describe('admitting', () => {
  test('makes a pending record with the base name, and a guess of what it is', async () => {
    const { library, clock } = await openHall();
    const [song, film] = await library.admit([
      { path: 'music/La la.FLAC', signature },
      { path: 'film.mkv', signature, source: 'upload' },
    ]);
    expect(song).toMatchObject({
      path: 'music/La la.FLAC',
      displayName: 'La la.FLAC',
      state: 'pending',
      mediaType: 'audio',
      source: 'video',
      createdAtMs: clock.now(),
      ...signature,
    });
    expect(film).toMatchObject({ mediaType: 'video', source: 'upload' });
    expect(await library.get(song!.id)).toEqual(song);
  });

  test('keeps any name byte for byte, and names apart that only look alike', async () => {
    const { library } = await openHall();
    const paths = [
      'caf\u00e9.mp4',
      'cafe\u0301.mp4',
      'CAF\u00c9.mp4',
      '-leading "quotes" and \'more\'.mp4',
      'new\nline\ttab.mp4',
      '🎬 emoji/%_*?.mp4',
      `${'x'.repeat(251)}.mp4`,
      ' spaces .mp4',
    ];
    const files = await library.admit(paths.map((path) => ({ path, signature })));
    expect(new Set(files.map(({ id }) => id)).size).toBe(paths.length);
    expect((await library.known()).map(({ path }) => path)).toEqual(paths);
    for (const path of paths) expect((await library.at([path])).map((file) => file.path)).toEqual([path]);
  });

  test('gives signatures back exactly as they were', async () => {
    const { library } = await openHall();
    const odd = [
      { device: 0, inode: 1, sizeBytes: 0, mtimeMs: 0 },
      { device: 2 ** 53 - 1, inode: 18_446_744_073_709_552_000, sizeBytes: 2 ** 45 + 1, mtimeMs: -1.5 },
      { device: 66_306, inode: 2 ** 63, sizeBytes: 2 ** 31, mtimeMs: 1_763_912_345_678.1235 },
      { device: 1, inode: 4, sizeBytes: 2 ** 32, mtimeMs: 1e-7 },
    ];
    const files = await library.admit(odd.map((one, n) => ({ path: `${n}.mp4`, signature: one })));
    const known = await library.known();
    for (const [n, one] of odd.entries()) {
      expect(known[n]).toMatchObject(one);
      expect(await library.get(files[n]!.id)).toMatchObject(one);
    }
  });

  test('of what is recorded already returns that record, also within one call', async () => {
    const { library } = await openHall();
    const [first] = await library.admit([{ path: 'a.mp4', signature }]);
    const again = await library.admit([
      { path: 'a.mp4', signature: someSignature({ mtimeMs: 99 }) },
      { path: 'b.mp4', signature },
      { path: 'b.mp4', signature },
    ]);
    expect(again[0]).toEqual(first);
    expect(again[1]!.id).toBe(again[2]!.id);
    expect(await library.known()).toHaveLength(2);
  });

  test.each(['', '/etc/passwd', '../x.mp4', 'a/../x.mp4', 'a//b.mp4', './a.mp4', 'a/', 'a\0b.mp4'])(
    'refuses the path %j and everything that came with it',
    async (path) => {
      const { library } = await openHall();
      const found = [
        { path: 'fine.mp4', signature },
        { path, signature },
      ];
      await expect(library.admit(found)).rejects.toMatchObject({ code: 'invalid' });
      expect(await library.known()).toEqual([]);
    },
  );

  test('of many thousands at once comes back in the same order', async () => {
    const { library } = await openHall();
    const found = Array.from({ length: 3001 }, (_, n) => ({ path: `folder/${n}.mp4`, signature }));
    const files = await library.admit(found);
    expect(files.map(({ path }) => path)).toEqual(found.map(({ path }) => path));
    expect(await library.known()).toHaveLength(3001);
  });
});

describe('what is known', () => {
  test('of a folder is everything below it and nothing beside it, also what is gone', async () => {
    const { library } = await openHall();
    const paths = ['a/1.mp4', 'a/b/2.mp4', 'a.mp4', 'a-b/3.mp4', 'a0/4.mp4', 'A/5.mp4', 'a/%/6.mp4'];
    const files = await library.admit(paths.map((path) => ({ path, signature })));
    await library.markGone([files[1]!.id]);
    const below = await library.knownIn('a');
    expect(below.map(({ path }) => path).sort()).toEqual(['a/%/6.mp4', 'a/1.mp4', 'a/b/2.mp4']);
    expect(below.find(({ path }) => path === 'a/b/2.mp4')).toMatchObject({ isGone: true });
    expect((await library.knownIn('a/%')).map(({ path }) => path)).toEqual(['a/%/6.mp4']);
    expect(await library.knownIn('')).toHaveLength(7);
  });

  test('of places are the records whose files are there now', async () => {
    const { library } = await openHall();
    const [gone] = await library.admit([{ path: 'a.mp4', signature }]);
    await library.markGone([gone!.id]);
    const [there] = await library.admit([{ path: 'a.mp4', signature }]);
    expect((await library.at(['a.mp4', 'none.mp4'])).map(({ id }) => id)).toEqual([there!.id]);
  });
});

describe('moving', () => {
  test('keeps the id and the generation, follows the path with the name, and finds a file that was gone', async () => {
    const { library, publish } = await openHall();
    const { id, generationId } = await publish('old.mp3');
    await library.markGone([id]);
    await library.move(id, { path: 'sub/new.mp3', signature: someSignature({ inode: 77 }) });
    const file = await library.get(id);
    expect(file).toMatchObject({
      path: 'sub/new.mp3',
      displayName: 'new.mp3',
      inode: 77,
      state: 'published',
      generationId,
    });
    expect(file?.goneAtMs).toBeUndefined();
  });

  test('keeps a name that people have given', async () => {
    const { library, db, admit } = await openHall();
    const { id } = await admit('a.mp4');
    await db.transaction(async (tx) => {
      await tx('media_files').update({ display_name: 'Our wedding' });
    });
    await library.move(id, { path: 'b.mp4', signature });
    expect(await library.get(id)).toMatchObject({ displayName: 'Our wedding' });
  });

  test('of two files that swap their names keeps both', async () => {
    const { library, admit } = await openHall();
    const [a, b] = [await admit('a.mp4'), await admit('b.mp4')];
    await library.move(a.id, { path: 'b.mp4', signature: a });
    await library.move(b.id, { path: 'a.mp4', signature: b });
    expect(await library.get(a.id)).toMatchObject({ path: 'b.mp4', goneAtMs: undefined });
    expect(await library.get(b.id)).toMatchObject({ path: 'a.mp4', goneAtMs: undefined });
  });

  test('onto another file leaves that one on record as gone', async () => {
    const { library, admit, clock } = await openHall();
    const [a, b] = [await admit('a.mp4'), await admit('b.mp4')];
    await library.move(a.id, { path: 'b.mp4', signature: a });
    expect(await library.get(b.id)).toMatchObject({ path: 'b.mp4', goneAtMs: clock.now() });
    expect((await library.at(['b.mp4'])).map(({ id }) => id)).toEqual([a.id]);
  });

  test('refuses a path that leads out of the media dir', async () => {
    const { library, admit } = await openHall();
    const { id } = await admit('a.mp4');
    await expect(library.move(id, { path: '../a.mp4', signature })).rejects.toMatchObject({
      code: 'invalid',
    });
  });
});

describe('what is gone', () => {
  test('comes back by touch or replace, unless another file has taken its place', async () => {
    const { library, admit } = await openHall();
    const { id } = await admit('a.mp4');
    await library.markGone([id]);
    await library.touch(id, signature);
    expect((await library.get(id))?.goneAtMs).toBeUndefined();
    await library.markGone([id]);
    await admit('a.mp4');
    for (const verb of ['touch', 'replace'] as const) {
      await expect(library[verb](id, signature)).rejects.toMatchObject({ code: 'conflict' });
    }
  });

  test('keeps the time at which it went, and is found by size and by time', async () => {
    const { library, admit, clock } = await openHall();
    const file = await admit('a.mp4', '12345');
    const other = await admit('b.mp4', '12345');
    const goneAtMs = clock.now();
    await library.markGone([file.id, 'nobody']);
    await clock.advance(1000);
    await library.markGone([file.id]);
    expect(await library.get(file.id)).toMatchObject({ goneAtMs });
    expect((await library.goneWithSize(5)).map(({ id }) => id)).toEqual([file.id]);
    expect(await library.goneSince(goneAtMs)).toEqual([]);
    expect(await library.goneSince(goneAtMs + 1)).toEqual([file.id]);
    expect((await library.get(other.id))?.goneAtMs).toBeUndefined();
  });

  test('is not listed and not unfinished', async () => {
    const { library, admit } = await openHall();
    const { id } = await admit('a.mp4');
    const { id: stays } = await admit('b.mp4');
    await library.markGone([id]);
    const { files, total } = await library.list({ limit: 10, offset: 0 });
    expect([files.map((file) => file.id), total]).toEqual([[stays], 1]);
    expect((await library.unfinished()).map((file) => file.id)).toEqual([stays]);
  });
});

test('files are found by fingerprint and size together, and a new content loses its fingerprint', async () => {
  const { library, admit } = await openHall();
  const [a, b] = [await admit('a.mp4', 'same'), await admit('b.mp4', 'same')];
  for (const { id } of [a, b]) await library.setFingerprint(id, 'f00');
  const ids = async (size: number) =>
    (await library.findByFingerprint('f00', size)).map(({ id }) => id).sort();
  expect(await ids(4)).toEqual([a.id, b.id].sort());
  expect(await ids(5)).toEqual([]);
  await library.replace(a.id, { ...b, inode: 5 });
  expect(await ids(4)).toEqual([b.id]);
});

test('another library on the same database, as after a restart, knows the same', async () => {
  const { db, library, mediaDir, clock, publish, admit } = await openHall();
  const published = await publish('a.mp3');
  const pending = await admit('b.mp3');
  await clock.advance(1);
  const probed = await admit('c.mp3');
  await library.setProcessing(probed.id);
  const restarted = createLibrary({ db, mediaDir, clock, log: silentLog });
  expect(await restarted.get(published.id)).toEqual(await library.get(published.id));
  expect((await restarted.unfinished()).map(({ id }) => id)).toEqual([pending.id, probed.id]);
  await restarted.setProcessing(probed.id);
  await restarted.publish(probed.id, {
    signature: probed,
    info: infoOf(probed.sizeBytes),
    plan: samplePlan,
  });
});
