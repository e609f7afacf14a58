/**
 * What it costs to watch a large library: time from the start of the process until requests are answered and
 * until everything was read, the longest time that nothing else was answered, memory, inotify watches.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { projectRoot } from '../../server/base/files.js';
import { ratio, seconds, table } from './parts/table.js';
import { startMeasured, type Measured } from './watch/child.js';
import { makeFolder, recordAll } from './watch/folder.js';

const HELP = `bench/watch: what it costs to watch a large media folder

  npm run build && npx tsx scripts/bench/watch.ts [--files N] [--folders N] [--port N]

  --files    100000 unless told otherwise
  --folders  1000 unless told otherwise
  --port     a free port on this machine (default 18080)
  --program  the built program (default dist/server/main.js)

Makes small files in a temporary folder and starts the built appliance on it twice, each time as a process of
its own: cold, with an empty database, and warm, with all files on record. Probing is not measured: in the
cold run files have to stand still for ten minutes before they are taken (SETTLE_MS=600000), so they wait; for
the warm run they are recorded as failed, as their probes would have told. CPU, memory and watches are of
the whole process, 3 s after everything was read; the block is the longest since the first answer.
Baseline, in the same run: chokidar on the same folder as its README shows it, in a process of its own.
Ratios are ours / the baseline's.`;

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    files: { type: 'string', default: '100000' },
    folders: { type: 'string', default: '1000' },
    port: { type: 'string', default: '18080' },
    program: { type: 'string', default: join(projectRoot(), 'dist/server/main.js') },
  },
});

interface Run extends Measured {
  name: string;
  answersMs?: number;
  readMs: number;
}

const LOOK_MS = 5;
const REST_MS = 3000;

if (options.help) console.log(HELP);
else await bench();

async function bench(): Promise<void> {
  if (!existsSync(options.program)) throw new Error('Build first: npm run build');
  const world = await mkdtemp(join(tmpdir(), 'lanternshare-bench-watch-'));
  const [mediaDir, coldDir, warmDir] = ['media', 'cold', 'warm'].map((name) => join(world, name));
  try {
    console.error(`making ${options.files} files in ${options.folders} folders …`);
    await mkdir(warmDir!);
    await makeFolder(mediaDir!, Number(options.files), Number(options.folders));
    await recordAll(mediaDir!, warmDir!);
    console.error('measuring …');
    const runs = [
      await runAppliance('ours, cold', mediaDir!, coldDir!),
      await runAppliance('ours, warm', mediaDir!, warmDir!),
      await runPlainChokidar(mediaDir!),
    ];
    console.log(show(runs));
  } finally {
    await rm(world, { recursive: true, force: true });
  }
}

async function runAppliance(name: string, mediaDir: string, dataDir: string): Promise<Run> {
  const child = startMeasured(resolve(options.program), [], {
    MEDIA_DIR: mediaDir,
    DATA_DIR: dataDir,
    PORT: options.port,
    HOST: '127.0.0.1',
    SETTLE_MS: '600000',
    LOG_LEVEL: 'error',
  });
  try {
    const url = `http://127.0.0.1:${options.port}`;
    await until(async () => (await fetch(`${url}/healthz`)).ok);
    const answersMs = Date.now() - child.startedAtMs;
    await child.measure(); // what blocked before there was anyone to answer does not count
    let watcher: { firstScanDone: boolean; lastScanAtMs: number; files: number } | undefined;
    await until(async () => {
      const { checks } = (await (await fetch(`${url}/readyz`)).json()) as {
        checks: { watcher: typeof watcher };
      };
      watcher = checks.watcher;
      return watcher?.firstScanDone ?? false;
    });
    if (watcher!.files !== Number(options.files)) throw new Error(`${watcher!.files} files were read`);
    await pause(REST_MS);
    return { name, answersMs, readMs: watcher!.lastScanAtMs - child.startedAtMs, ...(await child.measure()) };
  } finally {
    await child.stop();
  }
}

async function runPlainChokidar(mediaDir: string): Promise<Run> {
  const program = fileURLToPath(new URL('watch/plain-chokidar.mjs', import.meta.url));
  const child = startMeasured(program, [mediaDir], {});
  try {
    const readMs = await new Promise<number>((resolve, reject) => {
      child.process.once('exit', (code) => reject(new Error(`chokidar ended with ${code}`)));
      child.process.on('message', (message: { ready?: boolean }) => {
        if (message.ready) resolve(Date.now() - child.startedAtMs);
      });
    });
    await pause(REST_MS);
    return { name: 'chokidar on files', readMs, ...(await child.measure()) };
  } finally {
    await child.stop();
  }
}

function show(runs: Run[]): string {
  const baseline = runs.at(-1)!;
  const cells = (value: number, than: number, text: string) => [text, ratio(value / than)];
  const head = [
    '',
    'answers s',
    'all read s',
    '',
    'CPU s',
    '',
    'longest block ms',
    '',
    'RSS MB',
    '',
    'peak MB',
    'watches',
    '',
  ];
  const rows = runs.map((run) => [
    run.name,
    run.answersMs === undefined ? '' : seconds(run.answersMs / 1000),
    ...cells(run.readMs, baseline.readMs, seconds(run.readMs / 1000)),
    ...cells(run.cpuSeconds, baseline.cpuSeconds, seconds(run.cpuSeconds)),
    ...cells(run.longestBlockMs, baseline.longestBlockMs, run.longestBlockMs.toFixed(0)),
    ...cells(run.rssMb, baseline.rssMb, run.rssMb.toFixed(0)),
    run.peakRssMb.toFixed(0),
    ...cells(run.inotifyWatches, baseline.inotifyWatches, String(run.inotifyWatches)),
  ]);
  return `${options.files} files in ${options.folders} folders, and the media folder itself\n\n${table(head, rows)}`;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo().catch(() => false))) await pause(LOOK_MS);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
