/** Proves an image: starts its root file system with no settings, drops a file in, shares it, plays it to the end. */
import { chmod, copyFile, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeClip } from '../test/support/clips.js';
import { decode, fetchBytes, readMediaPlaylist, readMultivariant } from '../test/support/stream.js';
import { buildImage, findTool, openImage } from './check-image/image.js';
import { startMachine, type Machine } from './check-image/machine.js';

const HELP = `npx tsx scripts/check-image.ts — does the image work?

  npx tsx scripts/check-image.ts [NAME]          takes that image (default: lanternshare)
  npx tsx scripts/check-image.ts --build [NAME]  builds it first, with podman or docker
  npx tsx scripts/check-image.ts --help          this text

Needs root, since it starts the image by chroot, and port 8080. Everything it makes is removed again.`;

const CLIP_SECONDS = 6;
const PORT = 8080;
const USER_ID = 1000;

if (process.argv.includes('--help')) {
  console.log(HELP);
} else {
  await checkImage();
}

async function checkImage(): Promise<void> {
  const name = process.argv.slice(2).find((argument) => !argument.startsWith('-')) ?? 'lanternshare';
  const tool = await findTool();
  if (process.argv.includes('--build')) await buildImage(tool, name);
  const image = await openImage(tool, name);
  const root = await mkdtemp(join(tmpdir(), 'lanternshare-image-'));
  try {
    await chmod(root, 0o755); // it is the unprivileged user's root folder
    await image.unpack(root);
    const machine = startMachine(image, root);
    try {
      await play(machine, root);
    } catch (error) {
      console.error(machine.output());
      throw error;
    } finally {
      machine.kill();
    }
  } finally {
    await rm(root, { recursive: true, force: true });
  }
  console.log(`ok  ${name}: ${(image.sizeBytes / 1e6).toFixed(0)} MB, the base image included`);
}

async function play(machine: Machine, root: string): Promise<void> {
  const url = `http://127.0.0.1:${PORT}`;
  const [, apiKey] = await machine.waitFor(/API key.*\s(ls_\S+)/);
  say('it starts with no settings and prints an API key');
  const { uid } = await stat(join(root, 'data/lanternshare.db'));
  expect(uid === USER_ID, `the database belongs to ${uid}, not to ${USER_ID}`);
  await machine.exec('node', '/app/scripts/healthcheck.mjs');
  say('it runs unprivileged and finds itself healthy');
  await machine.exec('node', '/app/dist/scripts/doctor.js').catch((error: { stdout?: string }) => {
    // The port is the appliance's own, so nothing may be wrong.
    throw new Error(`the doctor is not content:\n${error.stdout}`);
  });
  say('its doctor is content');

  const clip = await makeClip({ seconds: CLIP_SECONDS, width: 1280, height: 720, frameCounter: false });
  await copyFile(clip, join(root, 'media/.clip.tmp'));
  await rename(join(root, 'media/.clip.tmp'), join(root, 'media/clip.mp4'));
  const file = await until(async () => {
    const { data } = await api(url, apiKey!, 'GET', '/files?status=completed');
    return (data as { id: string }[])[0];
  });
  say('a file that was dropped in is playable');

  const share = await api(url, apiKey!, 'POST', '/share', { file_id: file.id });
  const streamUrl = String(share['stream_url']);
  const { variants, media } = await readMultivariant(streamUrl);
  for (const uri of [...variants.map((variant) => variant.uri), ...media.map((group) => group['URI']!)]) {
    const playlist = await readMediaPlaylist(uri);
    expect(Math.abs(playlist.seconds - CLIP_SECONDS) < 0.1, `${uri} lasts ${playlist.seconds} s`);
    await Promise.all([playlist.init!, ...playlist.segments].map((segment) => fetchBytes(segment)));
    const played = await decode(uri);
    expect(played.errors === '', `ffmpeg complains of ${uri}: ${played.errors}`);
  }
  const played = await decode(streamUrl);
  expect(Math.abs(played.seconds - CLIP_SECONDS) < 0.1, `the stream plays ${played.seconds} s`);
  say(`its share plays to the end: ${variants.length} video renditions, ${media.length} of sound`);
  const page = await fetchBytes(String(share['share_url']).replace(/^https?:\/\/[^/]+/, url));
  expect(page.includes('<video'), 'the share page has no player');
  for (const [, asset] of page.toString('utf8').matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
    await fetchBytes(url + asset!);
  }
  say('the share page and all that it loads is there');

  const code = await machine.stop();
  expect(code === 0 || code === 143, `it ended with ${code} after SIGTERM`);
  say('it ends when it is asked to');
}

function expect(condition: boolean, fault: string): asserts condition {
  if (!condition) throw new Error(fault);
}

function say(text: string): void {
  console.log(`ok  ${text}`);
}

async function api(url: string, key: string, method: string, path: string, body?: object) {
  const response = await fetch(`${url}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  const deadlineMs = Date.now() + 30_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadlineMs) throw new Error('the dropped file did not become playable within 30 s');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
