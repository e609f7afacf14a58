import { describe, expect, test } from 'vitest';
import { openHall } from '../support/hall.js';

describe('merging two records of one content', () => {
  test('keeps the id, the published generation and the links, at the new place', async () => {
    const { library, shares, publish, admit } = await openHall();
    const keep = await publish('old.mp3', 'same');
    const share = await shares.create({ fileId: keep.id });
    await library.markGone([keep.id]);
    const drop = await admit('new place/new.mp3', 'same');
    await library.merge(keep.id, drop.id);

    const { id: _, ...place } = { path: drop.path, inode: drop.inode, mtimeMs: drop.mtimeMs, id: drop.id };
    expect(await library.get(keep.id)).toMatchObject({
      ...place,
      displayName: 'new.mp3',
      state: 'published',
      generationId: keep.generationId,
      goneAtMs: undefined,
    });
    expect(await library.get(drop.id)).toBeUndefined();
    expect(await shares.get(share.id)).toEqual(share);
    expect(await library.locate(keep.generationId!)).toMatch(/new place\/new\.mp3$/);
  });

  test('leads the links of both to the one that stays, also where both had one', async () => {
    const { library, shares, publish } = await openHall();
    const keep = await publish('a.mp3', 'same');
    const drop = await publish('b.mp3', 'same');
    const [first, second] = [
      await shares.create({ fileId: keep.id }),
      await shares.create({ fileId: drop.id }),
    ];
    await shares.get(second.id);
    await library.merge(keep.id, drop.id);
    expect(await shares.get(second.id)).toMatchObject({ fileId: keep.id });
    expect(await shares.get(first.id)).toMatchObject({ fileId: keep.id });
    expect((await shares.list({ fileId: keep.id, limit: 10, offset: 0 })).total).toBe(2);

    // The one that was there first is what a further link collides with, as long as it is there.
    await expect(shares.create({ fileId: keep.id })).rejects.toThrow(first.id);
    await shares.remove(first.id);
    await expect(shares.create({ fileId: keep.id })).rejects.toThrow(second.id);
    await shares.remove(second.id);
    await shares.create({ fileId: keep.id });
  });

  test('takes over what is published when the older record has nothing', async () => {
    const { library, admit, publish } = await openHall();
    const keep = await admit('a.mp3', 'same');
    await library.markGone([keep.id]);
    const drop = await publish('b.mp3', 'same');
    await library.merge(keep.id, drop.id);
    expect(await library.get(keep.id)).toMatchObject({
      state: 'published',
      generationId: drop.generationId,
      durationSeconds: drop.durationSeconds,
      mediaType: 'audio',
    });
    expect(await library.generation(drop.generationId!)).toMatchObject({ fileId: keep.id });
    expect(await library.orphanGenerations()).toEqual([]);
  });

  test('of two that have nothing leaves one that is waiting for its probe', async () => {
    const { library, admit } = await openHall();
    const keep = await admit('a.mp3', 'same');
    await library.markGone([keep.id]);
    const drop = await admit('b.mp3', 'same');
    await library.setProcessing(drop.id);
    await library.merge(keep.id, drop.id);
    expect((await library.unfinished()).map(({ id, path, state }) => ({ id, path, state }))).toEqual([
      { id: keep.id, path: 'b.mp3', state: 'pending' },
    ]);
  });

  test('leaves the generation that nobody shows any more to be removed', async () => {
    const { library, publish } = await openHall();
    const keep = await publish('a.mp3', 'same');
    const drop = await publish('b.mp3', 'same');
    await library.merge(keep.id, drop.id);
    expect(await library.orphanGenerations()).toEqual([drop.generationId]);
    expect(await library.generation(drop.generationId!)).toBeUndefined();
  });

  test('needs two records', async () => {
    const { library, admit } = await openHall();
    const { id } = await admit('a.mp3');
    await expect(library.merge(id, id)).rejects.toMatchObject({ code: 'conflict' });
    await expect(library.merge(id, 'nobody')).rejects.toMatchObject({ code: 'not-found' });
    await expect(library.merge('nobody', id)).rejects.toMatchObject({ code: 'not-found' });
    expect(await library.get(id)).toBeDefined();
  });
});

describe('removing a record', () => {
  test('ends its links and tells every generation that is to be removed', async () => {
    const { library, shares, publish, write } = await openHall();
    const file = await publish('a.mp3', 'old');
    const share = await shares.create({ fileId: file.id });
    expect(await shares.get(share.id)).toBeDefined();
    await library.replace(file.id, (await write('a.mp3', 'newer')).signature);
    const second = await publish('a.mp3', 'newer');
    expect(second.id).toBe(file.id);

    const removed = await library.remove(file.id);
    expect(removed.sort()).toEqual([file.generationId!, second.generationId!].sort());
    expect(await shares.get(share.id)).toBeUndefined();
    expect(await library.get(file.id)).toBeUndefined();
  });

  test('keeps its generations as orphans until they are dropped, so that a crash loses no folder', async () => {
    const { library, publish } = await openHall();
    const { id, generationId } = await publish('a.mp3');
    await library.remove(id);
    expect(await library.generation(generationId!)).toBeUndefined();
    expect(await library.orphanGenerations()).toEqual([generationId]);
    await library.dropGeneration(generationId!);
    expect(await library.orphanGenerations()).toEqual([]);
  });
});
