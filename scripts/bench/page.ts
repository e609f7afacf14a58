/**
 * What a visitor's browser fetches to show a share page for the first time, and how soon the first picture of a
 * rendered 1080p film is there; against a bare page of <video> and hls.js on the same stream. All in one run.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants } from 'node:zlib';
import type { Browser, Request } from 'playwright-core';
import { projectRoot } from '../../server/base/files.js';
import { launchChromium } from '../../test/support/chromium.js';
import { startBuilt } from './parts/appliance.js';
import { makeInputs, recipes } from './parts/inputs.js';
import { median, table } from './parts/table.js';
import { warmUp } from './parts/warm.js';

const HELP = `bench/page: the first load of a share page

  npm run build && npx tsx scripts/bench/page.ts [--runs 7] [--dir FOLDER] [--quick]

  --runs   loads of each page, in turns, each in a browser that knows nothing yet; the median counts
  --dir    where the film is kept once it is made (default: in the temp folder)
  --quick  a film of 12 s, two runs: does it work at all?

Of each page, without what is media (playlists, initialisation sections, segments):
  requests, KB   until the first picture, and in all once the page has come to rest
  media KB       until the first picture
  picture        milliseconds from the start of the navigation to the first picture of the film
  controls       the same to the player's own controls
Baseline "bare": a page of nothing but a video element and hls.js with its usual settings, compressed alike.`;

const MEDIA = /\/hls\/.*\.(m3u8|mp4|m4s|vtt)$/;
const REST_MS = 1500;

interface Load {
  before: { requests: number; kb: number; mediaKb: number };
  all: { requests: number; kb: number };
  pictureMs: number;
  controlsMs: number;
}

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    runs: { type: 'string' },
    dir: { type: 'string', default: join(tmpdir(), 'lanternshare-bench-films') },
  },
});

if (options.help) console.log(HELP);
else await bench();

async function bench(): Promise<void> {
  const runs = Number(options.runs ?? (options.quick ? 2 : 7));
  const [film] = await makeInputs(options.dir, recipes(options.quick).slice(0, 1), console.error);
  const appliance = await startBuilt(options.dir);
  const browser = await launchChromium();
  try {
    await warmUp(appliance, options.dir);
    const { path } = await appliance.drop(film!.file);
    console.error(`rendering ${film!.title} …`);
    const file = await appliance.waitForFile(path, ({ render_progress: progress }) => progress === 1);
    const { share_url: shareUrl, stream_url: streamUrl } = await appliance.share(file.id);
    const bare = await serveBare(streamUrl);
    const pages: [string, string][] = [
      ['share page', `${shareUrl}?autoplay=1&muted=1`],
      ['embed', `${shareUrl}?layout=minimal&autoplay=1&muted=1`],
      ['bare', bare.url],
    ];
    await measure(browser, shareUrl); // the first load of all is Chromium's own
    const loads = new Map<string, Load[]>(pages.map(([name]) => [name, []]));
    for (let run = 0; run < runs; run++) {
      for (const [name, url] of pages) loads.get(name)!.push(await measure(browser, url));
    }
    bare.close();
    print(loads, runs);
  } finally {
    await browser.close();
    await appliance.stop();
  }
}

/** In a context of its own: nothing is in its cache. */
async function measure(browser: Browser, url: string): Promise<Load> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  const page = await context.newPage();
  const finished: { request: Request; atMs: number }[] = [];
  page.on('requestfinished', (request) => finished.push({ request, atMs: Date.now() }));
  await page.addInitScript({ path: join(projectRoot(), 'scripts/bench/parts/in-page.js') });
  await page.goto(url, { waitUntil: 'commit' });
  const shownAtMs = url.includes('autoplay')
    ? await page.evaluate<number>('benchViewer.whenShown()')
    : (await page.waitForSelector('video'), Date.now());
  const originMs = await page.evaluate<number>('performance.timeOrigin');
  await page.waitForTimeout(REST_MS);
  const controlsMs = await page.evaluate<number>(
    `performance.getEntriesByType('resource').find(({ name }) => name.endsWith('/controls.js'))?.responseEnd ?? 0`,
  );
  const sized = await Promise.all(
    finished.map(async ({ request, atMs }) => {
      const { responseBodySize, responseHeadersSize } = await request.sizes();
      const isMedia = MEDIA.test(new URL(request.url()).pathname);
      return { isMedia, isBefore: atMs <= shownAtMs, kb: (responseBodySize + responseHeadersSize) / 1000 };
    }),
  );
  await context.close();
  const sum = (list: typeof sized) => list.reduce((total, { kb }) => total + kb, 0);
  const shell = sized.filter(({ isMedia }) => !isMedia);
  const early = sized.filter(({ isBefore }) => isBefore);
  const earlyShell = early.filter(({ isMedia }) => !isMedia);
  return {
    before: {
      requests: earlyShell.length,
      kb: sum(earlyShell),
      mediaKb: sum(early.filter(({ isMedia }) => isMedia)),
    },
    all: { requests: shell.length, kb: sum(shell) },
    pictureMs: shownAtMs - originMs,
    controlsMs,
  };
}

async function serveBare(streamUrl: string): Promise<{ url: string; close(): void }> {
  const hls = readFileSync(createRequire(import.meta.url).resolve('hls.js/dist/hls.min.mjs'));
  const script = brotliCompressSync(hls, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
  const html = `<!doctype html><title>bare</title><video muted autoplay width="1280"></video>
<script type="module">import Hls from './hls.js';
const hls = new Hls(); hls.loadSource(${JSON.stringify(streamUrl)}); hls.attachMedia(document.querySelector('video'));
</script>`;
  const server = createServer((req, res) => {
    if (req.url === '/hls.js') {
      res.writeHead(200, { 'Content-Type': 'text/javascript', 'Content-Encoding': 'br' }).end(script);
    } else if (req.url?.startsWith('/?')) {
      res.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(html);
    } else res.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/?autoplay`;
  return { url, close: () => server.close() };
}

function print(loads: Map<string, Load[]>, runs: number): void {
  const rows = [...loads].map(([name, list]) => {
    const of = (pick: (load: Load) => number) => median(list.map(pick)).toFixed(0);
    return [
      name,
      of(({ before }) => before.requests),
      of(({ before }) => before.kb),
      of(({ all }) => all.requests),
      of(({ all }) => all.kb),
      of(({ before }) => before.mediaKb),
      of(({ pictureMs }) => pictureMs),
      `${Math.min(...list.map((l) => l.pictureMs)).toFixed(0)}–${Math.max(...list.map((l) => l.pictureMs)).toFixed(0)}`,
      of(({ controlsMs }) => controlsMs),
    ];
  });
  const head = [
    'first load',
    'requests',
    'KB',
    'in all',
    'KB',
    'media KB',
    'picture ms',
    'from–to',
    'controls ms',
  ];
  console.log(table(head, rows));
  console.log(`\nMedian of ${runs}; requests and KB until the first picture, then in all; media apart.`);
}
