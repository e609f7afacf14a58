import { expect, test } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';
import { createCrew, type Crew, type Member } from '../../server/render/crew.js';
import type { Run } from '../../server/render/run.js';

interface Puppet extends Member {
  awaited: boolean;
  paused: boolean;
  isStopped: boolean;
  end(): void;
}

/** A run that does nothing until it is told to end. */
function puppet(purpose: Run['purpose'], awaited = true): Puppet {
  let end!: () => void;
  const done = new Promise<Awaited<Run['done']>>((resolve) => {
    end = () => resolve({ wasStopped: self.isStopped, isKept: true, activeMs: 0 });
  });
  const self: Puppet = {
    ...{ awaited, paused: false, isStopped: false, end, isAwaited: () => self.awaited },
    run: {
      ...{ purpose, first: 0, done, next: () => 0, last: () => 9, endAt: () => {}, encoder: {} },
      view: () => ({ purpose, next: 0, last: 9, sinceMs: 0 }),
      stop() {
        self.isStopped = true;
        end();
      },
      setPaused(paused) {
        self.paused = paused;
      },
    },
  };
  return self;
}

function setUp(limit = 2) {
  const clock = createFakeClock();
  let freed = 0;
  const crew = createCrew({ limit, clock, onFree: () => freed++ });
  return { clock, crew, freed: () => freed };
}

const settled = () => new Promise(setImmediate);

function request(crew: Crew, what: string, member = puppet('demand')) {
  let begun = 0;
  crew.request(what, () => {
    begun++;
    return member;
  });
  return Object.assign(member, { begun: () => begun });
}

test('viewers’ runs begin at once while there is room, then in turn', async () => {
  const { crew } = setUp(2);
  const [a, b, c] = ['a', 'b', 'c'].map((what) => request(crew, what));
  expect([a!.begun(), b!.begun(), c!.begun()]).toEqual([1, 1, 0]);
  expect(crew.hasRoom()).toBe(false);
  a!.end();
  await settled();
  expect(c!.begun()).toBe(1);
});

test('a run that nobody waits for makes room for one that is asked for', async () => {
  const { crew } = setUp(2);
  const a = request(crew, 'a');
  const b = request(crew, 'b');
  b.awaited = false;
  const c = request(crew, 'c');
  await settled();
  expect([a.isStopped, b.isStopped, c.begun()]).toEqual([false, true, 1]);
});

test('asking again for what is waiting already changes nothing', async () => {
  const { crew } = setUp(1);
  const a = request(crew, 'a');
  const first = request(crew, 'b');
  const again = request(crew, 'b');
  a.end();
  await settled();
  expect([first.begun(), again.begun()]).toEqual([1, 0]);
});

test('what is no longer wanted when its turn comes does not keep others waiting', async () => {
  const { crew } = setUp(1);
  const a = request(crew, 'a');
  crew.request('b', () => undefined);
  const c = request(crew, 'c');
  a.end();
  await settled();
  expect(c.begun()).toBe(1);
});

test('the background takes no viewer’s place', () => {
  const { crew } = setUp(1);
  crew.add(puppet('background'));
  crew.add(puppet('background'));
  expect(crew.count('background')).toBe(2);
  expect(crew.hasRoom()).toBe(true);
  expect(request(crew, 'a').begun()).toBe(1);
});

test('a viewer’s run that was left alone stands still while others wait, and goes on after', () => {
  const { crew } = setUp(4);
  const a = request(crew, 'a');
  const b = request(crew, 'b');
  const background = puppet('background', false);
  crew.add(background);
  a.awaited = false;
  crew.balance();
  expect([a.paused, b.paused, background.paused]).toEqual([true, false, false]);
  b.awaited = false;
  crew.balance();
  expect(a.paused).toBe(false);
});

test('what the background makes in a hurry stands still while somebody waits for something else', () => {
  const { crew } = setUp(4);
  const hurried = Object.assign(puppet('background', false), { isUrgent: true });
  crew.add(hurried);
  const viewer = request(crew, 'a');
  expect(hurried.paused).toBe(true);
  viewer.awaited = false;
  crew.balance();
  expect(hurried.paused).toBe(false);
});

test('when the background itself is waited for, all who might be in its way stand still', () => {
  const { crew } = setUp(4);
  const a = request(crew, 'a');
  a.awaited = false;
  const [awaited, idle] = [puppet('background', true), puppet('background', false)];
  crew.add(awaited);
  crew.add(idle);
  expect([a.paused, awaited.paused, idle.paused]).toEqual([true, false, true]);
});

test('a run that stands still for long is ended', async () => {
  const { crew, clock } = setUp(4);
  const a = request(crew, 'a');
  request(crew, 'b');
  a.awaited = false;
  crew.balance();
  await clock.advance(10_000);
  expect(a.isStopped).toBe(false);
  await clock.advance(10_000);
  expect(a.isStopped).toBe(true);
});

test('every end is told, so that the background can go on', async () => {
  const { crew, freed } = setUp();
  const background = puppet('background', false);
  crew.add(background);
  background.end();
  await settled();
  expect(freed()).toBe(1);
  expect(crew.count('background')).toBe(0);
});

test('too many who wait are refused, and so is everybody after the end', async () => {
  const { crew } = setUp(1);
  request(crew, 'a');
  for (let i = 0; i < 100; i++) request(crew, `waiting ${i}`);
  const refusal = expect.objectContaining({ code: 'busy' });
  expect(() => request(crew, 'one more')).toThrow(refusal);
  await crew.close();
  expect(() => request(crew, 'late')).toThrow(refusal);
});
