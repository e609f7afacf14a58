/**
 * What a complete ladder costs: CPU time and bytes of the appliance, from the dropped file to the last
 * background segment, against ffmpeg's one-liner and against one ffmpeg run for each rendition.
 */
import { readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBuilt, type ApiFile, type ApiRendition } from './parts/appliance.js';
import { timeOneLiner, timeOneRun, timeSeparateRuns } from './parts/baseline.js';
import { makeInputs, recipes, type Input } from './parts/inputs.js';
import { cpuSecondsOf } from './parts/process-time.js';
import { ratio, seconds, table } from './parts/table.js';

const HELP = `bench/ladder: CPU seconds and bytes until a film is completely rendered

  npm run build && npx tsx scripts/bench/ladder.ts [--dir FOLDER] [--only TEXT] [--quick]

  --dir    where the films are kept once they are made (default: in the temp folder)
  --only   only films whose title contains this text
  --quick  films of 12 s

Ours: CPU of the appliance and all its children, from the rename into the media folder until the API says
that everything is rendered (probe, index, poster and checks included); bytes on disk.
Baselines, in the same run: the one-liner (ffmpeg -i in -f hls: one full-size rendition with its defaults),
one ffmpeg for the whole of the same ladder, and one ffmpeg run for each rendition of it. Ratios are ours / theirs.`;

/** Each look costs the appliance CPU time too, which is not the film's. */
const LOOK_MS = 500;

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    dir: { type: 'string', default: join(tmpdir(), 'lanternshare-bench-films') },
    only: { type: 'string', default: '' },
  },
});

if (options.help) console.log(HELP);
else await bench();

async function bench(): Promise<void> {
  const length = options.quick ? 12 : 60;
  const wanted = recipes(options.quick)
    .filter(({ file }) => [`h264-${length}.mp4`, `hevc-${length}.mp4`].includes(file))
    .filter(({ title }) => title.includes(options.only));
  const films = await makeInputs(options.dir, wanted, console.error);
  const rows: string[][] = [];
  for (const film of films) {
    console.error(`measuring ${film.title} …`);
    const ours = await measureOurs(film);
    // Only what is made in the background: what is made for a viewer alone is in neither sum.
    const ladder = ours.renditions.filter((rendition) => rendition.bytes > 0 || rendition.method === 'copy');
    const line = await timeOneLiner(options.dir, film);
    const oneRun = await timeOneRun(options.dir, film, ladder);
    const separate = await timeSeparateRuns(options.dir, film, ladder);
    rows.push([
      film.title,
      seconds(ours.cpuSeconds),
      ...[line, oneRun, separate].flatMap((baseline) => [
        seconds(baseline.cpuSeconds),
        ratio(ours.cpuSeconds / baseline.cpuSeconds),
      ]),
      ...[megabytes(ours.bytesOnDisk), megabytes(ours.filmBytes)],
    ]);
    console.log(`${film.title}:`);
    for (const { id, method, width, height, bytes } of ours.renditions)
      console.log(
        `  ${id.padEnd(6)} ${method.padEnd(6)} ${width ? `${width}×${height}` : ''} ${bytes} bytes`,
      );
  }
  const head = [
    'CPU seconds',
    'ours',
    'one-liner',
    '',
    'one run',
    '',
    'N runs',
    '',
    'MB on disk',
    'MB original',
  ];
  console.log(`\n${table(head, rows)}`);
}

async function measureOurs(film: Input) {
  const appliance = await startBuilt(options.dir);
  try {
    const before = await cpuSecondsOf(appliance.pid);
    const { path } = await appliance.drop(film.file);
    const isWhole = (file: ApiFile) => file.render_progress === 1;
    const file = await appliance.waitForFile(path, isWhole, LOOK_MS);
    const cpuSeconds = (await cpuSecondsOf(appliance.pid)) - before;
    const bytesOnDisk = await bytesBelow(join(appliance.dataDir, 'renditions'));
    const renditions: ApiRendition[] = (await appliance.file(file.id)).renditions ?? [];
    return { cpuSeconds, bytesOnDisk, renditions, filmBytes: (await stat(film.file)).size };
  } finally {
    await appliance.stop();
  }
}

async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
