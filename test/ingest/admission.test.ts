/** From a record to what can be played: what goes wrong there is one file's trouble. */
import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../server/base/errors.js';
import type { Prober } from '../../server/media/probe/index.js';
import { makeWav, openWriteWing } from '../support/write-wing.js';

describe('a content that changes under its probe', () => {
  test('is dropped without a word, and the new one is published', async () => {
    let release = () => {};
    let isFirst = true;
    const held = (real: Prober): Prober => ({
      ...real,
      async probe(path, options) {
        if (isFirst) {
          isFirst = false;
          await new Promise<void>((resolve) => {
            release = resolve;
            options?.signal?.addEventListener('abort', () => resolve());
          });
        }
        return real.probe(path, options);
      },
    });
    const wing = await openWriteWing({ prober: held });
    await wing.write('a.wav', makeWav(0.5));
    const { id } = await wing.reaches('a.wav', 'processing');
    await wing.drop('a.wav', makeWav(1));
    await wing.until(async () => (await wing.find('a.wav'))?.durationSeconds === 1);
    release();
    expect(await wing.find('a.wav')).toMatchObject({ id, state: 'published' });
    expect(wing.filled).toHaveLength(1);
    expect(wing.logged.filter(({ level }) => level >= 40)).toEqual([]);
  });
});

describe('a probe', () => {
  test('that never answers fails its file after a minute, while others go on', async () => {
    const stuck = (real: Prober): Prober => ({
      ...real,
      probe: (path, options) =>
        path.endsWith('bad.wav') ? new Promise(() => {}) : real.probe(path, options),
    });
    const wing = await openWriteWing({ prober: stuck });
    await wing.write('bad.wav', makeWav());
    await wing.reaches('bad.wav', 'processing');
    await wing.write('good.wav', makeWav());
    await wing.reaches('good.wav', 'published');
    wing.clock.jump(60_000);
    expect((await wing.reaches('bad.wav', 'failed')).error).toBe(
      'The file could not be understood within 60 seconds.',
    );
  });

  test('that breaks by a fault of ours fails that file only, and is logged', async () => {
    const broken = (real: Prober): Prober => ({
      ...real,
      probe: (path, options) =>
        path.endsWith('bad.wav')
          ? Promise.reject(new TypeError('x is not a function'))
          : real.probe(path, options),
    });
    const wing = await openWriteWing({ prober: broken });
    await wing.write('bad.wav', makeWav());
    await wing.write('good.wav', makeWav());
    const bad = await wing.reaches('bad.wav', 'failed');
    expect(bad).toMatchObject({ errorDetail: 'x is not a function' });
    expect(bad.error).toMatch(/fault on our side/);
    await wing.reaches('good.wav', 'published');
    expect(wing.logged.filter(({ level }) => level >= 50)).toHaveLength(1);
  });

  test('is made again when it is asked for, although nothing changed', async () => {
    let isBroken = true;
    const once = (real: Prober): Prober => ({
      ...real,
      probe: (path, options) =>
        isBroken ? Promise.reject(new Error('out of luck')) : real.probe(path, options),
    });
    const wing = await openWriteWing({ prober: once });
    await wing.write('a.wav', makeWav());
    const { id } = await wing.reaches('a.wav', 'failed');
    isBroken = false;
    await wing.ingest.retry(id);
    await wing.reaches('a.wav', 'published');
    await expect(wing.ingest.retry('00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

test('a file that may not be read says so, and is taken once it may be, unchanged', async () => {
  let isDenied = true;
  const denied = (real: Prober): Prober => ({
    ...real,
    probe(path, options) {
      if (!isDenied) return real.probe(path, options);
      const sentence = 'The file cannot be read: permission is denied.';
      return Promise.reject(new AppError('unsupported-media', sentence, { detail: `EACCES: ${path}` }));
    },
  });
  const wing = await openWriteWing({ prober: denied });
  await wing.write('a.wav', makeWav());
  await wing.write('b.wav', makeWav());
  await wing.reaches('a.wav', 'failed');
  await wing.reaches('b.wav', 'failed');
  isDenied = false;
  await wing.rescan();
  await wing.reaches('a.wav', 'published');
  await wing.reaches('b.wav', 'published');
});

test('a bulk of files is taken in whole, and a single one that is dropped in after it need not wait for it', async () => {
  let probed = 0;
  const counting = (real: Prober): Prober => ({
    ...real,
    probe(path, options) {
      probed += 1;
      if (path.endsWith('now.wav')) return real.probe(path, options);
      return Promise.reject(new AppError('unsupported-media', 'Not in this test.'));
    },
  });
  const wing = await openWriteWing({ prober: counting });
  const wav = makeWav(0.1);
  await mkdir(wing.at('bulk'));
  await Promise.all(Array.from({ length: 300 }, (_, n) => writeFile(wing.at(`bulk/${n}.wav`), wav)));
  await wing.until(async () => (await wing.library.list({ limit: 1, offset: 0 })).total > 100);
  await wing.drop('now.wav', makeWav(0.1));
  await wing.reaches('now.wav', 'published');
  const probedBefore = probed;
  const isOver = async () =>
    (await wing.library.list({ state: ['failed'], limit: 1, offset: 0 })).total === 300;
  await wing.until(isOver);
  expect(probedBefore).toBeLessThan(300);
  expect(probed).toBe(301);
});
