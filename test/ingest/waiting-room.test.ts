import { appendFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished, expect, test } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';
import { silentLog } from '../../server/base/log.js';
import { toSignature } from '../../server/ingest/signature.js';
import { createWaitingRoom, type Settled } from '../../server/ingest/waiting-room.js';
import type { Structure } from '../../server/media/structure/index.js';
import { makeTestFolder } from '../support/database.js';

const SETTLE_MS = 2000;

async function open(
  inspect: (path: string, sizeBytes: number) => Promise<Structure['verdict']> | Structure['verdict'],
  isLocal = false,
) {
  const mediaDir = await makeTestFolder();
  const clock = createFakeClock(Date.now());
  const settled: Settled[] = [];
  const looks: number[] = [];
  const room = createWaitingRoom({
    mediaDir,
    rules: { settleMs: SETTLE_MS, giveUpMs: 60_000 },
    async inspect(path, sizeBytes) {
      const verdict = await inspect(path, sizeBytes);
      looks.push(sizeBytes);
      return { verdict, reason: `It is ${verdict}.` };
    },
    trustsTimes: () => isLocal,
    onSettled: (one) => settled.push(one),
    clock,
    log: silentLog,
  });
  onTestFinished(() => room.close());
  const signatureOf = async (name: string) => toSignature(await stat(join(mediaDir, name)));
  return {
    at: (name: string) => join(mediaDir, name),
    clock,
    room,
    settled,
    looks,
    async put(name: string, arrival: 'found' | 'renamed' = 'found') {
      room.put(name, await signatureOf(name), arrival);
    },
    /** Steps on until it is so. */
    async advanceUntil(isSo: () => boolean, stepMs = 100) {
      while (!isSo()) {
        await clock.advance(stepMs);
        await stat(mediaDir);
      }
    },
  };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate);
}

test('a complete file leaves at once, without any waiting', async () => {
  const { at, put, settled } = await open(() => 'complete');
  await writeFile(at('a.mp4'), 'whole');
  await put('a.mp4');
  await until(() => settled.length > 0);
  expect(settled).toEqual([{ path: 'a.mp4', signature: toSignature(await stat(at('a.mp4'))) }]);
});

test('a file of unknown structure leaves after the settling time', async () => {
  const { at, put, settled, clock, advanceUntil } = await open(() => 'unknown');
  await writeFile(at('a.ts'), 'some');
  const startMs = clock.now();
  await put('a.ts');
  await advanceUntil(() => settled.length > 0);
  expect(clock.now() - startMs).toBeGreaterThanOrEqual(SETTLE_MS);
});

test('a file that grows without a word from the watch is noticed, and has its time anew', async () => {
  const { at, put, settled, clock, looks, advanceUntil } = await open(() => 'unknown');
  await writeFile(at('a.ts'), 'some');
  await put('a.ts');
  await until(() => looks.length === 1);
  await clock.advance(1500);
  await appendFile(at('a.ts'), 'more');
  const grownMs = clock.now();
  await advanceUntil(() => settled.length > 0);
  expect(looks).toEqual([4, 8]);
  expect(settled[0]!.signature.sizeBytes).toBe(8);
  expect(clock.now() - grownMs).toBeGreaterThanOrEqual(SETTLE_MS);
});

test('a copy that becomes complete leaves as soon as the watch tells of its last write', async () => {
  const { at, put, settled, looks, clock } = await open((_path, sizeBytes) =>
    sizeBytes < 8 ? 'incomplete' : 'complete',
  );
  await writeFile(at('a.mp4'), 'half');
  await put('a.mp4');
  await until(() => looks.length === 1);
  await clock.advance(40_000);
  expect(settled).toEqual([]);
  await appendFile(at('a.mp4'), 'rest');
  await put('a.mp4');
  await clock.advance(50);
  await until(() => settled.length > 0);
  expect(settled[0]).not.toHaveProperty('refusal');
});

test('an incomplete file that nobody goes on with is handed on with the reason after a minute', async () => {
  const { at, put, settled, clock, advanceUntil } = await open(() => 'incomplete');
  await writeFile(at('a.mp4'), 'half');
  const startMs = clock.now();
  await put('a.mp4');
  await advanceUntil(() => settled.length > 0, 1000);
  expect(settled[0]).toMatchObject({ path: 'a.mp4', refusal: 'It is incomplete.' });
  expect(clock.now() - startMs).toBeGreaterThanOrEqual(60_000);
});

test('an old file needs only a second look', async () => {
  const { at, put, settled, clock, advanceUntil } = await open(() => 'unknown');
  await writeFile(at('a.mp3'), 'some');
  await utimes(at('a.mp3'), 1000, 1000);
  const startMs = clock.now();
  await put('a.mp3');
  await advanceUntil(() => settled.length > 0, 50);
  expect(clock.now() - startMs).toBeGreaterThanOrEqual(250);
  expect(clock.now() - startMs).toBeLessThan(SETTLE_MS);
});

test('a file that is renamed while it waits is taken under its new name', async () => {
  const { at, put, settled, looks, room } = await open(() => 'unknown');
  await writeFile(at('a'), 'some');
  await put('a');
  await until(() => looks.length === 1);
  await rename(at('a'), at('a.mp3'));
  expect(room.rename('a', 'a.mp3')).toBe(true);
  await until(() => settled.length > 0);
  expect(settled.map(({ path }) => path)).toEqual(['a.mp3']);
  expect(room.rename('a', 'b')).toBe(false);
});

test('a file that goes while it waits is forgotten', async () => {
  const { at, put, settled, looks, room, advanceUntil } = await open(() => 'unknown');
  await writeFile(at('a.mp3'), 'some');
  await put('a.mp3');
  await until(() => looks.length === 1);
  await rm(at('a.mp3'));
  await advanceUntil(() => room.size() === 0);
  expect(settled).toEqual([]);
});

test('a change during the look into a file makes it looked into again', async () => {
  let goOn = () => {};
  const { at, put, settled, looks, advanceUntil } = await open(async (_path, sizeBytes) => {
    if (sizeBytes < 8) await new Promise<void>((resolve) => (goOn = resolve));
    return 'complete' as const;
  });
  await writeFile(at('a.mp4'), 'half');
  await put('a.mp4');
  const isWaiting = goOn;
  await until(() => goOn !== isWaiting);
  await appendFile(at('a.mp4'), 'rest');
  await put('a.mp4');
  goOn();
  await advanceUntil(() => settled.length > 0, 25);
  expect(looks).toEqual([4, 8]);
  expect(settled[0]!.signature.sizeBytes).toBe(8);
});

test('the newest of many is looked at first', async () => {
  const order: string[] = [];
  const { at, put, settled } = await open((path) => {
    order.push(path.slice(-2));
    return 'complete';
  });
  const names = Array.from({ length: 40 }, (_, n) => `${n + 10}`);
  for (const name of names) await writeFile(at(name), name);
  await Promise.all(names.map((name) => put(name)));
  await until(() => settled.length === names.length);
  expect(order.indexOf('49')).toBeLessThan(20);
});

test('a file that was moved here after its last write is taken at once, where times can be trusted', async () => {
  for (const isLocal of [true, false]) {
    const { at, put, settled, looks, clock } = await open(() => 'unknown', isLocal);
    await writeFile(at('elsewhere'), 'all of it');
    const writtenMs = (await stat(at('elsewhere'))).ctimeMs;
    // The time of change has the kernel's tick: go on renaming until it is another one.
    do {
      await rename(at('elsewhere'), at('a.mp3'));
      await rename(at('a.mp3'), at('elsewhere'));
    } while ((await stat(at('elsewhere'))).ctimeMs === writtenMs);
    await rename(at('elsewhere'), at('a.mp3'));
    await put('a.mp3');
    await until(() => looks.length === 1);
    await clock.advance(0);
    expect(settled).toHaveLength(isLocal ? 1 : 0);
  }
});
