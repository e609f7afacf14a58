import { describe, expect, test } from 'vitest';
import { judgeLoss, type Loss } from '../../server/ingest/loss.js';

const loss = (more: Partial<Loss>): Loss => ({
  root: { isThere: true, isEmpty: false },
  isOtherRoot: false,
  known: 100,
  missing: 1,
  ...more,
});

describe('missing files', () => {
  test('count as deleted while they are few', () => {
    expect(judgeLoss(loss({ missing: 20 }))).toEqual({ state: 'ok' });
    expect(judgeLoss(loss({ known: 6, missing: 4 }))).toEqual({ state: 'ok' });
  });

  test('count as missed when more than a fifth vanish at once, from five on', () => {
    expect(judgeLoss(loss({ missing: 21 }))).toMatchObject({ state: 'mass-vanish' });
    expect(judgeLoss(loss({ known: 6, missing: 5 })).warning).toMatch(
      /^5 of 6 files vanished at once\..+\.$/,
    );
  });

  test('count as missed when the media folder is empty, even if it was only one', () => {
    const empty = { isThere: true, isEmpty: true };
    expect(judgeLoss(loss({ known: 1, missing: 1, root: empty }))).toMatchObject({ state: 'empty' });
  });

  test('count as missed when the media folder cannot be read, and the reason is told', () => {
    const { state, warning } = judgeLoss(loss({ root: { isThere: false, reason: 'EIO', isEmpty: false } }));
    expect(state).toBe('missing');
    expect(warning).toContain('EIO');
  });

  test('count as missed when a large part is missing from another disk', () => {
    expect(judgeLoss(loss({ known: 3, missing: 3, isOtherRoot: true }))).toMatchObject({
      state: 'other-device',
    });
    expect(judgeLoss(loss({ missing: 2, isOtherRoot: true }))).toEqual({ state: 'ok' });
  });
});

test('an empty media folder is no trouble when nothing is on record', () => {
  expect(judgeLoss(loss({ known: 0, missing: 0, root: { isThere: true, isEmpty: true } }))).toEqual({
    state: 'ok',
  });
});
