import { describe, expect, test } from 'vitest';
import type { FileQuery } from '../../server/library/index.js';
import { openHall, someSignature, type Hall } from '../support/hall.js';

const NAMES = ['b.mp4', 'A.mp4', 'c.mp4', 'Ä.mp4', 'd.mp4'];

/** Five files, a second apart; the last one failed. */
async function openList(): Promise<Hall & { names(query: Partial<FileQuery>): Promise<[string[], number]> }> {
  const hall = await openHall();
  for (const path of NAMES) {
    await hall.library.admit([{ path, signature: someSignature() }]);
    await hall.clock.advance(1000);
  }
  const [last] = await hall.library.at(['d.mp4']);
  await hall.library.fail(last!.id, 'No.');
  return {
    ...hall,
    async names(query) {
      const { files, total } = await hall.library.list({ limit: 10, offset: 0, ...query });
      return [files.map(({ displayName }) => displayName), total];
    },
  };
}

describe('the list', () => {
  test('shows the newest first, or any other order', async () => {
    const { names } = await openList();
    expect(await names({})).toEqual([[...NAMES].reverse(), 5]);
    expect(await names({ sort: 'asc' })).toEqual([NAMES, 5]);
    const byName = ['A.mp4', 'b.mp4', 'c.mp4', 'd.mp4', 'Ä.mp4'];
    expect(await names({ order: 'filename', sort: 'asc' })).toEqual([byName, 5]);
    expect(await names({ order: 'filename', sort: 'desc' })).toEqual([[...byName].reverse(), 5]);
  });

  test('pages through without losing or repeating any, and counts all', async () => {
    const { names } = await openList();
    const pages = await Promise.all([0, 2, 4, 6].map((offset) => names({ sort: 'asc', limit: 2, offset })));
    expect(pages).toEqual([
      [['b.mp4', 'A.mp4'], 5],
      [['c.mp4', 'Ä.mp4'], 5],
      [['d.mp4'], 5],
      [[], 5],
    ]);
  });

  test('filters by state and by time', async () => {
    const { names, library } = await openList();
    expect(await names({ state: ['failed'] })).toEqual([['d.mp4'], 1]);
    expect(await names({ state: ['failed', 'published'] })).toEqual([['d.mp4'], 1]);
    expect((await names({ state: ['pending', 'failed'] }))[1]).toBe(5);
    expect(await names({ state: ['pending'], sort: 'asc', limit: 1, offset: 1 })).toEqual([['A.mp4'], 4]);
    expect(await names({ state: ['processing'] })).toEqual([[], 0]);
    expect(await names({ state: [] })).toEqual([[], 0]);
    const [second] = await library.at(['A.mp4']);
    const atMs = second!.createdAtMs;
    expect(await names({ createdBeforeMs: atMs })).toEqual([['b.mp4'], 1]);
    expect(await names({ createdAfterMs: atMs, createdBeforeMs: atMs + 1 })).toEqual([['A.mp4'], 1]);
    expect(await names({ createdAfterMs: atMs, state: ['failed'] })).toEqual([['d.mp4'], 1]);
  });

  test('reads from indexes alone, however it is asked', async () => {
    const { db, library } = await openList();
    const asked: string[] = [];
    db.knex.on('query', ({ sql }: { sql: string }) => asked.push(sql));
    for (const order of ['created_at', 'filename'] as const) {
      for (const state of ['pending', 'published'] as const) {
        await library.list({ order, state: [state], createdAfterMs: 1, limit: 1, offset: 1 });
      }
    }
    expect(asked).toHaveLength(8);
    for (const sql of [...asked]) {
      const plan = await db.knex.raw<{ detail: string }[]>(
        `EXPLAIN QUERY PLAN ${sql}`,
        [...sql].filter((c) => c === '?').map(() => 0),
      );
      const steps = plan.map(({ detail }) => detail).filter((detail) => detail.includes('media_files'));
      for (const step of steps)
        expect(step).toMatch(/COVERING INDEX|sqlite_autoindex_media_files_1 \(id=\?\)/);
    }
  });
});
