/** A world to work in: generated media, an account, shares; the appliance restarts when its code or views change. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../server/base/errors.js';
import { projectRoot } from '../server/base/files.js';
import { bundle } from './bundle.mjs';
import { convertClip, makeClip } from '../test/support/clips.js';

const HELP = `npm run dev — the appliance on a world of its own in .dev/, restarted on every change

  npm run dev              starts it and prints addresses, a sign-in and an API key
  npm run dev -- --fresh   forgets the world first
  npm run dev -- --help    this text

PORT and all other settings of README.md may be given as environment variables.`;

const USERNAME = 'dev';
const PASSWORD = 'lantern-light';
const API_KEY = 'ls_dev_0123456789abcdef';

if (process.argv.includes('--help')) {
  console.log(HELP);
} else {
  await live(join(projectRoot(), '.dev'));
}

async function live(world: string): Promise<void> {
  if (process.argv.includes('--fresh')) await rm(world, { recursive: true, force: true });
  const mediaDir = join(world, 'media');
  await mkdir(mediaDir, { recursive: true });
  const port = process.env['PORT'] || '8080';
  await bundle();
  const bundling = spawn(process.execPath, [join(projectRoot(), 'scripts/bundle.mjs'), '--watch'], {
    cwd: projectRoot(),
    stdio: ['pipe', 'inherit', 'inherit'], // it ends with its input
  });
  const child = spawn(
    join(projectRoot(), 'node_modules/.bin/tsx'),
    [
      'watch',
      '--clear-screen=false',
      '--include',
      'views/**',
      '--include',
      'dist/public/**',
      'server/main.ts',
    ],
    {
      cwd: projectRoot(),
      stdio: 'inherit',
      env: {
        LOG_LEVEL: 'info',
        ADMIN_USERNAME: USERNAME,
        ADMIN_PASSWORD: PASSWORD,
        API_KEY,
        ...process.env,
        PORT: port,
        MEDIA_DIR: mediaDir,
        DATA_DIR: join(world, 'data'),
      },
    },
  );
  child.once('exit', (code) => {
    bundling.kill();
    process.exit(code ?? 1);
  });
  process.on('SIGINT', () => {}); // the terminal asks the child itself; this process ends after it
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  try {
    await seed(mediaDir);
    const url = `http://localhost:${port}`;
    console.log(await introduce(url));
  } catch (error) {
    console.error(messageOf(error));
  }
}

/** What is there stays; so deleting a file by hand and starting again brings it back. */
async function seed(mediaDir: string): Promise<void> {
  const seconds = 20;
  const size = { width: 1920, height: 1080 };
  const plain = await makeClip({ name: 'plain.mp4', seconds, ...size });
  const makers: Record<string, () => Promise<string>> = {
    'Harbour (H.264).mp4': () => Promise.resolve(plain),
    'Films/Mountains (HEVC).mkv': () =>
      convertClip(plain, 'hevc.mkv', [
        '-c:v',
        'libx265',
        '-preset',
        'ultrafast',
        '-x265-params',
        'log-level=error',
      ]),
    'Films/Portrait phone.mp4': () => convertClip(plain, 'portrait.mp4', ['-vf', 'scale=-2:540,transpose=1']),
    'Music/Song with a cover.mp3': async () =>
      convertClip([plain, await stillOf(plain)], 'song.mp3', [
        ...['-map', '0:a', '-map', '1:v', '-c:a', 'libmp3lame', '-c:v', 'copy', '-id3v2_version', '3'],
        ...['-disposition:v', 'attached_pic', '-metadata', 'title=Song', '-metadata', 'artist=Nobody'],
      ]),
    'Cut off.mp4': async () => {
      const path = join(mediaDir, '.cut-off.mp4');
      await copyFile(plain, path);
      await truncate(path, 100_000);
      return path;
    },
  };
  for (const [name, make] of Object.entries(makers)) {
    const path = join(mediaDir, name);
    if (existsSync(path)) continue;
    await mkdir(join(path, '..'), { recursive: true });
    const temporary = join(mediaDir, '.seed.tmp');
    const made = await make();
    await (made.startsWith(mediaDir)
      ? rename(made, path)
      : copyFile(made, temporary).then(() => rename(temporary, path)));
  }
}

function stillOf(clip: string): Promise<string> {
  return convertClip(clip, 'cover.jpg', [
    '-ss',
    '3',
    '-frames:v',
    '1',
    '-vf',
    'scale=600:600',
    '-update',
    '1',
  ]);
}

/** Waits until the seeded files are known, shares what plays, and tells all of it. */
async function introduce(url: string): Promise<string> {
  await until(async () => (await fetch(`${url}/readyz`)).ok);
  let files: { id: string; filename: string; status: string }[] = [];
  await until(async () => {
    files = (await api(url, 'GET', '/files?limit=100')).data as typeof files;
    return files.length >= 5 && files.every(({ status }) => status === 'completed' || status === 'failed');
  });
  const links: [string, string][] = [];
  for (const { id, filename } of files.filter(({ status }) => status === 'completed')) {
    const [existing] = (await api(url, 'GET', `/share?file_id=${id}`)).data as { share_url: string }[];
    const share = existing ?? (await api(url, 'POST', '/share', { file_id: id }));
    links.push([filename, String(share['share_url'])]);
  }
  const lines = [
    ['Library', `${url}/`],
    ['Sign in as', `${USERNAME} / ${PASSWORD}`],
    ['API key', API_KEY],
    ...links,
  ] as [string, string][];
  const width = Math.max(...lines.map(([label]) => label.length));
  return `\n${lines.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`).join('\n')}\n`;
}

async function api(
  url: string,
  method: string,
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return (await response.json()) as Record<string, unknown>;
}

/** The appliance is restarted under our hands, so an answer that does not come is asked for again. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + 120_000;
  while (!(await condition().catch(() => false))) {
    if (Date.now() > deadlineMs) throw new Error('the seeded world did not get ready within two minutes');
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
