/**
 * From a complete file to its playlist, its first segment and its first frame in a browser, and a cold jump
 * to three quarters; against ffmpeg making the same ladder before anything is served. All in one run.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { fetchBytes, readMediaPlaylist, readMultivariant } from '../../test/support/stream.js';
import { startBuilt, type ApiRendition, type BenchedAppliance } from './parts/appliance.js';
import { MEASURED_SECONDS, timeOneRun } from './parts/baseline.js';
import { makeInputs, recipes, type Input } from './parts/inputs.js';
import { median, ratio, seconds, table } from './parts/table.js';
import { warmUp } from './parts/warm.js';
import { openViewer, type Viewer } from './parts/viewer.js';

const HELP = `bench/playable: from a complete file to its first frame

  npm run build && npx tsx scripts/bench/playable.ts [--runs 3] [--dir FOLDER] [--only TEXT] [--quick]

  --runs   how often each film is measured, each time on a new appliance; the median counts
  --dir    where the films are kept once they are made (about 7 GB; default: in the temp folder)
  --only   only films whose title contains this text
  --quick  films of 12 s, one run: does it work at all?

The appliance is warm: it has shown a small clip before. From the moment at which a file is renamed into the
media folder, seconds to
  playlist  the complete media playlist was served
  segment   initialisation section and first segment of what a player starts with were served, and decode
  frame     a warm Chromium, opening the share page as soon as the share exists, shows the first frame
and from there
  seek      a frame at 3/4 of the film, which nobody has asked for before.
Baseline: one ffmpeg -f hls that makes the same ladder, after which everything is there at once; of films
over ${MEASURED_SECONDS} s it makes the first ${MEASURED_SECONDS} s, and the time is scaled. Ratios are ours / baseline.`;

const SEEK_TO = 0.75;

interface Figures {
  playlist: number;
  segment: number;
  frame: number;
  seek: number;
}

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    runs: { type: 'string' },
    dir: { type: 'string', default: join(tmpdir(), 'lanternshare-bench-films') },
    only: { type: 'string', default: '' },
  },
});

if (options.help) console.log(HELP);
else await bench();

async function bench(): Promise<void> {
  const runs = Number(options.runs ?? (options.quick ? 1 : 3));
  const wanted = recipes(options.quick).filter(({ title }) => title.includes(options.only));
  const films = await makeInputs(options.dir, wanted, console.error);
  const rows: string[][] = [];
  for (const film of films) {
    console.error(`measuring ${film.title} …`);
    const found: Figures[] = [];
    let renditions: ApiRendition[] = [];
    for (let run = 0; run < runs; run++) {
      const [served, shown] = [await measureServed(film), await measureShown(film)];
      renditions = served.renditions;
      found.push({ ...served.figures, ...shown });
    }
    const baseline = await timeOneRun(options.dir, film, renditions);
    rows.push(rowOf(film, found, baseline.wallSeconds, baseline.isScaled));
  }
  const head = [
    'seconds',
    'playlist',
    'segment',
    'frame',
    'seek',
    'baseline',
    'playlist',
    'segment',
    'frame',
  ];
  console.log(table(head, rows));
  console.log(
    `\nMedian of ${runs}. The last three columns are ratios to the baseline. ~ scaled from ${MEASURED_SECONDS} s.`,
  );
}

function rowOf(film: Input, found: Figures[], baseline: number, isScaled: boolean): string[] {
  const of = (key: keyof Figures) => median(found.map((figures) => figures[key])) / 1000;
  return [
    film.title,
    ...(['playlist', 'segment', 'frame', 'seek'] as const).map((key) => seconds(of(key))),
    `${isScaled ? '~' : ''}${seconds(baseline)}`,
    ...(['playlist', 'segment', 'frame'] as const).map((key) => ratio(of(key) / baseline)),
  ];
}

/** Without a browser: nothing but the requests that are measured. */
async function measureServed(film: Input) {
  return withAppliance(async (appliance) => {
    const { path, atMs } = await appliance.drop(film.file);
    const file = await appliance.waitForFile(path, isPlayable);
    const { stream_url: streamUrl } = await appliance.share(file.id);
    const { variants } = await readMultivariant(streamUrl);
    const playlist = await readMediaPlaylist(variants[0]!.uri);
    if (!playlist.isComplete) throw new Error(`the playlist of ${film.title} is not complete`);
    const playlistAtMs = performance.now();
    const bytes = await Promise.all([playlist.init!, playlist.segments[0]!].map((url) => fetchBytes(url)));
    const segmentAtMs = performance.now();
    await mustDecode(bytes);
    return {
      figures: { playlist: playlistAtMs - atMs, segment: segmentAtMs - atMs },
      renditions: (await appliance.file(file.id)).renditions ?? [],
    };
  });
}

async function measureShown(film: Input) {
  return withAppliance(async (appliance) => {
    const viewer: Viewer = await openViewer(`${appliance.url}/login`);
    try {
      const { path, atMs } = await appliance.drop(film.file);
      const file = await appliance.waitForFile(path, isPlayable);
      const { share_url: shareUrl } = await appliance.share(file.id);
      const frame = (await viewer.firstFrame(shareUrl)) - atMs;
      return { frame, seek: await viewer.seek(SEEK_TO) };
    } finally {
      await viewer.close();
    }
  });
}

function isPlayable({ status }: { status: string }): boolean {
  return status === 'completed';
}

async function withAppliance<T>(measure: (appliance: BenchedAppliance) => Promise<T>): Promise<T> {
  const appliance = await startBuilt(options.dir);
  try {
    await warmUp(appliance, options.dir);
    return await measure(appliance);
  } finally {
    await appliance.stop();
  }
}

/** The first segment is worth nothing unless a decoder yields something from it. */
async function mustDecode(parts: Buffer[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lanternshare-segment-'));
  try {
    const path = join(folder, 'segment.mp4');
    await writeFile(path, Buffer.concat(parts));
    const { stdout, stderr } = await promisify(execFile)('ffmpeg', [
      ...['-v', 'error', '-nostdin', '-i', path, '-f', 'framecrc', '-'],
    ]);
    const frames = stdout.split('\n').filter((line) => /^\d/.test(line)).length;
    if (stderr !== '' || frames === 0) throw new Error(`the first segment does not decode: ${stderr}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
