/** CPU time of processes, as the kernel counts it. Linux only. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

/** Linux counts in hundredths of a second (USER_HZ) for every program that asks. */
const TICKS_PER_SECOND = 100;

/** Of a process and of all its children that have ended, in seconds. */
export async function cpuSecondsOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold spaces; utime, stime, cutime and cstime are fields 14 to 17.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return [11, 12, 13, 14].reduce((sum, n) => sum + Number(fields[n]), 0) / TICKS_PER_SECOND;
}

export interface Timed {
  wallSeconds: number;
  cpuSeconds: number;
}

/** Runs ffmpeg to its end in `folder`; the shell's own `time` counts. */
export async function timeFfmpeg(folder: string, args: readonly string[]): Promise<Timed> {
  const startMs = performance.now();
  const child = spawn(
    'bash',
    ['-c', 'TIMEFORMAT="%U %S"; time ffmpeg -v error -nostdin -y "$@"', 'bash', ...args],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`ffmpeg ${args.join(' ')} ended with ${code}:\n${text}`);
  const [user, system] = text.trim().split('\n').at(-1)!.split(' ').map(Number);
  return { wallSeconds: (performance.now() - startMs) / 1000, cpuSeconds: user! + system! };
}
