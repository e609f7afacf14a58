import { describe, expect, test } from 'vitest';
import { createSharedLoads } from '../../server/web/shared-loads.js';

const never = () => new AbortController().signal;

function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}

describe('shared loads', () => {
  test('two askers for one thing cause one load', async () => {
    const loads = createSharedLoads<string>();
    const { promise, resolve } = deferred<string>();
    let starts = 0;
    const start = () => (starts++, promise);
    const both = [loads.load('k', start, never()), loads.load('k', start, never())];
    resolve('bytes');
    expect(await Promise.all(both)).toEqual(['bytes', 'bytes']);
    expect(starts).toBe(1);
    expect(await loads.load('k', () => Promise.resolve('again'), never())).toBe('again');
  });

  test('the load goes on while one asker is left and is given up with the last', async () => {
    const loads = createSharedLoads<string>();
    const [one, two] = [new AbortController(), new AbortController()];
    let signal: AbortSignal | undefined;
    const start = (given: AbortSignal) => ((signal = given), new Promise<string>(() => {}));
    const first = loads.load('k', start, one.signal);
    const second = loads.load('k', start, two.signal);
    one.abort();
    await expect(first).rejects.toMatchObject({ code: 'aborted' });
    expect(signal!.aborted).toBe(false);
    two.abort();
    await expect(second).rejects.toMatchObject({ code: 'aborted' });
    expect(signal!.aborted).toBe(true);
  });

  test('whoever comes after a load was given up starts anew', async () => {
    const loads = createSharedLoads<string>();
    const gone = new AbortController();
    const first = loads.load('k', () => new Promise(() => {}), gone.signal);
    gone.abort();
    await expect(first).rejects.toMatchObject({ code: 'aborted' });
    expect(await loads.load('k', () => Promise.resolve('fresh'), never())).toBe('fresh');
  });

  test('a failure reaches everybody and is not kept', async () => {
    const loads = createSharedLoads<string>();
    const { promise, reject } = deferred<string>();
    const both = [loads.load('k', () => promise, never()), loads.load('k', () => promise, never())];
    reject(new Error('no'));
    for (const one of both) await expect(one).rejects.toThrow('no');
    expect(await loads.load('k', () => Promise.resolve('yes'), never())).toBe('yes');
  });

  test('one who has gone already starts nothing', async () => {
    const loads = createSharedLoads<string>();
    const start = () => expect.unreachable();
    await expect(loads.load('k', start, AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
  });
});
