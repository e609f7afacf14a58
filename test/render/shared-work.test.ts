import { expect, test } from 'vitest';
import { createSharedWork } from '../../server/render/shared-work.js';

const never = new AbortController().signal;

function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((a, b) => {
    resolve = a;
    reject = b;
  });
  return { promise, resolve, reject };
}

test('all who ask at the same time get the outcome of one piece of work', async () => {
  const work = createSharedWork<string>();
  const gate = deferred<string>();
  let begun = 0;
  const begin = () => {
    begun++;
    return gate.promise;
  };
  const asked = [work.join('a', never, begin), work.join('a', never, begin)];
  gate.resolve('done');
  expect(await Promise.all(asked)).toEqual(['done', 'done']);
  expect(begun).toBe(1);
  await work.join('a', never, begin);
  expect(begun).toBe(2);
});

test('a failure is told to all and not kept', async () => {
  const work = createSharedWork<string>();
  await expect(work.join('a', never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await work.join('a', never, () => Promise.resolve('yes'))).toBe('yes');
});

test('work goes on while one asker is left and is given up with the last', async () => {
  const work = createSharedWork<string>();
  const [first, second] = [new AbortController(), new AbortController()];
  const gate = deferred<string>();
  let signal!: AbortSignal;
  const begin = (given: AbortSignal) => {
    signal = given;
    return gate.promise;
  };
  const asked = [work.join('a', first.signal, begin), work.join('a', second.signal, begin)];
  first.abort();
  await expect(asked[0]).rejects.toMatchObject({ code: 'aborted' });
  expect(signal.aborted).toBe(false);
  second.abort();
  await expect(asked[1]).rejects.toMatchObject({ code: 'aborted' });
  expect(signal.aborted).toBe(true);
  // Who comes now does not get what is being given up.
  expect(await work.join('a', never, () => Promise.resolve('fresh'))).toBe('fresh');
  gate.resolve('late');
});

test('an asker who has gone already begins nothing', async () => {
  const work = createSharedWork<string>();
  const gone = AbortSignal.abort();
  await expect(work.join('a', gone, () => expect.unreachable())).rejects.toMatchObject({ code: 'aborted' });
});

test('what is given up from outside is over when that resolves', async () => {
  const work = createSharedWork<string>();
  const asked = work.join('g1/poster', never, async (signal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    throw new Error('stopped');
  });
  asked.catch(() => {});
  await work.abort('g1/');
  await expect(asked).rejects.toThrow('stopped');
});
