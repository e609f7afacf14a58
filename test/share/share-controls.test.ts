import { describe, expect, test } from 'vitest';
import { openHall } from '../support/hall.js';

describe('the password of a share', () => {
  test('is known by its hash alone, can be changed and taken away, and ends what was opened before', async () => {
    const { shares, admit, db } = await openHall();
    const { id: fileId } = await admit('a.mp4');
    const { id, ...share } = await shares.create({ fileId, password: 'open sesame' });
    expect(share).toMatchObject({ hasPassword: true, epoch: 1 });
    expect(await shares.unlock(id, 'open sesame')).toBe(true);
    expect(await shares.unlock(id, 'open Sesame')).toBe(false);
    expect(JSON.stringify(await shares.get(id))).not.toMatch(/sesame|argon2/);
    expect(JSON.stringify(await db.knex('shares'))).not.toContain('open sesame');
    expect(await shares.update(id, { password: 'other' })).toMatchObject({ hasPassword: true, epoch: 2 });
    expect(await shares.unlock(id, 'open sesame')).toBe(false);
    expect(await shares.unlock(id, 'other')).toBe(true);
    expect(await shares.update(id, { title: 'kept' })).toMatchObject({ hasPassword: true, epoch: 2 });
    expect(await shares.update(id, { password: null })).toMatchObject({ hasPassword: false });
    expect(await shares.unlock(id, 'other')).toBe(false);
    expect(await shares.unlock(id, '')).toBe(false);
  });
});

describe('the limits of a share', () => {
  test('can be set, read back, changed one by one and taken away', async () => {
    const { shares, admit, clock } = await openHall();
    const { id: fileId } = await admit('a.mp4');
    const limits = {
      expiresAtMs: clock.now() + 1000,
      maxViews: 3,
      isStreamOnly: true,
      allowedOrigins: ['https://example.org'],
    };
    const { id } = await shares.create({ fileId, ...limits });
    expect(await shares.get(id)).toMatchObject(limits);
    await shares.update(id, { maxViews: 4 });
    expect(await shares.get(id)).toMatchObject({ ...limits, maxViews: 4 });
    await shares.update(id, { expiresAtMs: null, maxViews: null, isStreamOnly: false, allowedOrigins: null });
    const free = (await shares.get(id))!;
    expect([free.expiresAtMs, free.maxViews, free.isStreamOnly, free.allowedOrigins]).toEqual([
      undefined,
      undefined,
      false,
      undefined,
    ]);
  });

  test('once reached make room for a new share of the same file', async () => {
    const { shares, admit, clock } = await openHall();
    const { id: fileId } = await admit('a.mp4');
    const first = await shares.create({ fileId, expiresAtMs: clock.now() + 1000 });
    await expect(shares.create({ fileId })).rejects.toMatchObject({ code: 'conflict' });
    await clock.advance(1000);
    const second = await shares.create({ fileId });
    expect(await shares.get(first.id)).toBeUndefined();
    expect(await shares.get(second.id)).toMatchObject({ fileId });
  });
});

test('a share that is issued anew is the same under another id, and the old one is nobody', async () => {
  const { shares, admit, clock } = await openHall();
  const { id: fileId } = await admit('a.mp4');
  const old = await shares.create({ fileId, title: 'kept', password: 'x', maxViews: 5 });
  shares.plays.delivered(old, { address: '1.1.1.1', agent: 'VLC' }, { seconds: 20, ofSeconds: 60 });
  await shares.close();
  await clock.advance(1000);
  const next = await shares.reissue(old.id);
  expect(next.id).not.toBe(old.id);
  expect(next).toMatchObject({
    title: 'kept',
    hasPassword: true,
    maxViews: 5,
    viewCount: 0,
    createdAtMs: clock.now(),
  });
  expect(await shares.get(old.id)).toBeUndefined();
  expect(await shares.get(next.id)).toMatchObject({ title: 'kept' });
  expect(await shares.unlock(next.id, 'x')).toBe(true);
  await expect(shares.reissue(old.id)).rejects.toMatchObject({ code: 'not-found' });
});
