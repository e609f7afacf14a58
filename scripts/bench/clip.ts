/**
 * What a clip costs: from the API call to its first segment, and CPU time and bytes of all of it, against an ffmpeg
 * that cuts the same range into an HLS stream; and what a thousand clips of one file leave behind.
 */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '../../test/support/random.js';
import { decode, fetchBytes, readMediaPlaylist, readMultivariant } from '../../test/support/stream.js';
import { startBuilt, type BenchedAppliance } from './parts/appliance.js';
import { makeInputs, recipes, type Input } from './parts/inputs.js';
import { cpuSecondsOf, timeFfmpeg } from './parts/process-time.js';
import { median, ratio, seconds, table } from './parts/table.js';

const HELP = `bench/clip: what a clip costs

  npm run build && npx tsx scripts/bench/clip.ts --prepare && npx tsx scripts/bench/clip.ts [--dir FOLDER]

  --quick    two clips of each length, five seconds of ffmpeg, twenty clips in place of a thousand
  --prepare  only render the film wholly (minutes), into a folder that the next run finds
  --dir      where the films are kept once they are made (default: in the temp folder)

A film of 600 s, H.264 1080p with a keyframe every 250 pictures, is complete, with 480p below the copy. Measured: 10
clips of 30 s and 5 of 300 s at random places. "First" is the time from the call that makes the share to the last
byte of the first segment. Baseline: ffmpeg -ss … -to … -f hls with its defaults at the same size, once for 30 s;
longer ones are scaled. Ratios are ours / baseline.`;

const SIZES = { '480p': 480, '1080p (copied)': 1080 };
const SEED = 7;
const PAGE = 100;

interface Cost {
  firstMs: number;
  cpuSeconds: number;
  keptBytes: number;
}

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    prepare: { type: 'boolean', default: false },
    dir: { type: 'string', default: join(tmpdir(), 'lanternshare-bench-films') },
  },
});

const LENGTHS = [
  { seconds: 30, clips: options.quick ? 2 : 10 },
  { seconds: 300, clips: options.quick ? 2 : 5 },
];
const BASELINE_SECONDS = options.quick ? 5 : 30;
const MANY = options.quick ? 20 : 1000;

if (options.help) console.log(HELP);
else await bench();

async function bench(): Promise<void> {
  const wanted = recipes(false).filter(({ file }) => ['h264-60.mp4', 'h264-600.mp4'].includes(file));
  const film = (await makeInputs(options.dir, wanted, console.error)).at(-1)!;
  const appliance = await startBuilt(
    options.dir,
    { LADDER: '480', RENDER_NICE: '0' },
    join(options.dir, 'clips-world'),
  );
  try {
    const fileId = await completeFile(appliance, film);
    if (options.prepare) return;
    const rows: string[][] = [];
    const random = createRandom(SEED);
    for (const [title, height] of Object.entries(SIZES)) {
      const baseline = await measureBaseline(film, height);
      for (const { seconds: length, clips } of LENGTHS) {
        const starts = Array.from({ length: clips }, () => random.between(0, film.seconds - length));
        const ids = await cut(
          appliance,
          fileId,
          starts.map((start) => [start, start + length]),
        );
        const costs: Cost[] = [];
        for (const id of ids) costs.push(await measureClip(appliance, { fileId, id, height }));
        rows.push(rowOf(`${title} ${length} s`, costs, baseline, length / BASELINE_SECONDS));
        console.error(rows.at(-1)!.join('  '));
      }
    }
    console.log(table(['median of each', 'first', 'CPU s', 'ffmpeg', '', 'MB kept', 'ffmpeg', ''], rows));
    console.log(await measureMany(appliance, fileId, film));
  } finally {
    await appliance.stop();
  }
}

async function completeFile(appliance: BenchedAppliance, film: Input): Promise<string> {
  const { data } = await appliance.api<{ data: { id: string; path: string }[] }>('GET', '/files?limit=1');
  const path = data[0]?.path ?? (await appliance.drop(film.file)).path;
  return (await appliance.waitForFile(path, ({ render_progress: progress }) => progress === 1)).id;
}

/** Segments of the file, in the order of `ranges`. */
async function cut(
  appliance: BenchedAppliance,
  fileId: string,
  ranges: (readonly [start: number, end: number])[],
): Promise<string[]> {
  const segments = ranges.map(([start, end]) => ({ start_time: rounded(start), end_time: rounded(end) }));
  const { segmentation_id: id } = await appliance.api<{ segmentation_id: string }>(
    ...(['POST', `/files/${fileId}/segmentations`] as const),
    { strategy: 'manual', manual_config: { segments } },
  );
  const ids: string[] = [];
  while (ids.length < ranges.length) {
    const page = `/segmentations/${id}?limit=${PAGE}&offset=${ids.length}`;
    const found = await appliance.api<{ data: { segments: { id: string }[] } }>('GET', page);
    ids.push(...found.data.segments.map((segment) => segment.id));
  }
  return ids;
}

function shareClip(appliance: BenchedAppliance, fileId: string, id: string) {
  return appliance.api<{ stream_url: string }>('POST', '/share', { file_id: fileId, file_segment_id: id });
}

async function measureClip(
  appliance: BenchedAppliance,
  { fileId, id, height }: { fileId: string; id: string; height: number },
): Promise<Cost> {
  const before = await Promise.all([cpuSecondsOf(appliance.pid), keptBytes(appliance)]);
  const startMs = performance.now();
  const { stream_url: stream } = await shareClip(appliance, fileId, id);
  const { variants, media } = await readMultivariant(stream);
  const variant = variants.find(({ attributes }) => attributes['RESOLUTION']?.endsWith(`x${height}`));
  if (!variant) throw new Error(`no rendition of ${height} lines`);
  const pictures = await readMediaPlaylist(variant.uri);
  await fetchBytes(pictures.init!);
  await fetchBytes(pictures.segments[0]!);
  const firstMs = performance.now() - startMs;
  const sound = await readMediaPlaylist(media.find(({ TYPE }) => TYPE === 'AUDIO')!['URI']!);
  for (const url of [...pictures.segments.slice(1), ...sound.segments]) await fetchBytes(url);
  const after = await Promise.all([cpuSecondsOf(appliance.pid), keptBytes(appliance)]);
  const { errors } = await decode(variant.uri, ['-t', '1']);
  if (errors) throw new Error(errors);
  return { firstMs, cpuSeconds: after[0] - before[0], keptBytes: after[1] - before[1] };
}

async function measureBaseline(
  { file }: Input,
  height: number,
): Promise<{ cpuSeconds: number; bytes: number }> {
  const folder = await mkdtemp(join(options.dir, '.baseline-'));
  try {
    const range = ['-ss', '100.3', '-to', String(100.3 + BASELINE_SECONDS)];
    const size = height === 1080 ? [] : ['-vf', `scale=-2:${height}`];
    const args = [...range, '-i', `file:${file}`, ...size, '-f', 'hls', '-hls_list_size', '0', 'index.m3u8'];
    const { cpuSeconds } = await timeFfmpeg(folder, args);
    return { cpuSeconds, bytes: await bytesBelow(folder) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function rowOf(
  title: string,
  costs: readonly Cost[],
  baseline: { cpuSeconds: number; bytes: number },
  times: number,
): string[] {
  const cpuSeconds = median(costs.map((cost) => cost.cpuSeconds));
  const bytes = median(costs.map((cost) => cost.keptBytes));
  const theirs = { cpuSeconds: baseline.cpuSeconds * times, bytes: baseline.bytes * times };
  return [
    ...[title, `${seconds(median(costs.map(({ firstMs }) => firstMs)) / 1000)} s`],
    ...[seconds(cpuSeconds), seconds(theirs.cpuSeconds), ratio(cpuSeconds / theirs.cpuSeconds)],
    ...[megabytes(bytes), megabytes(theirs.bytes), ratio(bytes / theirs.bytes)],
  ];
}

async function measureMany(appliance: BenchedAppliance, fileId: string, film: Input): Promise<string> {
  const before = await Promise.all([bytesBelow(appliance.dataDir, /\.db/), keptBytes(appliance)]);
  const starts = Array.from({ length: MANY }, (_, i) => (i * (film.seconds - 10)) / MANY);
  const startMs = performance.now();
  const ids = await cut(
    appliance,
    fileId,
    starts.map((start) => [start, start + 10]),
  );
  for (const id of ids) await shareClip(appliance, fileId, id);
  const ms = (performance.now() - startMs) / MANY;
  const after = await Promise.all([bytesBelow(appliance.dataDir, /\.db/), keptBytes(appliance)]);
  const [database, disk] = after.map((bytes, i) => Math.round((bytes - before[i]!) / MANY));
  return `${MANY} clips of one file, made and shared: ${ms.toFixed(1)} ms, ${database} bytes of database and ${disk} of disk each`;
}

function keptBytes({ dataDir }: BenchedAppliance): Promise<number> {
  return bytesBelow(join(dataDir, 'renditions'));
}

async function bytesBelow(folder: string, name = /./): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && name.test(entry.name));
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2);
}
