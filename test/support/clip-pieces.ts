/** A clip as a player would get it: all pieces of a rendition, decoded by ffmpeg. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { layoutClip } from '../../server/media/clip/index.js';
import type { ClipAudio, ClipRange, ClipVideo } from '../../server/media/clip/model.js';
import type { RenderSource } from '../../server/render/index.js';
import { readSegmentTimes } from '../../server/render/segment-times.js';
import { readFrameNumbers } from './clips.js';
import { never, type EngineWorld } from './engine.js';

const run = promisify(execFile);

export function trackOf(source: RenderSource, range: ClipRange, id: string): ClipVideo | ClipAudio {
  const track = layoutClip(source.plan, source.info, range).renditions.find((one) => one.id === id);
  if (!track || track.kind === 'subtitles') throw new Error(`the clip has no ${id}`);
  return track;
}

/** Pieces that share an initialisation section, each such row in a file of its own. */
export async function withRows<T>(
  world: EngineWorld,
  source: RenderSource,
  track: ClipVideo | ClipAudio,
  range: ClipRange,
  use: (path: string) => Promise<T>,
): Promise<T[]> {
  const rows: Buffer[][] = [];
  const { clips } = world.engine;
  for (const [k, piece] of track.pieces.entries()) {
    if (k === 0 || piece.isAfterDiscontinuity)
      rows.push([await clips.init(source, range, track.id, piece.init, never)]);
    const bytes = await clips.segment(source, range, track.id, k, never);
    const { baseDecodeTime, durationTicks } = readSegmentTimes(bytes)!;
    const told = [piece.fromTick, piece.toTick - piece.fromTick];
    if (String([baseDecodeTime, durationTicks]) !== String(told))
      throw new Error(
        `piece ${k} of ${track.id} lies at ${baseDecodeTime} + ${durationTicks} instead of ${told}`,
      );
    rows.at(-1)!.push(bytes);
  }
  const folder = await mkdtemp(join(world.dataDir, 'clip-'));
  try {
    const results: T[] = [];
    for (const [i, row] of rows.entries()) {
      const path = join(folder, `${i}.mp4`);
      await writeFile(path, Buffer.concat(row));
      results.push(await use(path));
    }
    return results;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The frame counters of all pictures that all pieces hold, whatever their times are: every sample is decoded. */
export async function clipFrames(
  world: EngineWorld,
  source: RenderSource,
  range: ClipRange,
  id: string,
): Promise<number[]> {
  const track = trackOf(source, range, id);
  const numbers = (await withRows(world, source, track, range, (path) => readFrameNumbers(path))).flat();
  const samples = await countSamples(world, source, track, range);
  if (numbers.length !== samples) throw new Error(`${samples} samples, ${numbers.length} pictures`);
  return numbers;
}

/** First channel of all sound that can be decoded from all pieces. */
export async function clipSound(
  world: EngineWorld,
  source: RenderSource,
  range: ClipRange,
  id: string,
): Promise<Float32Array> {
  const whole = { ...trackOf(source, range, id) } as ClipAudio;
  const track = {
    ...whole,
    pieces: whole.pieces.map((piece) => ({ ...piece, isAfterDiscontinuity: false })),
  };
  const sound = (await withRows(world, source, track, range, (path) => decodeSound(path)))[0]!;
  const samples = await countSamples(world, source, track, range);
  if (sound.length !== samples * 1024) throw new Error(`${samples} frames, ${sound.length / 1024} decoded`);
  return sound;
}

async function countSamples(
  { engine }: EngineWorld,
  source: RenderSource,
  { id, pieces }: ClipVideo | ClipAudio,
  range: ClipRange,
): Promise<number> {
  let count = 0;
  for (const k of pieces.keys())
    count += readSegmentTimes(await engine.clips.segment(source, range, id, k, never))!.sampleCount;
  return count;
}

export async function decodeSound(path: string, stream = 0): Promise<Float32Array> {
  const args = [
    '-v',
    'error',
    '-i',
    path,
    '-map',
    `0:a:${stream}`,
    '-af',
    'pan=mono|c0=c0',
    '-f',
    'f32le',
    'pipe:1',
  ];
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 1 << 28 });
  return new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + (stdout.length & ~3)));
}

/** Decibels by which `is` is louder than its difference from `should`. */
export function likeness(is: Float32Array, should: Float32Array): number {
  let [signal, noise] = [1e-12, 1e-12];
  for (let i = 0; i < should.length; i++) {
    signal += should[i]! ** 2;
    noise += ((is[i] ?? 0) - should[i]!) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

export const loudest = (sound: Float32Array): number =>
  sound.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
