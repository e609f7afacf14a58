/**
 * The one place that starts child processes. Every child is logged in a form that can be pasted into a
 * shell; a failure carries the last lines of its stderr; an abort kills at once, since what a killed
 * process has half written is never used.
 */
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';
import { AppError } from './errors.js';
import type { Log } from './log.js';

export interface ExecOptions {
  signal?: AbortSignal;
  /** 0 (default) to 19; 19 gives way to everything else. */
  nice?: number;
  /**
   * In a session of its own. Where the kernel groups processes by session, niceness counts within one only; a session
   * of its own is as nice as that to all others.
   */
  ownSession?: boolean;
  timeoutMs?: number;
  /** Given to the child's stdin, which is closed otherwise. */
  input?: Buffer;
}

export interface Child {
  pid: number | undefined;
  stdin: Writable;
  /** stdout, then descriptors 3, 4, …; each must be read to its end, or else the child waits. */
  outputs: readonly Readable[];
  /** Settles when the process is really gone. Rejects on a non-zero exit or a kill. */
  done: Promise<{ stderr: string }>;
  /** SIGKILL; safe to call at any time. */
  kill(): void;
}

export interface Exec {
  /** Runs to the end. Errors: AppError 'aborted' after an abort, 'render-failed' otherwise, stderr in `detail`. */
  run(
    file: string,
    args: readonly string[],
    options?: ExecOptions,
  ): Promise<{ stdout: Buffer; stderr: string }>;
  /** Starts a child whose outputs (1 unless told) are read while it runs; same errors through `done`. */
  start(
    file: string,
    args: readonly string[],
    options?: Omit<ExecOptions, 'input'> & { outputs?: number },
  ): Child;
}

/** After stdin, stdout and stderr. */
export const FIRST_EXTRA_FD = 3;
const STDERR_LINES = 40;
const STDERR_BYTES = 64 * 1024;
const STDOUT_BYTES = 1024 * 1024 * 1024;

export function createExec({ log }: { log: Log }): Exec {
  /** Found out when first needed. */
  let tether: readonly string[] | undefined;

  /** `piped`: how many outputs are read while it runs; 0 when all of stdout is wanted at its end. */
  function spawn(file: string, args: readonly string[], options: ExecOptions, piped: number) {
    const [program, ...rest] = [
      // Who reads to the end may hold the child still meanwhile.
      ...(piped ? (tether ??= findTether()) : []),
      ...(options.nice ? ['nice', '-n', String(options.nice)] : []),
      file,
      ...args,
    ] as [string, ...string[]];
    const extra = Array.from({ length: Math.max(0, piped - 1) }, (_, i) => i + FIRST_EXTRA_FD);
    log.debug({ command: pasteable(file, args) }, 'child process started');
    const child = execa(program, rest, {
      detached: options.ownSession ?? false,
      encoding: 'buffer',
      buffer: {
        stdout: piped === 0,
        stderr: false,
        ...Object.fromEntries(extra.map((fd) => [`fd${fd}`, false])),
      },
      maxBuffer: STDOUT_BYTES,
      stdio: [
        piped ? 'pipe' : options.input ? undefined : 'ignore',
        'pipe',
        'pipe',
        ...extra.map(() => 'pipe' as const),
      ],
      ...(options.input && !piped ? { input: options.input } : {}),
      ...(options.timeoutMs ? { timeout: options.timeoutMs } : {}),
      ...(options.signal ? { cancelSignal: options.signal } : {}),
      killSignal: 'SIGKILL',
      reject: false,
      stripFinalNewline: false, // output may be binary
    });
    if (options.ownSession) setSessionNiceness(child.pid, options.nice ?? 0);
    return child;
  }

  async function settle(file: string, args: readonly string[], child: ReturnType<typeof spawn>) {
    const tail = keepTail(child.stderr);
    const result = await child;
    const stderr = tail();
    if (result.isCanceled) throw new AppError('aborted', `${file} was stopped`);
    if (result.failed) {
      const why = result.timedOut
        ? 'took too long'
        : (result.signal ?? `exit ${result.exitCode ?? result.code}`);
      const detail = stderr || result.shortMessage;
      log.debug({ command: pasteable(file, args), why, detail }, 'child process failed');
      throw new AppError('render-failed', `${file} failed (${why})`, { detail });
    }
    return { stdout: Buffer.from((result.stdout as Uint8Array | undefined) ?? []), stderr };
  }

  return {
    run: (file, args, options = {}) => settle(file, args, spawn(file, args, options, 0)),
    start(file, args, { outputs = 1, ...options } = {}) {
      const child = spawn(file, args, options, outputs);
      const done = settle(file, args, child);
      done.catch(() => {}); // the owner may look at `done` only after reading stdout to its end
      child.stdin?.on('error', () => {}); // EPIPE after a kill
      return {
        pid: child.pid,
        stdin: child.stdin as Writable,
        outputs: [child.stdout, ...child.stdio.slice(FIRST_EXTRA_FD)] as Readable[],
        done,
        kill: () => void child.kill('SIGKILL'),
      };
    },
  };
}

const TETHER = ['setpriv', '--pdeathsig', 'KILL'] as const;

/**
 * What makes the kernel kill a child when we are killed ourselves. One that writes to us ends by its broken pipe,
 * but not while it is stopped (SIGSTOP): it would stay for ever, with all its memory. Elsewhere than on Linux, or
 * with a setpriv that cannot do it, there is nothing of the kind.
 */
function findTether(): readonly string[] {
  const [program, ...args] = TETHER;
  return spawnSync(program, [...args, 'true'], { stdio: 'ignore' }).status === 0 ? TETHER : [];
}

/** Where sessions are not grouped, or not on this system, there is no such file. */
function setSessionNiceness(pid: number | undefined, nice: number): void {
  if (pid !== undefined) writeFile(`/proc/${pid}/autogroup`, String(nice), { flag: 'r+' }, () => {});
}

/** Keeps the end of a stream in bounded memory; the returned function tells its last lines. */
function keepTail(stream: Readable | null | undefined): () => string {
  let text = '';
  stream?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString('utf8')).slice(-STDERR_BYTES);
  });
  return () => text.trim().split('\n').slice(-STDERR_LINES).join('\n');
}

function pasteable(file: string, args: readonly string[]): string {
  return [file, ...args]
    .map((a) => (/^[\w@%+=:,./-]+$/.test(a) ? a : `'${a.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}
