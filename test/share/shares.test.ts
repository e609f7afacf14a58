import { describe, expect, test } from 'vitest';
import { createPasswords } from '../../server/auth/index.js';
import { createShares } from '../../server/share/index.js';
import { silentLog } from '../../server/base/log.js';
import { cutClips, openHall } from '../support/hall.js';

const everything = { limit: 10, offset: 0 };
describe('a new share', () => {
  test('is public, without a preview, and can be read back by its id', async () => {
    const { shares, admit, clock } = await openHall();
    const { id: fileId } = await admit('a.mp4');
    const share = await shares.create({ fileId });
    expect(share).toEqual({
      id: share.id,
      fileId,
      visibility: 'public',
      linkPreview: 'none',
      epoch: 1,
      createdAtMs: clock.now(),
      ...{ hasPassword: false, isStreamOnly: false, viewCount: 0 },
    });
    expect(await shares.get(share.id)).toEqual(share);
  });

  test('keeps what was said of it', async () => {
    const { shares, admit, db, library, clock } = await openHall();
    const { id: fileId } = await admit('a.mp4');
    const draft = {
      fileId,
      title: 'Ein Fest — für <alle>',
      description: 'it\'s\n"here"',
      metadata: { nested: { list: [1, 'zwei', null] } },
      linkPreview: 'full' as const,
    };
    const { id } = await shares.create(draft);
    const restarted = createShares({ db, library, passwords: createPasswords(), clock, log: silentLog });
    expect(await restarted.get(id)).toMatchObject(draft);
  });

  test('of a file that is not there is refused', async () => {
    const { shares } = await openHall();
    await expect(shares.create({ fileId: 'nobody' })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('of a file that was removed while its source stayed is refused, and none comes with its return', async () => {
    const { shares, publish, library } = await openHall();
    const { id: fileId } = await publish('a.mp4');
    await library.withdraw(fileId);
    await expect(shares.create({ fileId })).rejects.toMatchObject({ code: 'not-found' });
    await library.restore(fileId);
    expect(await shares.list(everything)).toEqual({ shares: [], total: 0 });
  });

  test('of a file that has one is refused, naming the one that is there', async () => {
    const { shares, admit } = await openHall();
    const { id: fileId } = await admit('a.mp4');
    const { id } = await shares.create({ fileId });
    await expect(shares.create({ fileId })).rejects.toMatchObject({
      code: 'conflict',
      message: `This file has an active public share already: ${id}.`,
    });
    await shares.remove(id);
    expect((await shares.create({ fileId })).id).not.toBe(id);
  });

  test('is made once, however many ask at the same moment', async () => {
    const { shares, admit } = await openHall();
    const { id: fileId } = await admit('a.mp4');
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => shares.create({ fileId })));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await shares.list({ ...everything, fileId })).total).toBe(1);
  });

  test('may be private, beside a public one of the same file, and once too', async () => {
    const { shares, admit } = await openHall();
    const { id: fileId } = await admit('a.mp4');
    await shares.create({ fileId });
    const hidden = await shares.create({ fileId, visibility: 'private' });
    expect(await shares.get(hidden.id)).toMatchObject({ visibility: 'private' });
    await expect(shares.create({ fileId, visibility: 'private' })).rejects.toMatchObject({
      code: 'conflict',
      message: `This file has an active private share already: ${hidden.id}.`,
    });
  });

  test.each([
    ['title', { title: 'x'.repeat(501) }],
    ['description', { description: 'x'.repeat(5001) }],
    ['metadata', { metadata: { text: 'ä'.repeat(8192) } }],
    ['metadata', { metadata: ['a list'] as unknown as Record<string, unknown> }],
  ])('with a %s beyond its limit is refused, and so is the change', async (field, texts) => {
    const { shares, admit } = await openHall();
    const { id: fileId } = await admit('a.mp4');
    const refusal = { code: 'invalid', message: expect.stringContaining(field) as string };
    await expect(shares.create({ fileId, ...texts })).rejects.toMatchObject(refusal);
    const { id } = await shares.create({ fileId });
    await expect(shares.update(id, texts)).rejects.toMatchObject(refusal);
  });

  test('may go to its limits', async () => {
    const { shares, admit } = await openHall();
    const { id: fileId } = await admit('a.mp4');
    const texts = {
      title: 'x'.repeat(500),
      description: 'x'.repeat(5000),
      metadata: { text: 'x'.repeat(16 * 1024 - 11) },
    };
    expect(await shares.create({ fileId, ...texts })).toMatchObject(texts);
  });
});

describe('a share', () => {
  test('of a removed file does not come back with it, even when nobody asked in between', async () => {
    const { shares, publish, library } = await openHall();
    const { id: fileId } = await publish('a.mp4');
    const { id } = await shares.create({ fileId });
    expect(await shares.get(id)).toBeDefined();
    expect(await shares.getForStranger(id)).toBeDefined();
    await library.withdraw(fileId);
    await library.restore(fileId);
    expect(await shares.get(id)).toBeUndefined();
    expect(await shares.getForStranger(id)).toBeUndefined();
  });

  test('is changed field by field; null clears, absence keeps', async () => {
    const { shares, admit } = await openHall();
    const { id: fileId } = await admit('a.mp4');
    const { id } = await shares.create({ fileId, title: 'old', description: 'text', metadata: { a: 1 } });
    await shares.get(id);
    await shares.update(id, { title: 'new', linkPreview: 'player' });
    expect(await shares.get(id)).toMatchObject({
      title: 'new',
      description: 'text',
      metadata: { a: 1 },
      linkPreview: 'player',
    });
    const cleared = await shares.update(id, { title: null, description: null, metadata: null });
    expect(cleared).toEqual(await shares.get(id));
    for (const field of ['title', 'description', 'metadata'] as const) {
      expect(cleared[field]).toBeUndefined();
    }
    await expect(shares.update('nobody', { title: 'x' })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('without a text has none: no client need know of null', async () => {
    const { shares, admit } = await openHall();
    const { id: fileId } = await admit('a.mp4');
    const { id, title } = await shares.create({ fileId, title: '', description: 'text' });
    expect(title).toBeUndefined();
    expect((await shares.update(id, { title: 'new' })).title).toBe('new');
    const { title: none, description } = await shares.update(id, { title: '', description: '' });
    expect([none, description]).toEqual([undefined, undefined]);
  });

  test('that is removed is gone for the next reader, and only once', async () => {
    const { shares, admit } = await openHall();
    const { id: fileId } = await admit('a.mp4');
    const { id } = await shares.create({ fileId });
    expect(await shares.get(id)).toBeDefined();
    await shares.remove(id);
    expect(await shares.get(id)).toBeUndefined();
    await expect(shares.remove(id)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('outlives that its file is gone, renamed or replaced', async () => {
    const { shares, library, admit } = await openHall();
    const file = await admit('a.mp4');
    const { id } = await shares.create({ fileId: file.id });
    await library.markGone([file.id]);
    await library.move(file.id, { path: 'b.mp4', signature: file });
    await library.replace(file.id, { ...file, mtimeMs: 1 });
    expect(await shares.get(id)).toMatchObject({ fileId: file.id });
  });
});

describe('a share of a clip', () => {
  async function open() {
    const hall = await openHall();
    const { id: fileId } = await hall.publish('a.mp4');
    const { segmentationId, clips } = await cutClips(hall, fileId, [
      [0, 2],
      [2, 4.5],
    ]);
    return { ...hall, fileId, segmentationId, first: clips[0]!, second: clips[1]! };
  }

  test('knows its times, and stands beside the shares of its file and of its neighbours', async () => {
    const { shares, fileId, first, second } = await open();
    const whole = await shares.create({ fileId });
    const share = await shares.create({ fileId, segmentId: second.id });
    const other = await shares.create({ fileId, segmentId: first.id });
    const segment = { id: second.id, startSeconds: 2, endSeconds: 4.5 };
    expect(share).toMatchObject({ fileId, segment });
    expect(await shares.get(share.id)).toEqual(share);
    const ids = async (query: object) =>
      (await shares.list({ ...everything, ...query })).shares.map(({ id }) => id).sort();
    expect(await ids({ fileId })).toEqual([whole.id, share.id, other.id].sort());
    expect(await ids({ fileId, segmentId: null })).toEqual([whole.id]);
    expect(await ids({ segmentId: second.id })).toEqual([share.id]);
  });

  test('is one of each visibility; a second one is refused and names the first', async () => {
    const { shares, fileId, first } = await open();
    const draft = { fileId, segmentId: first.id };
    const { id } = await shares.create(draft);
    const hidden = await shares.create({ ...draft, visibility: 'private' });
    await expect(shares.create(draft)).rejects.toMatchObject({
      code: 'conflict',
      message: `This segment has an active public share already: ${id}.`,
    });
    await expect(shares.create({ ...draft, visibility: 'private' })).rejects.toThrow(hidden.id);
    const tries = await Promise.allSettled(
      Array.from({ length: 10 }, () => shares.create({ ...draft, visibility: 'private' })),
    );
    expect(tries.every(({ status }) => status === 'rejected')).toBe(true);
  });

  test('is refused for a segment that is none of this file', async () => {
    const { shares, publish, fileId, first } = await open();
    const { id: other } = await publish('b.mp4');
    for (const draft of [
      { fileId: other, segmentId: first.id },
      { fileId, segmentId: 'nobody' },
    ]) {
      await expect(shares.create(draft)).rejects.toMatchObject({ code: 'not-found' });
    }
  });

  test('ends with its segmentation, also for those who have just read it', async () => {
    const { shares, cuts, fileId, segmentationId, first } = await open();
    const whole = await shares.create({ fileId });
    const share = await shares.create({ fileId, segmentId: first.id });
    for (const { id } of [share, whole]) expect(await shares.get(id)).toBeDefined();
    expect(await shares.getForStranger(share.id)).toBeDefined();
    await cuts.removeSegmentation(segmentationId);
    expect(await shares.get(share.id)).toBeUndefined();
    expect(await shares.getForStranger(share.id)).toBeUndefined();
    expect((await shares.list({ ...everything, fileId })).shares).toEqual([whole]);
  });

  test('moves with its clip when two records turn out to be one file', async () => {
    const { shares, library, publish, fileId, first } = await open();
    const share = await shares.create({ fileId, segmentId: first.id });
    const { id: keepId } = await publish('b.mp4');
    await library.merge(keepId, fileId);
    expect(await shares.get(share.id)).toEqual({ ...share, fileId: keepId });
  });
});

describe('to a stranger', () => {
  test('a private share is not there, unless it has a preview', async () => {
    const { shares, admit } = await openHall();
    const { id: fileId } = await admit('a.mp4');
    const open = await shares.create({ fileId });
    const hidden = await shares.create({ fileId, visibility: 'private' });
    const isThere = async ({ id }: { id: string }) => (await shares.getForStranger(id)) !== undefined;
    expect([await isThere(open), await isThere(hidden), await isThere({ id: 'nobody' })]).toEqual([
      true,
      false,
      false,
    ]);
    await shares.update(hidden.id, { linkPreview: 'full' });
    expect(await isThere(hidden)).toBe(true);
    await shares.update(hidden.id, { linkPreview: 'none' });
    expect(await isThere(hidden)).toBe(false);
  });

  test('what is removed, or whose file is, is gone for the next look', async () => {
    const { shares, library, admit } = await openHall();
    const { id: fileId } = await admit('a.mp4');
    const first = await shares.create({ fileId });
    const second = await shares.create({ fileId, visibility: 'private', linkPreview: 'full' });
    for (const { id } of [first, second]) expect(await shares.getForStranger(id)).toBeDefined();
    await shares.remove(first.id);
    expect(await shares.getForStranger(first.id)).toBeUndefined();
    await library.remove(fileId);
    expect(await shares.getForStranger(second.id)).toBeUndefined();
  });
});

test('shares are listed newest first, by file, visibility and time', async () => {
  const { shares, admit, clock } = await openHall();
  const ids: string[] = [];
  for (const path of ['a.mp4', 'b.mp4', 'c.mp4']) {
    const { id: fileId } = await admit(path);
    ids.unshift((await shares.create({ fileId })).id);
    await clock.advance(1000);
  }
  const list = async (query: object) => {
    const { shares: found, total } = await shares.list({ ...everything, ...query });
    return [found.map(({ id }) => id), total];
  };
  expect(await list({})).toEqual([ids, 3]);
  expect(await list({ limit: 1, offset: 1 })).toEqual([[ids[1]], 3]);
  expect(await list({ visibility: 'private' })).toEqual([[], 0]);
  const { fileId, createdAtMs } = (await shares.get(ids[1]!))!;
  expect(await list({ fileId, visibility: 'public' })).toEqual([[ids[1]], 1]);
  expect(await list({ createdBeforeMs: createdAtMs })).toEqual([[ids[2]], 1]);
  expect(await list({ createdAfterMs: createdAtMs })).toEqual([ids.slice(0, 2), 2]);
});
