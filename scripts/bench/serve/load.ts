/** One measurement: wrk's requests against one URL, and the CPU that the server took meanwhile. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface Figures {
  requestsPerSecond: number;
  cpuSecondsPerGb: number;
  p99Ms: number;
}

/** Linux counts CPU time in hundredths of a second (USER_HZ). */
const TICKS_PER_SECOND = 100;
const run = promisify(execFile);

export async function measure({
  url,
  pid,
  sizeBytes,
  connections,
  seconds,
  core,
}: {
  url: string;
  pid: number;
  sizeBytes: number;
  connections: number;
  seconds: number;
  core: number | undefined;
}): Promise<Figures> {
  const args = ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--latency', url];
  const [program, ...rest] = core === undefined ? args : ['taskset', '-c', String(core), ...args];
  const before = await cpuSeconds(pid);
  const { stdout } = await run(program!, rest);
  const cpu = (await cpuSeconds(pid)) - before;
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`not every answer was whole:\n${stdout}`);
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  const requestsPerSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  const gigabytes = (requests * sizeBytes) / 1e9;
  return { requestsPerSecond, cpuSecondsPerGb: cpu / gigabytes, p99Ms: readP99(stdout) };
}

async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold spaces; utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function readP99(output: string): number {
  const [, value, unit] = /99%\s+([\d.]+)(us|ms|s)\b/.exec(output) ?? [];
  return Number(value) * (unit === 'us' ? 0.001 : unit === 's' ? 1000 : 1);
}
