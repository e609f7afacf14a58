import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../server/base/errors.js';
import { openIndex } from '../../../server/media/index/index.js';
import type { MediaInfo } from '../../../server/media/info.js';
import type { SourceIndex } from '../../../server/media/source-index.js';
import { makeClip, type ClipOptions } from '../../support/clips.js';
import { probeFile } from '../../support/probed.js';
import { createRandom, type Random } from '../../support/random.js';

const TINY = {
  ...{ seconds: 1, width: 96, height: 64 },
  video: ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '10', '-bf', '2', '-pix_fmt', 'yuv420p'],
};
const VARIANTS = 150;
const HEAD_BYTES = 6000;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostile-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Damages a few places, mostly where the tables lie, or cuts the file off. */
function damage(original: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(original);
  const whole = (least: number, most: number) => Math.floor(random.between(least, most));
  for (let n = whole(1, 8); n > 0; n--) {
    const isHead = whole(0, 3) > 0;
    const at = whole(0, (isHead ? Math.min(HEAD_BYTES, bytes.length) : bytes.length) - 8);
    const change = whole(0, 4);
    if (change === 0) bytes[at] = whole(0, 256);
    else if (change === 1) bytes[at]! ^= 1 << whole(0, 8);
    else if (change === 2) bytes.writeUInt32BE(random.pick([0, 1, 0x7fffffff, 0xffffffff, 0x10000000]), at);
    else bytes.copy(bytes, at, whole(0, bytes.length - 8), bytes.length - 4 < at + 8 ? undefined : at + 8);
  }
  return whole(0, 5) === 0 ? bytes.subarray(0, whole(1, bytes.length)) : bytes;
}

/** Reads everything that the index offers; 'source-damaged' and the like are fair answers. */
async function readAll(index: SourceIndex): Promise<void> {
  const fair = (error: unknown) => expect(error).toBeInstanceOf(AppError);
  const ticks = index.video ? [...index.video.keyframeTicks, index.video.endTicks] : [];
  for (let n = 0; n + 1 < ticks.length; n++) {
    expect(index.video!.sizeBetween(ticks[n]!, ticks[n + 1]!)).toBeGreaterThanOrEqual(0);
    await index.video!.read(ticks[n]!, ticks[n + 1]!).catch(fair);
  }
  for (const audio of index.audios) await audio.read(0, Math.min(100, audio.frameCount)).catch(fair);
}

async function openAndRead(path: string, info: MediaInfo): Promise<'indexed' | 'none' | 'refused'> {
  const index = await openIndex(path, info).catch((error: unknown) => {
    expect(error).toBeInstanceOf(AppError);
    return 'refused' as const;
  });
  if (index === undefined) return 'none';
  if (index === 'refused') return index;
  await readAll(index).finally(() => index.close());
  return 'indexed';
}

const KINDS: [string, ClipOptions][] = [
  ['an MP4', { ...TINY, output: ['-movflags', '+faststart'] }],
  ['a fragmented MP4', { ...TINY, output: ['-movflags', '+frag_keyframe+empty_moov+default_base_moof'] }],
  ['a Matroska file', { ...TINY, name: 'clip.mkv', output: ['-cues_to_front', '1'] }],
];

describe('damaged and hostile files', () => {
  it.each(KINDS)('%s gives answers or refusals, in bounded time and memory', async (name, clip) => {
    const original = await readFile(await makeClip(clip));
    const info = await probeFile(await makeClip(clip));
    const path = join(folder, 'damaged');
    const outcomes = { indexed: 0, none: 0, refused: 0 };
    const before = process.memoryUsage().rss;
    for (let round = 0; round < VARIANTS; round++) {
      await writeFile(path, damage(original, createRandom(round)));
      try {
        outcomes[await openAndRead(path, info)]++;
      } catch (error) {
        throw new Error(`${name}, round ${round}`, { cause: error });
      }
    }
    // The damage is neither harmless nor total.
    expect(outcomes.indexed).toBeGreaterThan(VARIANTS / 10);
    expect(outcomes.none + outcomes.refused).toBeGreaterThan(VARIANTS / 20);
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  });

  it('no descriptor stays open', async () => {
    const original = await readFile(await makeClip(KINDS[0]![1]));
    const info = await probeFile(await makeClip(KINDS[0]![1]));
    const path = join(folder, 'leaking');
    const openDescriptors = async () => (await readdir('/proc/self/fd')).length;
    const before = await openDescriptors();
    for (let round = 0; round < 40; round++) {
      await writeFile(path, damage(original, createRandom(round)));
      await openAndRead(path, info);
    }
    expect(await openDescriptors()).toBeLessThanOrEqual(before + 2);
  });

  it('a table that claims billions of samples is not believed', async () => {
    const bytes = await readFile(await makeClip(KINDS[0]![1]));
    const info = await probeFile(await makeClip(KINDS[0]![1]));
    for (const [table, at] of [
      ['stsz', 12],
      ['stts', 8],
      ['stsc', 8],
      ['stco', 8],
      ['ctts', 8],
      ['stss', 8],
      ['elst', 8],
    ] as const) {
      for (let found = bytes.indexOf(table); found > 0; found = bytes.indexOf(table, found + 1)) {
        const copy = Buffer.from(bytes);
        copy.writeUInt32BE(0xfffffff0, found + at);
        if (table === 'stsz') copy.writeUInt32BE(1, found + 8); // one size for all: no table to hold it against
        const path = join(folder, 'claims');
        await writeFile(path, copy);
        await openAndRead(path, info);
      }
    }
    expect(process.memoryUsage().rss).toBeLessThan(1e9);
  });
});
