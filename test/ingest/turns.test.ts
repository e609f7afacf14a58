import { expect, test } from 'vitest';
import { createTurns } from '../../server/ingest/turns.js';

test('the newest comes first', () => {
  const turns = createTurns();
  for (const id of ['a', 'b', 'c']) turns.push(id);
  expect([turns.takeNewest(), turns.takeNewest(), turns.takeNewest(), turns.takeNewest()]).toEqual([
    'c',
    'b',
    'a',
    undefined,
  ]);
});

test('what is pushed again is not done twice', () => {
  const turns = createTurns();
  turns.push('a');
  turns.push('b');
  turns.push('a');
  expect([turns.takeNewest(), turns.takeNewest(), turns.takeNewest()]).toEqual(['a', 'b', undefined]);
});

test('what is being worked on has its turn after that', () => {
  const turns = createTurns();
  turns.push('a');
  turns.begin('a');
  turns.push('a');
  expect(turns.takeNewest()).toBeUndefined();
  turns.end('a');
  expect(turns.takeNewest()).toBe('a');
});

test('the backlog has its turn now and then while new ones keep coming, so that a bulk gets on', () => {
  const turns = createTurns();
  const isBacklogs = Array.from({ length: 40 }, (_, n) => {
    turns.push(`new ${n}`);
    return turns.isBacklogsTurn();
  });
  expect(isBacklogs.filter(Boolean)).toHaveLength(10);
});

test('of the backlog those are passed over that are running or were put off', () => {
  const turns = createTurns();
  turns.begin('a');
  turns.putOff('b');
  const waiting = [{ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' }];
  expect(turns.askFor()).toBeGreaterThan(2);
  turns.setOldest(waiting);
  expect([turns.takeOldest(), turns.takeOldest(), turns.takeOldest()]).toEqual(['c', 'd', undefined]);
  turns.push('b');
  turns.setOldest(waiting);
  expect(turns.takeOldest()).toBe('b');
});

test('ten thousand new ones are not kept in memory: the oldest of them are the backlog', () => {
  const turns = createTurns();
  for (let n = 0; n < 10_000; n++) turns.push(`${n}`);
  let kept = 0;
  while (turns.takeNewest() !== undefined) kept += 1;
  expect(kept).toBe(200);
});
