/** What people do without an appliance: ffmpeg makes the whole ladder with `-f hls` before anything is served. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createExec } from '../../../server/base/exec.js';
import { silentLog } from '../../../server/base/log.js';
import { openIndex } from '../../../server/media/index/index.js';
import { makePlan } from '../../../server/media/make-plan.js';
import { createProber } from '../../../server/media/probe/index.js';
import type { ApiRendition } from './appliance.js';
import type { Input } from './inputs.js';
import { timeFfmpeg, type Timed } from './process-time.js';

/** Longer films are measured on their beginning and scaled. */
export const MEASURED_SECONDS = 60;
const HDR_TO_SDR =
  'zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,';

export interface Ladder extends Timed {
  /** Wall time was scaled up from the first MEASURED_SECONDS. */
  isScaled: boolean;
}

/** One ffmpeg with an output for each rendition: decoding once, the way it is usually written. */
export async function timeOneRun(
  folder: string,
  input: Input,
  renditions: readonly ApiRendition[],
): Promise<Ladder> {
  const limits = await limitsOf(input);
  return measured(folder, input, async (world) => {
    const outputs = made(renditions).flatMap((rendition) => outputOf(rendition, input, limits));
    return timeFfmpeg(world, [...inputOf(input), ...outputs]);
  });
}

/** One ffmpeg after another, one for each rendition. */
export async function timeSeparateRuns(
  folder: string,
  input: Input,
  renditions: readonly ApiRendition[],
): Promise<Ladder> {
  const limits = await limitsOf(input);
  return measured(folder, input, async (world) => {
    const total: Timed = { wallSeconds: 0, cpuSeconds: 0 };
    for (const rendition of made(renditions)) {
      const run = await timeFfmpeg(world, [...inputOf(input), ...outputOf(rendition, input, limits)]);
      total.wallSeconds += run.wallSeconds;
      total.cpuSeconds += run.cpuSeconds;
    }
    return total;
  });
}

/** The line that everyone knows: one rendition of full size with ffmpeg's defaults. */
export async function timeOneLiner(folder: string, input: Input): Promise<Ladder> {
  return measured(folder, input, (world) =>
    timeFfmpeg(world, [...inputOf(input), '-f', 'hls', 'index.m3u8']),
  );
}

async function measured(
  folder: string,
  input: Input,
  run: (world: string) => Promise<Timed>,
): Promise<Ladder> {
  const world = await mkdtemp(join(folder, '.baseline-'));
  try {
    const { wallSeconds, cpuSeconds } = await run(world);
    const factor = Math.max(1, input.seconds / MEASURED_SECONDS);
    return { wallSeconds: wallSeconds * factor, cpuSeconds: cpuSeconds * factor, isScaled: factor > 1 };
  } finally {
    await rm(world, { recursive: true, force: true });
  }
}

/** What an appliance makes by itself; renditions that are made for a viewer only are left to both sides. */
function made(renditions: readonly ApiRendition[]): ApiRendition[] {
  return renditions.filter(({ kind }) => kind !== 'subtitles');
}

/** The highest bit rate of each encoded rendition of the appliance's plan, in bits per second: the same ladder. */
async function limitsOf({ file }: Input): Promise<ReadonlyMap<string, number>> {
  const info = await createProber({ exec: createExec({ log: silentLog }) }).probe(file);
  const index = await openIndex(file, info);
  const { renditions } = makePlan(info, index, {});
  await index?.close();
  return new Map(renditions.flatMap((one) => ('maxrateBps' in one ? [[one.id, one.maxrateBps]] : [])));
}

function inputOf(input: Input): string[] {
  return ['-t', String(MEASURED_SECONDS), '-i', `file:${input.file}`];
}

function outputOf(
  { id, kind, method, width, height }: ApiRendition,
  input: Input,
  limits: ReadonlyMap<string, number>,
): string[] {
  const playlist = ['-f', 'hls', '-hls_time', '4', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4']
    .concat('-hls_fmp4_init_filename', `${id}-init.mp4`)
    .concat('-hls_segment_filename', `${id}-%d.m4s`, `${id}.m3u8`);
  if (kind === 'audio') {
    const codec = method === 'copy' ? ['-c:a', 'copy'] : ['-c:a', 'aac', '-b:a', '128k', '-ac', '2'];
    return ['-map', '0:a:0', ...codec, ...playlist];
  }
  if (method === 'copy') return ['-map', '0:v:0', '-c:v', 'copy', ...playlist];
  const tone = /hdr/.test(input.file) ? HDR_TO_SDR : '';
  const filters = `scale=${width}:${height},${tone}format=yuv420p`;
  const coding = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-g', '60', '-keyint_min', '60'];
  const limit = ['-maxrate', String(limits.get(id)!), '-bufsize', String(2 * limits.get(id)!)];
  return ['-map', '0:v:0', '-vf', filters, ...coding, ...limit, '-sc_threshold', '0', ...playlist];
}
