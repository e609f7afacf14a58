/** Several readers of one process: none can stop it for the others, and it does not outlive them. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import type { AppError } from '../../server/base/errors.js';
import { createExec, type Child, type Exec } from '../../server/base/exec.js';
import { silentLog } from '../../server/base/log.js';
import { createEncoder, type EncoderLeg } from '../../server/render/encoder.js';

let child: Child | undefined;
afterEach(() => {
  child?.kill();
  child = undefined;
});

/** A shell script takes the place of the encoder. */
function encoderOf(script: string, legs: number): EncoderLeg[] {
  const real = createExec({ log: silentLog });
  const exec: Exec = {
    ...real,
    start: (_, args, options) => (child = real.start('sh', ['-c', ...args], options)),
  };
  return createEncoder(exec, {
    legs,
    priority: { nice: 0 },
    locate: async () => 'film',
    args: () => [script],
  });
}

const refusal = (promise: Promise<unknown>): Promise<AppError> =>
  promise.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: AppError) => error,
  );

async function stateOfProcess(): Promise<string> {
  return (await readFile(`/proc/${child!.pid}/stat`, 'utf8')).split(') ')[1]![0]!;
}

test('each reader gets its own stream of one process', async () => {
  const [one, two, three] = encoderOf('echo one; echo two >&3; echo three >&4', 3);
  const streams = await Promise.all([one!.open(), two!.open(), three!.open()]);
  expect(await Promise.all(streams.map((stream) => text(stream)))).toEqual(['one\n', 'two\n', 'three\n']);
  await Promise.all([one!.done(), two!.done(), three!.done()]);
  expect(one!.encoder).toBe(two!.encoder);
});

test('who leaves early does not keep the others from theirs, however much was meant for him', async () => {
  const [one, two] = encoderOf('echo begin; head -c 3000000 /dev/zero; echo all of it >&3', 2);
  const leaving = await one!.open();
  const staying = await two!.open();
  for await (const chunk of leaving) {
    expect(String(chunk)).toContain('begin');
    break;
  }
  await one!.release();
  expect(await text(staying)).toBe('all of it\n');
  await two!.done();
});

test('the process is killed when the last has left', async () => {
  const [one, two] = encoderOf('echo up >&3; exec sleep 60', 2);
  const [, stream] = await Promise.all([one!.open(), two!.open()]);
  await new Promise((resolve) => stream.once('data', resolve));
  await one!.release();
  expect(await stateOfProcess()).not.toBe('Z');
  await two!.release();
  expect((await refusal(child!.done)).message).toContain('SIGKILL');
});

test('who has left before the start does not start it', async () => {
  const [one] = encoderOf('echo never', 1);
  await one!.release();
  expect((await refusal(one!.open())).code).toBe('aborted');
  expect(child?.pid).toBeUndefined();
});

test('it stands still only while all who are left want that', async () => {
  const [one, two] = encoderOf('echo up; exec sleep 60', 2);
  const [stream] = await Promise.all([one!.open(), two!.open()]);
  await new Promise((resolve) => stream.once('data', resolve));
  one!.setPaused(true);
  expect(await stateOfProcess()).not.toBe('T');
  two!.setPaused(true);
  await expect.poll(stateOfProcess).toBe('T');
  one!.setPaused(false);
  await expect.poll(stateOfProcess).not.toBe('T');
  two!.setPaused(true);
  await one!.release();
  await expect.poll(stateOfProcess).toBe('T');
});
