import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { expect, test } from 'vitest';
import { AppError } from '../../server/base/errors.js';
import { createExec } from '../../server/base/exec.js';
import { createLog, silentLog } from '../../server/base/log.js';
import { projectRoot } from '../../server/base/files.js';

const exec = createExec({ log: silentLog });

async function refusal(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

async function stateOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat?.split(') ')[1]![0] ?? 'gone';
}

test('stdout comes back as bytes', async () => {
  const { stdout } = await exec.run('printf', ['\\377\\000x']);
  expect([...stdout]).toEqual([0xff, 0, 0x78]);
});

test('input reaches the child', async () => {
  const { stdout } = await exec.run('cat', [], { input: Buffer.from('hello') });
  expect(stdout.toString()).toBe('hello');
});

test('a failure carries the last lines of stderr', async () => {
  const error = await refusal(exec.run('sh', ['-c', 'seq 1 100 >&2; exit 3']));
  expect(error.code).toBe('render-failed');
  expect(error.message).toContain('exit 3');
  expect(error.detail?.split('\n')).toHaveLength(40);
  expect(error.detail?.endsWith('100')).toBe(true);
});

test('a program that does not exist is a failure, not a crash', async () => {
  expect((await refusal(exec.run('no-such-program-here', []))).code).toBe('render-failed');
});

test('a child that takes too long is killed', async () => {
  const error = await refusal(exec.run('sleep', ['60'], { timeoutMs: 50 }));
  expect(error.message).toContain('took too long');
});

test('an abort kills the child and says so', async () => {
  const controller = new AbortController();
  const child = exec.start('sh', ['-c', 'echo up; exec sleep 60'], { signal: controller.signal });
  await new Promise((resolve) => child.outputs[0]!.once('data', resolve));
  controller.abort();
  expect((await refusal(child.done)).code).toBe('aborted');
});

test('kill ends a running child', async () => {
  const child = exec.start('sleep', ['60']);
  child.kill();
  expect((await refusal(child.done)).message).toContain('SIGKILL');
});

test('a child that is held still does not outlive a kill -9 of ours', async () => {
  const program = spawn(process.execPath, ['--import', 'tsx', 'test/support/holding-program.ts'], {
    cwd: projectRoot(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = Number(await once(program.stdout, 'data'));
  await expect.poll(() => stateOf(pid)).toBe('T');
  program.kill('SIGKILL');
  // Where nobody collects the dead, it stays as one.
  await expect.poll(() => stateOf(pid)).toMatch(/^[ZX]$|^gone$/);
});

test('niceness reaches the child', async () => {
  const { stdout } = await exec.run('nice', [], { nice: 19 });
  expect(Number(stdout)).toBe(Math.min(19, getPriority() + 19));
});

test('the command is logged in a form that can be pasted', async () => {
  const lines: string[] = [];
  const logged = createExec({ log: createLog('debug', { write: (line) => lines.push(line) }) });
  await logged.run('printf', ['%s', "it's here"]);
  expect(JSON.parse(lines[0]!).command).toBe(`printf %s 'it'\\''s here'`);
});
