/** The watch on real folders, with real events; every wait is for something it tells. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import {
  appendFile,
  link,
  mkdir,
  mkdtemp,
  realpath,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../../server/base/clock.js';
import { createLog, silentLog } from '../../../server/base/log.js';
import {
  createWatch,
  type Difference,
  type Scanned,
  type Thread,
} from '../../../server/ingest/watch/index.js';
import { startWorker } from '../../../server/ingest/watch/start-worker.js';
import type { KnownFile } from '../../../server/library/index.js';
import { startInProcess } from '../../support/in-process-thread.js';

interface Setting {
  known?: KnownFile[];
  /** Makes what is there before the watch starts. */
  before?: (at: (path: string) => string) => Promise<void>;
  startThread?: (root: string) => Thread;
}

async function open({ known = [], before, startThread = startInProcess }: Setting = {}) {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'lanternshare-watch-')));
  const at = (path: string) => join(root, path);
  await before?.(at);
  const told: Difference[] = [];
  const scans: Scanned[] = [];
  const logged: { msg: string; path?: string }[] = [];
  const waiting = new Set<() => void>();
  const news = () => {
    for (const check of waiting) check();
  };
  const clock = createFakeClock();
  const watch = createWatch({
    root,
    rescanSeconds: undefined,
    known: () => Promise.resolve(known),
    onDifferences(differences) {
      told.push(...differences);
      news();
      return Promise.resolve();
    },
    onScanned(scanned) {
      scans.push(scanned);
      news();
    },
    startThread,
    clock,
    log: createLog('warn', { write: (line) => logged.push(JSON.parse(line) as { msg: string }) }),
  });
  onTestFinished(async () => {
    await watch.close();
    await rm(root, { recursive: true, force: true });
  });
  const until = (isSo: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!isSo()) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  const world = {
    root,
    at,
    clock,
    watch,
    told,
    scans,
    logged,
    until,
    async write(path: string, content = path) {
      await mkdir(dirname(at(path)), { recursive: true });
      await writeFile(at(path), content);
    },
    /** Until a difference of that kind was told of the path; returns it. */
    async tells(kind: Difference['kind'], path: string): Promise<Difference> {
      const match = () => told.find((one) => one.kind === kind && one.path === path);
      await until(() => match() !== undefined);
      return match()!;
    },
    /** A file that is made now will be told after everything that happened before. */
    async passes() {
      const marker = `marker ${told.length}.mp4`;
      await writeFile(at(marker), marker);
      await world.tells('present', marker);
    },
    async start() {
      watch.start();
      await until(() => scans.length > 0);
    },
  };
  return world;
}

const paths = (told: Difference[], kind: Difference['kind']) =>
  told.flatMap((one) => (one.kind === kind ? [one.path] : [])).sort();

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
    const world = await open({
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
    const world = await open({ known: [] });
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
    onTestFinished(() => second.watch.close());
    await writeFile(world.at('new.mp4'), 'new');
    await second.scanned;
    expect(second.told.map(({ kind, path }) => [kind, path]).sort()).toEqual([
      ['absent', 'vanished/x.mp4'],
      ['present', 'new.mp4'],
    ]);
  });

  test('knows files again that were renamed while nobody watched', async () => {
    const world = await open();
    await world.write('old/a.mp4');
    await world.start();
    const { signature } = await world.tells('present', 'old/a.mp4');
    await rename(world.at('old'), world.at('new'));
    const second = createSecond(world.root, [
      { id: '1', path: 'old/a.mp4', ...signature, state: 'published', isGone: false },
    ]);
    onTestFinished(() => second.watch.close());
    await second.scanned;
    expect(second.told).toMatchObject([{ kind: 'moved', from: 'old/a.mp4', path: 'new/a.mp4' }]);
  });

  test('watches folders, not files', async () => {
    const before = inotifyWatches();
    const world = await open({
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

/** A second watch on the same folder, as after a restart. */
function createSecond(root: string, known: KnownFile[]) {
  const told: Difference[] = [];
  let isScanned: () => void;
  const scanned = new Promise<void>((resolve) => (isScanned = resolve));
  const watch = createWatch({
    root,
    rescanSeconds: undefined,
    known: () => Promise.resolve(known),
    onDifferences: (differences) => Promise.resolve(void told.push(...differences)),
    onScanned: () => isScanned(),
    startThread: startInProcess,
    clock: createFakeClock(),
    log: silentLog,
  });
  watch.start();
  return { watch, told, scanned };
}

describe('the watching thread', () => {
  test('does its work beside us', async () => {
    const world = await open({ startThread: startWorker });
    await world.write('a.mp4');
    await world.start();
    await world.write('b.mp4');
    await world.tells('present', 'a.mp4');
    await world.tells('present', 'b.mp4');
    await world.watch.rescan();
  });

  test('is started again when it ends, and tells what was missed', async () => {
    const threads: Thread[] = [];
    const startThread = (root: string) => {
      const thread = startWorker(root);
      threads.push(thread);
      return thread;
    };
    const world = await open({ startThread });
    await world.start();
    await threads[0]!.terminate();
    expect(world.watch.status()).toMatchObject({ watcher: 'degraded' });
    expect(world.watch.status().reason).toMatch(/ended.+started again in 1 s\.$/);
    await world.write('missed.mp4');
    await world.clock.advance(1000);
    await world.tells('present', 'missed.mp4');
    await world.until(() => world.scans.length === 2);
    expect(world.watch.status()).toMatchObject({ watcher: 'watching' });
    expect(world.watch.status()).not.toHaveProperty('reason');
  });
});

describe('while it watches', () => {
  test('a file that is written, changed and deleted is told of each time', async () => {
    const world = await open();
    await world.start();
    await world.write('a.mp4', 'one');
    expect(await world.tells('present', 'a.mp4')).toMatchObject({ arrival: 'found' });
    await appendFile(world.at('a.mp4'), ' and more');
    await world.until(() => world.told.some((one) => one.path === 'a.mp4' && one.signature.sizeBytes === 12));
    await rm(world.at('a.mp4'));
    await world.tells('absent', 'a.mp4');
  });

  test('a whole folder that is made at once is found with all below', async () => {
    const world = await open();
    await world.start();
    await Promise.all(
      ['n/a.mp4', 'n/m/b.mp4', 'n/m/l/c.mp4', 'n/m/l/k/d.mp4'].map((path) => world.write(path)),
    );
    await world.until(() => paths(world.told, 'present').length >= 4);
    await world.write('n/m/l/k/later.mp4');
    await world.tells('present', 'n/m/l/k/later.mp4');
  });

  test('a rename is told as one, also between folders and in case alone', async () => {
    const world = await open();
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
    const world = await open();
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
    const world = await open();
    await world.write('a.mp4', 'first');
    await world.write('b.mp4', 'second one');
    await world.start();
    await rename(world.at('a.mp4'), world.at('c.tmp'));
    await rename(world.at('b.mp4'), world.at('a.mp4'));
    await rename(world.at('c.tmp'), world.at('b.mp4'));
    expect(await world.tells('moved', 'a.mp4')).toMatchObject({ from: 'b.mp4' });
    expect(await world.tells('moved', 'b.mp4')).toMatchObject({ from: 'a.mp4' });
  });

  test('a download that gets its real name arrives as renamed; one that is hidden has gone', async () => {
    const world = await open();
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
    const world = await open();
    await world.start();
    await world.write('a.part', 'x');
    await world.passes();
    await rm(world.at('a.part'));
    await world.write('b.mp4', 'y');
    expect(await world.tells('present', 'b.mp4')).toMatchObject({ arrival: 'found' });
  });

  test('hard links are told each for itself', async () => {
    const world = await open();
    await world.write('a.mp4');
    await world.start();
    await link(world.at('a.mp4'), world.at('b.mp4'));
    expect(await world.tells('present', 'b.mp4')).toMatchObject({ kind: 'present' });
    await world.passes();
    expect(paths(world.told, 'moved')).toEqual([]);
  });

  test('a folder of names with backslashes is watched too', async () => {
    const world = await open();
    await world.write('back\\slash/a.mp4');
    await world.start();
    await world.write('back\\slash/b.mp4');
    await world.tells('present', 'back\\slash/b.mp4');
  });

  test('two thousand files at once are all told of', async () => {
    const world = await open();
    await world.start();
    await mkdir(world.at('bulk'));
    await Promise.all(Array.from({ length: 2000 }, (_, n) => writeFile(world.at(`bulk/${n}.mp4`), `${n}`)));
    await world.until(() => new Set(paths(world.told, 'present')).size >= 2000);
  });
});

describe('links', () => {
  test('are followed inside the media dir, told of under their own name, and see what happens there', async () => {
    const world = await open();
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
    const outside = await open();
    await outside.write('secret.mp4');
    const world = await open();
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
    const world = await open();
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
    const world = await open();
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
    const world = await open();
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

describe('a scan', () => {
  test('finds what no event told', async () => {
    const world = await open();
    await world.write('hidden from events/a.mp4');
    await world.start();
    await world.tells('present', 'hidden from events/a.mp4');
    world.watch.forget(['hidden from events/a.mp4']);
    world.told.length = 0;
    await world.watch.rescan();
    expect(world.told).toMatchObject([{ kind: 'present', path: 'hidden from events/a.mp4' }]);
  });

  test('comes by itself every five minutes', async () => {
    const world = await open();
    await world.start();
    await world.clock.advance(299_000);
    expect(world.scans).toHaveLength(1);
    await world.clock.advance(2000);
    await world.until(() => world.scans.length === 2);
  });

  test('does not hold up what happens meanwhile', async () => {
    const world = await open();
    for (let n = 0; n < 30; n++) await world.write(`${n}/a.mp4`);
    await world.start();
    const scanned = world.watch.rescan();
    await world.write('during.mp4');
    await world.tells('present', 'during.mp4');
    await scanned;
    expect(paths(world.told, 'absent')).toEqual([]);
  });
});

test('a file that is cut short is told of', async () => {
  const world = await open();
  await world.write('a.mp4', 'long content');
  await world.start();
  await world.tells('present', 'a.mp4');
  await truncate(world.at('a.mp4'), 4);
  await world.until(() => world.told.some((one) => one.signature.sizeBytes === 4));
});
