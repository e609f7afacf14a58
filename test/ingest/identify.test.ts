import { describe, expect, test } from 'vitest';
import { findSuccessor, identify, judgeTakeover, type RecordView } from '../../server/ingest/identify.js';

const content = (inode: number, sizeBytes = 1000, mtimeMs = 5.25) => ({
  device: 1,
  inode,
  sizeBytes,
  mtimeMs,
});

function record(id: string, more: Partial<RecordView> = {}): RecordView {
  return {
    id,
    path: `${id}.mp4`,
    state: 'published',
    createdAtMs: 100,
    fingerprint: `print-${id}`,
    ...content(1),
    ...more,
  };
}

describe('a file in the place of a record', () => {
  const here = record('a');

  test('is the same when inode, size and time of change are, whatever the device is called today', () => {
    const signature = { ...content(1), device: 99 };
    expect(identify({ path: 'a.mp4', signature }, here, [])).toEqual({ kind: 'same', id: 'a' });
  });

  test('is another content when its size differs; nothing is read for that', () => {
    expect(identify({ path: 'a.mp4', signature: content(1, 999) }, here, [])).toEqual({
      kind: 'replace',
      id: 'a',
    });
  });

  test('is told by its fingerprint when only the time of change differs', () => {
    const found = { path: 'a.mp4', signature: content(1, 1000, 6) };
    expect(identify(found, here, [])).toEqual({ kind: 'compare' });
    expect(identify({ ...found, fingerprint: 'print-a' }, here, [])).toEqual({ kind: 'touch', id: 'a' });
    expect(identify({ ...found, fingerprint: 'other' }, here, [])).toEqual({ kind: 'replace', id: 'a' });
  });

  test('counts as another content where no fingerprint was taken in time', () => {
    const { fingerprint: _, ...blank } = here;
    expect(identify({ path: 'a.mp4', signature: content(1, 1000, 6) }, blank, [])).toEqual({
      kind: 'replace',
      id: 'a',
    });
  });

  test('is tried again after any change when it had failed', () => {
    const failed = record('a', { state: 'failed' });
    const found = { path: 'a.mp4', signature: content(1, 1000, 6), fingerprint: 'print-a' };
    expect(identify(found, failed, [])).toEqual({ kind: 'replace', id: 'a' });
  });
});

describe('a file in a place without a record', () => {
  test('is new when nothing is missed', () => {
    expect(identify({ path: 'b.mp4', signature: content(2) }, undefined, [])).toEqual({ kind: 'new' });
  });

  test('is a missed one when it is the very same file, without reading it', () => {
    const gone = record('a', { goneAtMs: 1 });
    expect(identify({ path: 'b.mp4', signature: content(1) }, undefined, [gone])).toEqual({
      kind: 'restore',
      id: 'a',
    });
  });

  test('is a missed one when its content is, as after a copy', () => {
    const gone = record('a', { goneAtMs: 1 });
    const found = { path: 'b.mp4', signature: content(2) };
    expect(identify(found, undefined, [gone])).toEqual({ kind: 'compare' });
    expect(identify({ ...found, fingerprint: 'print-a' }, undefined, [gone])).toEqual({
      kind: 'restore',
      id: 'a',
    });
    expect(identify({ ...found, fingerprint: 'else' }, undefined, [gone])).toEqual({ kind: 'new' });
  });

  test('of several missed ones with its content is that of its name, else the one missed last', () => {
    const [a, b, c] = [
      record('a', { goneAtMs: 1, fingerprint: 'p', path: 'x/same.mp4', inode: 11 }),
      record('b', { goneAtMs: 3, fingerprint: 'p', inode: 12 }),
      record('c', { goneAtMs: 2, fingerprint: 'p', inode: 13 }),
    ];
    const found = { signature: content(2), fingerprint: 'p' };
    expect(identify({ ...found, path: 'y/same.mp4' }, undefined, [a, b, c])).toEqual({
      kind: 'restore',
      id: 'a',
    });
    expect(identify({ ...found, path: 'z.mp4' }, undefined, [a, b, c])).toEqual({ kind: 'restore', id: 'b' });
  });
});

describe('a copy that was recorded before its original went', () => {
  const HOUR = 3600_000;
  const original = record('a', { createdAtMs: 0, goneAtMs: 100 * HOUR });
  const copyMade = (hoursBefore: number) =>
    record('b', { createdAtMs: (100 - hoursBefore) * HOUR, fingerprint: 'print-a' });

  test('takes its place when it was made within the day', () => {
    expect(findSuccessor(original, [original, copyMade(23)], 100 * HOUR)?.id).toBe('b');
  });

  test('stays on its own when both were kept for longer', () => {
    expect(findSuccessor(original, [copyMade(25)], 100 * HOUR)).toBeUndefined();
  });

  test('stays on its own when it is the older of the two', () => {
    const young = { ...original, createdAtMs: 99 * HOUR };
    expect(findSuccessor(young, [copyMade(2)], 100 * HOUR)).toBeUndefined();
  });
});

describe('a known file that took the place of another', () => {
  test('goes on with all links when it is playable', () => {
    const takeover = judgeTakeover(record('a', { generationId: 'g' }), record('b'));
    expect(takeover).toEqual({ keepId: 'a', dropId: 'b', mustProbe: false });
  });

  test('becomes the content of the other when it was not playable yet', () => {
    const takeover = judgeTakeover(record('a', { state: 'processing' }), record('b', { generationId: 'g' }));
    expect(takeover).toEqual({ keepId: 'b', dropId: 'a', mustProbe: true });
  });
});
