/** Pictures of every page and state for docs/screenshots: on a desktop and a phone, by day and by night. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import type { Browser, BrowserContext } from 'playwright-core';
import { projectRoot } from '../server/base/files.js';
import { launchChromium } from '../test/support/chromium.js';
import { bundle } from './bundle.mjs';
import { EMPTY, fillWorld, type Scene } from './screenshots/scenes.js';
import { openWorld } from './screenshots/world.js';

const HELP = `npx tsx scripts/screenshots.ts — takes the pictures of docs/screenshots

  --only WORDS  those whose name has one of these words, separated by commas
  --dir FOLDER  puts them there
  --help        this text

One picture of each state: desktop light and dark, phone light and dark, side by side; some also by themselves.
Needs ffmpeg and Chromium.`;

const VIEWS = [
  { width: 1280, height: 800, colorScheme: 'light' },
  { width: 1280, height: 800, colorScheme: 'dark' },
  { width: 390, height: 800, colorScheme: 'light' },
  { width: 390, height: 800, colorScheme: 'dark' },
] as const;
const SHOWN_HEIGHT = 640;
const MOST_BYTES = 100_000;
/** Posters and previews are there by then, and what moves has come to rest. */
const REST_MS = 1200;

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    dir: { type: 'string', default: join(projectRoot(), 'docs/screenshots') },
  },
});

if (options.help) console.log(HELP);
else await takeAll();

async function takeAll(): Promise<void> {
  await mkdir(options.dir, { recursive: true });
  await bundle();
  const [world, browser] = await Promise.all([openWorld(), launchChromium()]);
  const parts = await mkdtemp(join(tmpdir(), 'lanternshare-pictures-'));
  const take = async (scenes: Scene[], cookies: Cookies) => {
    const words = options.only.split(','); // no word: all of them
    for (const scene of scenes.filter(({ name }) => words.some((word) => name.includes(word)))) {
      await takeOne(browser, world.url, scene, cookies, parts);
    }
  };
  try {
    await take([{ name: 'set-up', path: world.setupPath, isStranger: true }], []);
    const cookies = await setUp(browser, world.url + world.setupPath);
    await take([{ name: 'sign-in', path: '/login', isStranger: true }], []);
    await take(EMPTY, cookies);
    await take(await fillWorld(world), cookies);
  } finally {
    await browser.close();
    await world.close();
    await rm(parts, { recursive: true });
  }
}

async function setUp(browser: Browser, url: string): Promise<Cookies> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  await page.getByLabel('User name').fill('owner');
  await page.getByLabel('Password').fill('lantern light');
  await page.getByRole('button', { name: 'Create the account' }).click();
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  const cookies = await context.cookies();
  await context.close();
  return cookies;
}

async function takeOne(
  browser: Browser,
  url: string,
  scene: Scene,
  cookies: Cookies,
  parts: string,
): Promise<void> {
  const pictures: string[] = [];
  for (const [n, { width, height, colorScheme }] of VIEWS.entries()) {
    const viewport = { width, height };
    const context = await browser.newContext({
      viewport,
      colorScheme,
      javaScriptEnabled: !scene.hasNoScripts,
    });
    if (!scene.isStranger) await context.addCookies(cookies);
    const page = await context.newPage();
    await page.goto(url + scene.path, { waitUntil: 'load' });
    await scene.act?.(page);
    await page.waitForTimeout(REST_MS);
    const path = join(parts, `${n}.png`);
    await page.screenshot({ path });
    pictures.push(path);
    await context.close();
  }
  const sheet = await joinSheet(pictures, parts);
  await save(sheet, join(options.dir, `${scene.name}.webp`));
  if (scene.shown !== undefined) {
    await save(pictures[scene.shown]!, join(options.dir, `shown-${scene.name}.webp`));
  }
  console.log(scene.name);
}

/** All views side by side, with a little air. */
async function joinSheet(pictures: string[], parts: string): Promise<string> {
  const sheet = join(parts, 'sheet.png');
  const one = (n: number) => `[${n}]scale=-2:${SHOWN_HEIGHT}:flags=lanczos,pad=iw+16:ih:8:0:gray[v${n}]`;
  const row = `${pictures.map((_, n) => `[v${n}]`).join('')}hstack=inputs=${pictures.length}`;
  const graph = [...pictures.map((_, n) => one(n)), row].join(';');
  const inputs = pictures.flatMap((path) => ['-i', path]);
  await ffmpeg(...inputs, '-filter_complex', graph, '-frames:v', '1', '-update', '1', sheet);
  return sheet;
}

/** As good as it can be within the bytes that a picture may have. */
async function save(picture: string, target: string): Promise<void> {
  for (const quality of ['80', '65', '50', '30', '15']) {
    const webp = ['-c:v', 'libwebp', '-quality', quality, '-compression_level', '6'];
    await ffmpeg('-i', picture, '-frames:v', '1', ...webp, target);
    if ((await stat(target)).size <= MOST_BYTES) return;
  }
}

async function ffmpeg(...args: string[]): Promise<void> {
  await promisify(execFile)('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args]);
}
