/** One media segment of a clip's sound: the parent's on the clip's time, or frames encoded anew at an edge. */
import { AAC_FRAME_SAMPLES, silentAacFrame } from '../../media/aac.js';
import { createAdtsReader, writeAdts } from '../../media/adts.js';
import type { Exec } from '../../base/exec.js';
import type { ClipAudio } from '../../media/clip/model.js';
import { keepSoundEdge, neededFrames, soundEdgeArgs } from '../../media/edge/index.js';
import type { Frames } from '../../media/edge/model.js';
import { mediaSegment, packAudio, readSegment } from '../../media/fmp4/index.js';
import type { SampleRun } from '../../media/source-index.js';
import type { Parent } from './picture-piece.js';

const TIMEOUT_MS = 60_000;

export async function placeSoundPiece(audio: ClipAudio, k: number, parent: Parent): Promise<Buffer> {
  const piece = audio.pieces[k]!;
  return pack(readSegment(await parent.segment(piece.first)), piece.fromTick, k);
}

/** Errors: 'render-failed', 'aborted', and those of the parent. */
export async function makeSoundPiece(
  { exec }: { exec: Exec },
  { audio, k }: { audio: ClipAudio; k: number },
  parent: Parent,
  signal: AbortSignal,
): Promise<Buffer> {
  const { fromTick, toTick } = audio.pieces[k]!;
  const { channels, sampleRate, frames: grid } = audio.rendition;
  const frameOf = (tick: number) => Math.round((tick + audio.originSample) / AAC_FRAME_SAMPLES);
  const frames: Frames = { from: frameOf(fromTick), to: frameOf(toTick) };
  const needed = neededFrames(frames, audio);
  if (needed.to <= needed.from) return packFrames(silence(frames, channels), fromTick, k);
  const source = await readFrames(needed, grid, parent);
  const args = soundEdgeArgs(frames, needed, audio);
  const input = writeAdts(source, sampleRate, channels);
  const { stdout } = await exec.run('ffmpeg', args, { signal, timeoutMs: TIMEOUT_MS, input });
  const reader = createAdtsReader();
  const packets = reader.push(stdout);
  reader.end();
  return packFrames(keepSoundEdge(packets, frames, channels), fromTick, k);
}

/** Frames of the parent, out of as few segments as hold them. */
async function readFrames({ from, to }: Frames, grid: readonly number[], parent: Parent): Promise<Buffer[]> {
  const frames: Buffer[] = [];
  for (let n = 0; n < grid.length - 1; n++) {
    if (grid[n + 1]! <= from || grid[n]! >= to) continue;
    const { samples, data } = readSegment(await parent.segment(n));
    let at = 0;
    samples.forEach(({ sizeBytes }, i) => {
      const frame = grid[n]! + i;
      if (frame >= from && frame < to) frames.push(data[0]!.subarray(at, at + sizeBytes));
      at += sizeBytes;
    });
  }
  return frames;
}

const silence = ({ from, to }: Frames, channels: number): Buffer[] =>
  Array.from({ length: to - from }, () => silentAacFrame(channels));

function packFrames(frames: readonly Buffer[], fromTick: number, k: number): Buffer {
  const samples = frames.map((frame) => ({ ptsTicks: 0, sizeBytes: frame.length, isSync: true }));
  return pack({ samples, data: [...frames] }, fromTick, k);
}

const pack = (run: SampleRun, fromTick: number, k: number): Buffer =>
  Buffer.concat(mediaSegment(packAudio(run, 0, fromTick), k + 1));
