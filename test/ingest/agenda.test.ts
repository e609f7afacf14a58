import { expect, test } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';
import { createAgenda } from '../../server/ingest/agenda.js';

function open() {
  const clock = createFakeClock();
  const due: string[] = [];
  const agenda = createAgenda({ clock, onDue: (names) => due.push(...names) });
  return { clock, due, agenda, inMs: (ms: number) => clock.now() + ms };
}

test('each name is due at its time, in order', async () => {
  const { clock, due, agenda, inMs } = open();
  agenda.set('late', inMs(300));
  agenda.set('early', inMs(100));
  await clock.advance(200);
  expect(due).toEqual(['early']);
  await clock.advance(200);
  expect(due).toEqual(['early', 'late']);
});

test('a time can be moved, both ways', async () => {
  const { clock, due, agenda, inMs } = open();
  agenda.set('a', inMs(1000));
  agenda.set('a', inMs(100));
  agenda.set('b', inMs(100));
  agenda.set('b', inMs(1000));
  await clock.advance(200);
  expect(due).toEqual(['a']);
  await clock.advance(1000);
  expect(due).toEqual(['a', 'b']);
});

test('what was dropped is never due, and neither is anything after the end', async () => {
  const { clock, due, agenda, inMs } = open();
  agenda.set('a', inMs(100));
  agenda.set('b', inMs(200));
  agenda.drop('a');
  await clock.advance(150);
  agenda.close();
  await clock.advance(1000);
  expect(due).toEqual([]);
});

test('a name may be set anew while it is due', async () => {
  const clock = createFakeClock();
  let rounds = 0;
  const agenda = createAgenda({
    clock,
    onDue: () => {
      rounds += 1;
      agenda.set('again', clock.now() + 100);
    },
  });
  agenda.set('again', clock.now() + 100);
  await clock.advance(1050);
  expect(rounds).toBeGreaterThanOrEqual(8);
  expect(rounds).toBeLessThanOrEqual(10);
});
