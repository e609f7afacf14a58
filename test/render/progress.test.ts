import { describe, expect, test } from 'vitest';
import { createPace, fractionOf, isNews, timeLeft } from '../../server/render/progress.js';

describe('fraction', () => {
  test('is 1 only when nothing is left to do', () => {
    expect(fractionOf(100, 100, false)).toBeLessThan(1);
    expect(fractionOf(100, 100, true)).toBe(1);
    expect(fractionOf(0, 0, false)).toBe(0);
    expect(fractionOf(25, 100, false)).toBe(0.25);
    expect(fractionOf(-1e-12, 100, false)).toBe(0);
  });
});

describe('pace', () => {
  test('is not told before anything was measured', () => {
    expect(createPace().secondsPerCost()).toBeUndefined();
  });

  test('is the mean of like measurements', () => {
    const pace = createPace();
    for (let i = 0; i < 10; i++) pace.add(20, 10);
    expect(pace.secondsPerCost()).toBeCloseTo(2, 9);
  });

  test('follows a lasting change and shrugs off a single one', () => {
    const pace = createPace();
    for (let i = 0; i < 10; i++) pace.add(10, 10);
    pace.add(40, 10);
    expect(pace.secondsPerCost()).toBeLessThan(1.8);
    for (let i = 0; i < 20; i++) pace.add(40, 10);
    expect(pace.secondsPerCost()).toBeGreaterThan(3.8);
  });
});

describe('time left', () => {
  test('is own work and what goes first, shared by the workers', () => {
    expect(timeLeft({ ownCost: 20, aheadCost: 0, workers: 2, secondsPerCost: 2 })).toBe(20);
    expect(timeLeft({ ownCost: 20, aheadCost: 10, workers: 2, secondsPerCost: 2 })).toBe(30);
  });

  test('is rounded up to what a person would say', () => {
    expect(timeLeft({ ownCost: 0.01, aheadCost: 0, workers: 1, secondsPerCost: 1 })).toBe(1);
    expect(timeLeft({ ownCost: 61, aheadCost: 0, workers: 1, secondsPerCost: 1 })).toBe(70);
    expect(timeLeft({ ownCost: 3601, aheadCost: 0, workers: 1, secondsPerCost: 1 })).toBe(3660);
  });

  test('is unknown without a pace', () => {
    expect(timeLeft({ ownCost: 5, aheadCost: 0, workers: 1, secondsPerCost: undefined })).toBeUndefined();
  });
});

test('people are told of another percent, state or reason, and of nothing else', () => {
  const told = { state: 'rendering', fraction: 0.501, secondsLeft: 9 } as const;
  expect(isNews(undefined, told)).toBe(true);
  expect(isNews(told, { ...told, fraction: 0.509, secondsLeft: 7 })).toBe(false);
  expect(isNews(told, { ...told, fraction: 0.51 })).toBe(true);
  expect(isNews(told, { ...told, state: 'paused', reason: 'x' })).toBe(true);
  expect(
    isNews({ state: 'paused', fraction: 0, reason: 'x' }, { state: 'paused', fraction: 0, reason: 'y' }),
  ).toBe(true);
  expect(isNews({ state: 'rendering', fraction: 0.5 }, { ...told, fraction: 0.5 })).toBe(true);
});
