import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFakeClock, type FakeClock } from '../../server/base/clock.js';
import { createRenderBudget } from '../../server/web/render-budget.js';
import { startWeb, type TestWeb } from '../support/web.js';

test('a share may have so many pieces made a minute, each share for itself', async () => {
  const clock = createFakeClock(0);
  const budget = createRenderBudget({ clock, perMinute: 2 });
  budget.spend('a');
  budget.spend('a');
  expect(() => budget.spend('a')).toThrow(/try again in a minute/);
  budget.spend('b');
  await clock.advance(60_000);
  budget.spend('a');
});

describe('over HTTP', () => {
  let web: TestWeb;
  let clock: FakeClock;
  beforeAll(async () => {
    clock = createFakeClock();
    web = await startWeb({ clock });
  });
  afterAll(() => web.close());

  /** Each a clip of its own, inside one segment. */
  const head = (n: number) =>
    fetch(`${web.url}/hls/${web.token('hls', { clip: { startMs: 100 + n, endMs: 800 } })}/v480/0.m4s`);

  test('who has clip after clip made is told to wait; what is at hand is given all the same', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 250; n++) statuses.push((await head(n)).status);
    expect((await head(250)).headers.get('retry-after')).toBe('60');
    expect(statuses.slice(0, 240).every((status) => status === 200)).toBe(true);
    expect(statuses.slice(240).every((status) => status === 429)).toBe(true);
    expect((await head(0)).status).toBe(200);
    await clock.advance(60_000);
    expect((await head(245)).status).toBe(200);
  });
});
