/**
 * How long visitors wait while the background renders: share pages and media segments of a file that is
 * complete, one request after the other, on an idle appliance and on one that encodes; ratios of the two.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fetchBytes, readMediaPlaylist, readMultivariant } from '../../test/support/stream.js';
import { startBuilt } from './parts/appliance.js';
import { makeInputs, recipes } from './parts/inputs.js';
import { ratio, table } from './parts/table.js';
import { warmUp } from './parts/warm.js';

const HELP = `bench/latency: what visitors notice of rendering

  npm run build && npx tsx scripts/bench/latency.ts [--requests 600] [--dir FOLDER]

  --requests  of each kind, one every 10 ms at most
  --dir       where the films are kept once they are made (default: in the temp folder)

A small clip is complete and shared. Asked for, in turn: its share page, a copied segment (packaged from the
original at each request that finds none in memory) and an encoded one (read from the disk). First with nothing
else to do, then while an HEVC film is rendered. Baseline: idle, in the same run. Ratios are rendering / idle.`;

const PAUSE_MS = 10;

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    requests: { type: 'string', default: '600' },
    dir: { type: 'string', default: join(tmpdir(), 'lanternshare-bench-films') },
  },
});

if (options.help) console.log(HELP);
else await bench();

async function bench(): Promise<void> {
  const wanted = recipes(false).filter(({ file }) => ['hevc-60.mp4', 'h264-60.mp4'].includes(file));
  const films = await makeInputs(options.dir, wanted, console.error);
  const filmOf = (codec: string) => films.find(({ file }) => file.includes(codec))!.file;
  const appliance = await startBuilt(options.dir);
  try {
    await warmUp(appliance, options.dir);
    const { path } = await appliance.drop(filmOf('h264'));
    const file = await appliance.waitForFile(path, ({ render_progress: progress }) => progress === 1);
    const { share_url: page, stream_url: stream } = await appliance.share(file.id);
    const { variants } = await readMultivariant(stream);
    const playlists = await Promise.all(variants.map(({ uri }) => readMediaPlaylist(uri)));
    const copied = playlists[0]!.segments;
    const encoded = playlists.at(-1)!.segments;
    const measureAll = async () => [
      await measure(() => page),
      await measure((i) => copied[i % copied.length]!),
      await measure((i) => encoded[i % encoded.length]!),
    ];
    const idle = await measureAll();
    await appliance.drop(filmOf('hevc'));
    const rendering = await measureAll();
    const rows = ['share page', 'copied segment', 'encoded segment'].map((name, i) =>
      rowOf(name, idle[i]!, rendering[i]!),
    );
    const head = ['milliseconds', 'idle p50', 'p99', 'rendering p50', 'p99', 'p50', 'p99'];
    console.log(table(head, rows));
  } finally {
    await appliance.stop();
  }
}

/** Milliseconds of each request, in ascending order. */
async function measure(urlOf: (i: number) => string): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < Number(options.requests); i++) {
    const startMs = performance.now();
    await fetchBytes(urlOf(i));
    found.push(performance.now() - startMs);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return found.sort((a, b) => a - b);
}

function rowOf(name: string, idle: number[], rendering: number[]): string[] {
  const at = (sorted: number[], part: number) => sorted[Math.floor(part * (sorted.length - 1))]!;
  const pairs = [0.5, 0.99].map((part) => [at(idle, part), at(rendering, part)] as const);
  return [
    name,
    ...pairs.map(([quiet]) => quiet.toFixed(1)),
    ...pairs.map(([, busy]) => busy.toFixed(1)),
    ...pairs.map(([quiet, busy]) => ratio(busy / quiet)),
  ];
}
