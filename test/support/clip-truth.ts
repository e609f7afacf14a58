/** What a clip of a file must show, read from the file itself by ffprobe and its own frame counter. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ClipRange } from '../../server/media/clip/model.js';
import type { RenderSource } from '../../server/render/index.js';
import { readFrameNumbers } from './clips.js';

const run = promisify(execFile);

export interface Shown {
  number: number;
  /** From the time that the appliance calls 0. */
  ms: number;
}

/** All pictures in the order of their showing. */
export async function picturesOf(path: string, { info }: RenderSource): Promise<Shown[]> {
  const args = [
    '-v',
    'error',
    '-select_streams',
    'v:0',
    '-show_entries',
    'packet=pts_time',
    '-of',
    'csv=p=0',
  ];
  const { stdout } = await run('ffprobe', [...args, path], { maxBuffer: 1 << 26 });
  const times = stdout
    .split('\n')
    .map((line) => parseFloat(line))
    .filter((time) => !Number.isNaN(time))
    .sort((a, b) => a - b);
  const numbers = await readFrameNumbers(path);
  if (numbers.length !== times.length)
    throw new Error(`${path}: ${numbers.length} pictures, ${times.length} times`);
  return numbers.map((number, i) => ({ number, ms: (times[i]! - info.startSeconds) * 1000 }));
}

/** A picture that begins half a millisecond before a range is meant by it; `slackMs` more may or may not. */
export function picturesIn(pictures: readonly Shown[], { startMs, endMs }: ClipRange, slackMs = 0): number[] {
  const from = startMs - 0.5 - slackMs - 1e-3;
  return pictures
    .filter(({ ms }) => ms >= from && ms < endMs - 0.5 + slackMs - 1e-3)
    .map(({ number }) => number);
}
