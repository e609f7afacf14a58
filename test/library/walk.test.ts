import { describe, expect, test } from 'vitest';
import type { FileKey, FileWalk } from '../../server/library/model.js';
import { infoOf, openHall, someSignature, samplePlan } from '../support/hall.js';

const FILES: [path: string, sizeBytes: number][] = [
  ['b.mp4', 30],
  ['Trips/lake.mp4', 10],
  ['trips/2024/May/boat.mp3', 50],
  ['trips/2024/Ärmel 100%.mp4', 40],
  ['trips/a.mp4', 20],
  ['trips-old/c.mp4', 60],
];
const ALL: Omit<FileWalk, 'limit'> = { folder: '', isDeep: true, words: [], order: 'newest' };

/** A second apart; the boat is published as a sound of 12.5 s. */
async function openWalk() {
  const hall = await openHall();
  for (const [path, sizeBytes] of FILES) {
    const [file] = await hall.library.admit([{ path, signature: someSignature({ sizeBytes }) }]);
    if (path.endsWith('.mp3')) {
      await hall.library.setProcessing(file!.id);
      const signature = someSignature({ sizeBytes });
      await hall.library.publish(file!.id, { signature, info: infoOf(sizeBytes), plan: samplePlan });
    }
    await hall.clock.advance(1000);
  }
  return {
    ...hall,
    async paths(query: Partial<FileWalk>) {
      const { files } = await hall.library.walk({ ...ALL, limit: 10, ...query });
      return files.map(({ path }) => path);
    },
  };
}

describe('a walk', () => {
  test('goes through all in four orders', async () => {
    const { paths } = await openWalk();
    const newest = FILES.map(([path]) => path).reverse();
    expect(await paths({})).toEqual(newest);
    expect((await paths({ order: 'name' }))[0]).toBe('trips/a.mp4');
    expect((await paths({ order: 'name' })).at(-1)).toBe('trips/2024/Ärmel 100%.mp4');
    expect(await paths({ order: 'largest', limit: 2 })).toEqual([
      'trips-old/c.mp4',
      'trips/2024/May/boat.mp3',
    ]);
    expect((await paths({ order: 'longest' }))[0]).toBe('trips/2024/May/boat.mp3');
  });

  test.each(['newest', 'name', 'largest', 'longest'] as const)(
    'by %s goes page by page there and back, and loses none',
    async (order) => {
      const { library, paths } = await openWalk();
      const all = await paths({ order });
      const there: string[] = [];
      let key: FileKey | undefined;
      let last: Awaited<ReturnType<typeof library.walk>>;
      do {
        last = await library.walk({ ...ALL, order, limit: 2, from: key && { key, isBackwards: false } });
        there.push(...last.files.map(({ path }) => path));
        expect(last.before === undefined).toBe(key === undefined);
        key = last.after;
      } while (key);
      expect(there).toEqual(all);
      const back: string[] = [];
      while ((key = last.before)) {
        last = await library.walk({ ...ALL, order, limit: 2, from: { key, isBackwards: true } });
        back.unshift(...last.files.map(({ path }) => path));
        expect(last.after).toBeDefined();
      }
      expect(back).toEqual(all.slice(0, 4));
    },
  );

  test('stays in one folder, or goes below it and nowhere else', async () => {
    const { paths } = await openWalk();
    expect(await paths({ isDeep: false })).toEqual(['b.mp4']);
    expect(await paths({ isDeep: false, folder: 'trips/' })).toEqual(['trips/a.mp4']);
    expect(await paths({ folder: 'trips/', order: 'largest' })).toEqual([
      'trips/2024/May/boat.mp3',
      'trips/2024/Ärmel 100%.mp4',
      'trips/a.mp4',
    ]);
    expect(await paths({ folder: 'trip/' })).toEqual([]);
  });

  test('finds words in names and folders, whatever their case, and takes none for a pattern', async () => {
    const { paths, library } = await openWalk();
    expect(await paths({ words: ['LAKE'] })).toEqual(['Trips/lake.mp4']);
    expect(await paths({ words: ['may', 'Boat'] })).toEqual(['trips/2024/May/boat.mp3']);
    expect(await paths({ words: ['100%'] })).toEqual(['trips/2024/Ärmel 100%.mp4']);
    expect(await paths({ words: ['a_m'] })).toEqual([]);
    expect(await paths({ words: ["'; DROP"] })).toEqual([]);
    const [lake] = await library.at(['Trips/lake.mp4']);
    await library.update(lake!.id, { displayName: 'Summer' });
    expect(await paths({ words: ['summer'] })).toEqual(['Trips/lake.mp4']);
  });

  test('keeps to one kind', async () => {
    const { paths, library, shares } = await openWalk();
    const [lake, c] = await library.at(['Trips/lake.mp4', 'trips-old/c.mp4']);
    await shares.create({ fileId: lake!.id });
    await library.fail(c!.id, 'No.');
    expect(await paths({ kind: 'audio' })).toEqual(['trips/2024/May/boat.mp3']);
    expect(await paths({ kind: 'video', folder: 'trips/' })).toHaveLength(2);
    expect(await paths({ kind: 'shared' })).toEqual([lake!.path]);
    expect(await paths({ kind: 'failed', order: 'name' })).toEqual([c!.path]);
    expect(await library.count({ ...ALL, kind: 'failed' })).toBe(1);
    expect(await library.count(ALL)).toBe(FILES.length);
  });

  test('leaves out what is gone or withdrawn', async () => {
    const { paths, library } = await openWalk();
    const [b, lake] = await library.at(['b.mp4', 'Trips/lake.mp4']);
    await library.markGone([b!.id]);
    await library.withdraw(lake!.id);
    expect(await paths({})).toHaveLength(FILES.length - 2);
    expect(await library.foldersIn('')).toEqual(['trips-old', 'trips']);
  });
});

test('folders are listed where they lie, each once', async () => {
  const { library } = await openWalk();
  expect(await library.foldersIn('')).toEqual(['Trips', 'trips-old', 'trips']);
  expect(await library.foldersIn('trips/')).toEqual(['2024']);
  expect(await library.foldersIn('trips/2024/')).toEqual(['May']);
  expect(await library.foldersIn('trips/2024/May/')).toEqual([]);
});

test('no question reads the whole table', async () => {
  const { db, library } = await openWalk();
  const asked: { sql: string; bindings: unknown[] }[] = [];
  db.knex.on('query', (query: { sql: string; bindings: unknown[] }) => asked.push(query));
  for (const order of ['newest', 'name', 'largest', 'longest'] as const) {
    for (const more of [
      {},
      { isDeep: false },
      { kind: 'audio' },
      { kind: 'failed' },
      { kind: 'shared' },
      { words: ['x'] },
    ] as const) {
      await library.walk({ ...ALL, order, limit: 2, ...more });
      await library.count({ ...ALL, order, ...more });
    }
  }
  await library.foldersIn('trips/');
  const steps: string[] = [];
  for (const { sql, bindings } of [...asked]) {
    const plan = await db.knex.raw<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${sql}`, bindings as never);
    steps.push(...plan.map(({ detail }) => detail).filter((detail) => detail.includes('media_files')));
  }
  expect(steps.length).toBeGreaterThan(48);
  for (const step of steps) expect(step).toMatch(/INDEX/);
});
