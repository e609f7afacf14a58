/** An appliance that has been running for a while: it has published, shared, shown and served a file before. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fetchBytes, readMediaPlaylist, readMultivariant } from '../../../test/support/stream.js';
import type { BenchedAppliance } from './appliance.js';

const SECONDS = 4;

/** `folder` is where the films are. Resolves when its background has nothing to do any more. */
export async function warmUp(appliance: BenchedAppliance, folder: string): Promise<void> {
  const { path } = await appliance.drop(await makeClip(folder));
  const file = await appliance.waitForFile(path, ({ status }) => status === 'completed');
  const { share_url: shareUrl, stream_url: streamUrl } = await appliance.share(file.id);
  await fetchBytes(shareUrl);
  const { variants } = await readMultivariant(streamUrl);
  const playlist = await readMediaPlaylist(variants[0]!.uri);
  for (const url of [playlist.init!, ...playlist.segments]) await fetchBytes(url);
  await appliance.waitForFile(path, ({ render_progress: progress }) => progress === 1);
}

async function makeClip(folder: string): Promise<string> {
  const path = join(folder, 'warm.mp4');
  if (existsSync(path)) return path;
  await promisify(execFile)('ffmpeg', [
    ...['-v', 'error', '-nostdin', '-y', '-f', 'lavfi', '-i', `testsrc2=s=640x360:r=30:d=${SECONDS}`],
    ...[
      '-f',
      'lavfi',
      '-i',
      `sine=d=${SECONDS}`,
      '-c:v',
      'libx264',
      '-pix_fmt',
      'yuv420p',
      '-c:a',
      'aac',
      path,
    ],
  ]);
  return path;
}
