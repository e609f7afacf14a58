/** A measured child process: what it takes of the machine, as the kernel and its own event loop tell. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { cpuSecondsOf } from '../parts/process-time.js';

export interface Measured {
  /** Of the process since its start. */
  cpuSeconds: number;
  rssMb: number;
  peakRssMb: number;
  inotifyWatches: number;
  longestBlockMs: number;
}

export interface MeasuredChild {
  process: ChildProcess;
  startedAtMs: number;
  measure(): Promise<Measured>;
  stop(): Promise<void>;
}

const MEASURE = fileURLToPath(new URL('measure.mjs', import.meta.url));

/** Starts a JavaScript program with its event loop watched. Its output goes nowhere. */
export function startMeasured(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
): MeasuredChild {
  const startedAtMs = Date.now();
  const child = fork(program, args, {
    execArgv: ['--import', MEASURE],
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  return {
    process: child,
    startedAtMs,
    async measure() {
      child.send('longest block');
      const longestBlockMs = await new Promise<number>((resolve) => {
        const listen = (message: { longestBlockMs?: number }) => {
          if (message.longestBlockMs === undefined) return;
          child.off('message', listen);
          resolve(message.longestBlockMs);
        };
        child.on('message', listen);
      });
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return {
        longestBlockMs,
        cpuSeconds: await cpuSecondsOf(child.pid!),
        rssMb: megabytes(status, 'VmRSS'),
        peakRssMb: megabytes(status, 'VmHWM'),
        inotifyWatches: await countWatches(child.pid!),
      };
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function megabytes(status: string, field: string): number {
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
}

async function countWatches(pid: number): Promise<number> {
  const folder = `/proc/${pid}/fdinfo`;
  const texts = await Promise.all(
    (await readdir(folder)).map((fd) => readFile(`${folder}/${fd}`, 'utf8').catch(() => '')),
  );
  return texts.join('\n').match(/^inotify wd/gm)?.length ?? 0;
}
