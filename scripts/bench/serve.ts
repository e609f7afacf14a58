/**
 * How fast segments leave the house: our server with its guard, tokens and hot segments against nginx and
 * express.static on the same bytes, each alone on one core, the client on another, all in one run.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startContestant, type ContestantName } from './serve/contestants.js';
import { measure, type Figures } from './serve/load.js';

const HELP = `bench/serve: requests per second and CPU seconds per GB of serving segments

  npx tsx scripts/bench/serve.ts [--seconds 4] [--rounds 3] [--connections 64]

  --seconds      length of each measurement
  --rounds       how often each is repeated; the median counts
  --connections  open at once, kept alive

Servers: nginx (static files), lanternshare (the real web wing: guard, token, share, hot segments),
express.static. Segments: 200 KB and 2 MB. Needs nginx and wrk (Debian: apt-get install nginx-light wrk).
Aim against nginx: requests >= 0.8x (200 KB) and >= 1.4x (2 MB), CPU <= 2.2x and <= 1.6x.`;

const SIZES = [
  { name: '200 KB', sizeBytes: 200_000 },
  { name: '2 MB', sizeBytes: 2_000_000 },
];
const NAMES: ContestantName[] = ['nginx', 'lanternshare', 'express.static'];

if (process.argv.includes('--help')) console.log(HELP);
else await run();

async function run(): Promise<void> {
  const seconds = option('--seconds', 4);
  const rounds = option('--rounds', 3);
  const connections = option('--connections', 64);
  const cores = availableParallelism() > 1 ? { server: 0, client: 1 } : undefined;
  if (!cores) console.log('Only one core: server and client share it, so requests/s are too low for all.');
  const folder = await mkdtemp(join(tmpdir(), 'lanternshare-bench-'));
  try {
    for (const { sizeBytes } of SIZES)
      await writeFile(join(folder, `${sizeBytes}.m4s`), randomBytes(sizeBytes));
    for (const { name, sizeBytes } of SIZES) {
      const results = new Map<ContestantName, Figures[]>(NAMES.map((n) => [n, []]));
      for (let round = 0; round < rounds; round++) {
        for (const contestant of NAMES) {
          const running = await startContestant(contestant, { folder, core: cores?.server });
          try {
            const url = running.urlOf(sizeBytes);
            const load = { url, pid: running.pid, sizeBytes, connections, core: cores?.client };
            await measure({ ...load, seconds: 1 });
            results.get(contestant)!.push(await measure({ ...load, seconds }));
          } finally {
            await running.stop();
          }
        }
      }
      print(name, results);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function print(size: string, results: Map<ContestantName, Figures[]>): void {
  const base = median(results.get('nginx')!);
  console.log(`\n${size} segments`);
  console.log('                    req/s   x nginx   CPU-s/GB   x nginx   p99 ms');
  for (const [name, figures] of results) {
    const { requestsPerSecond, cpuSecondsPerGb, p99Ms } = median(figures);
    const cells = [
      requestsPerSecond.toFixed(0).padStart(9),
      (requestsPerSecond / base.requestsPerSecond).toFixed(2).padStart(9),
      cpuSecondsPerGb.toFixed(3).padStart(10),
      (cpuSecondsPerGb / base.cpuSecondsPerGb).toFixed(2).padStart(9),
      p99Ms.toFixed(1).padStart(8),
    ];
    console.log(`${name.padEnd(16)}${cells.join(' ')}`);
  }
}

/** Each figure's own median: a round that something else disturbed spoils none of them. */
function median(figures: Figures[]): Figures {
  const middle = (pick: (f: Figures) => number) =>
    figures.map(pick).sort((a, b) => a - b)[Math.floor(figures.length / 2)]!;
  return {
    requestsPerSecond: middle((f) => f.requestsPerSecond),
    cpuSecondsPerGb: middle((f) => f.cpuSecondsPerGb),
    p99Ms: middle((f) => f.p99Ms),
  };
}

function option(name: string, fallback: number): number {
  const at = process.argv.indexOf(name);
  const value = at < 0 ? fallback : Number(process.argv[at + 1]);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} needs a whole number above 0`);
  return value;
}
