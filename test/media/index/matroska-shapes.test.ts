import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openIndex } from '../../../server/media/index/index.js';
import { makeClip } from '../../support/clips.js';
import { readAudio, readVideo, withIndex } from '../../support/index-reading.js';
import { writeMatroska, type MatroskaOptions, type WrittenBlock } from '../../support/matroska.js';
import { readPayload } from '../../support/packets.js';
import { probeFile } from '../../support/probed.js';

const [VIDEO, AUDIO] = [1, 2];
const FRAMES_PER_LACE = 4;
let folder: string;
let original: { avcC: Buffer; config: Buffer; pictures: WrittenBlock[]; frames: Buffer[] };

/** Pictures and frames of sound of a real clip, to be packed in other ways. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matroska-'));
  const clip = await makeClip({
    ...{ seconds: 4, width: 96, height: 64 },
    video: ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '30', '-bf', '2', '-pix_fmt', 'yuv420p'],
  });
  original = await withIndex(clip, async ({ video, audios: [audio] }) => {
    const pictures = await readVideo(video!);
    const sound = await readAudio(audio!);
    const cut = (bytes: Buffer, sizes: number[]) =>
      sizes.map((size, n) => bytes.subarray(sum(sizes, n), sum(sizes, n) + size));
    const data = cut(
      pictures.bytes,
      pictures.samples.map((s) => s.sizeBytes),
    );
    return {
      avcC: video!.avcC,
      config: audio!.config,
      pictures: pictures.samples.map((sample, n) => ({
        ...{ track: VIDEO, ticks: Math.round((sample.ptsTicks / video!.timescale) * 1000) },
        ...{ isKey: sample.isSync, frames: [data[n]!], form: 'simple' as const },
      })),
      frames: cut(
        sound.bytes,
        sound.samples.map((s) => s.sizeBytes),
      ),
    };
  });
});
afterAll(() => rm(folder, { recursive: true }));

interface Shape extends Partial<MatroskaOptions> {
  form?: WrittenBlock['form'];
  lacing?: WrittenBlock['lacing'];
  /** How far the blocks of sound lie behind the pictures of the same time in the file. */
  lateMs?: number;
  strip?: boolean;
  /** Left out, while the others keep their times. */
  missingFrame?: number;
  pictures?: WrittenBlock[];
}

const sum = (sizes: number[], end: number) => sizes.slice(0, end).reduce((a, b) => a + b, 0);

async function write(name: string, shape: Shape): Promise<string> {
  const { form = 'simple', lacing, lateMs = 0, strip = false, missingFrame, ...options } = shape;
  const perBlock = lacing ? FRAMES_PER_LACE : 1;
  const frames =
    lacing === 'fixed'
      ? original.frames.map((frame) => Buffer.concat([frame, Buffer.alloc(600 - frame.length)]))
      : original.frames;
  const sound: WrittenBlock[] = [];
  for (let n = 0; n < frames.length; n += perBlock) {
    if (n === missingFrame) continue;
    const laced = frames.slice(n, n + perBlock);
    sound.push({
      ...{ track: AUDIO, ticks: Math.round((n * 1024 * 1000) / 48000), isKey: true, frames: laced, form },
      ...(lacing && laced.length > 1 ? { lacing } : {}),
    });
  }
  const header = strip ? original.frames[0]!.subarray(0, 1) : undefined;
  const pictures = (shape.pictures ?? original.pictures).map((block) => ({ ...block, form }));
  // Stable: pictures keep their decode order, sound joins where its time has come.
  let shown = -Infinity;
  const placed = pictures.map((block) => ({ block, at: (shown = Math.max(shown, block.ticks)) }));
  const blocks = [...placed, ...sound.map((block) => ({ block, at: block.ticks + lateMs }))].sort(
    (a, b) => a.at - b.at,
  );
  const bytes = writeMatroska({
    tracks: [
      {
        number: VIDEO,
        kind: 'video',
        codecId: 'V_MPEG4/ISO/AVC',
        codecPrivate: original.avcC,
        width: 96,
        height: 64,
      },
      {
        ...{ number: AUDIO, kind: 'audio', codecId: 'A_AAC', codecPrivate: original.config },
        sampleRate: 48000,
        channels: 2,
        ...(header ? { strippedHeader: header } : {}),
      },
    ],
    blocks: blocks.map(({ block }) => block),
    ...options,
  });
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

describe('Matroska files of other writers', () => {
  it.each([
    ['block groups', { form: 'group' as const }],
    ['EBML lacing', { lacing: 'ebml' as const }],
    ['Xiph lacing', { lacing: 'xiph' as const }],
    ['lacing of one size', { lacing: 'fixed' as const }],
    ['laced block groups', { lacing: 'ebml' as const, form: 'group' as const }],
    ['cues that only name the cluster', { cues: 'cluster-only' as const }],
    ['sound that lies behind its pictures', { lateMs: 900 }],
    ['sound that lies before its pictures', { lateMs: -900 }],
  ])('are read as ffmpeg reads them: %s', async (name, shape) => {
    const path = await write(`${name}.mkv`, shape);
    await withIndex(path, async ({ video, audios: [audio] }) => {
      expect(video!.everySyncIsIdr).toBe(true);
      expect(video!.keyframeTicks).toHaveLength(4);
      const pictures = await readVideo(video!);
      expect(pictures.bytes.equals(await readPayload(path, 'v:0'))).toBe(true);
      expect(pictures.samples.map((sample) => sample.isSync)).toEqual(
        original.pictures.map((block) => block.isKey),
      );
      expect(audio!.frameCount).toBe(original.frames.length);
      const sound = await readAudio(audio!);
      expect(sound.bytes.equals(await readPayload(path, 'a:0'))).toBe(true);
    });
  });

  it('stripped headers keep only their track from being copied', async () => {
    await withIndex(await write('stripped.mkv', { strip: true }), async ({ video, audios }) => {
      expect(video!.everySyncIsIdr).toBe(true);
      expect(audios).toEqual([]);
    });
  });

  it.each([
    ['no cues', { cues: 'none' as const }],
    ['clusters of unknown size', { isClusterSizeUnknown: true }],
  ])('have no index with %s', async (name, shape) => {
    const path = await write(`${name}.mkv`, shape);
    const info = await probeFile(path);
    expect(info.video?.codec).toBe('h264');
    expect(await openIndex(path, info)).toBeUndefined();
  });

  it('a first picture that no cue names is not passed over', async () => {
    const [first, ...others] = original.pictures;
    const path = await write('unnamed-first.mkv', { pictures: [{ ...first!, isKey: false }, ...others] });
    const index = (await openIndex(path, await probeFile(path)))!;
    expect(index.video?.everySyncIsIdr).toBe(false);
    await index.close();
  });

  it('a gap in the sound is reported when it is read', async () => {
    const path = await write('gap.mkv', { missingFrame: 90 });
    await withIndex(path, async ({ audios: [audio] }) => {
      await expect(audio!.read(80, 100)).rejects.toMatchObject({ code: 'source-damaged' });
      expect((await audio!.read(91, 120)).samples).toHaveLength(29);
    });
  });

  it('sound with a gap where it was looked at is not copied', async () => {
    await withIndex(await write('seen-gap.mkv', { missingFrame: 96 }), async ({ audios }) => {
      expect(audios).toEqual([]);
    });
  });
});
