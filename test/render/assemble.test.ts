/** What the encoder writes becomes segments of the plan, or is refused. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AudioRendition, EncodedVideo, VideoGrid } from '../../server/media/plan.js';
import { createAudioAssembler, createVideoAssembler } from '../../server/render/assemble.js';
import { layOut } from '../../server/render/layout.js';
import { readSegmentTimes } from '../../server/render/segment-times.js';
import { makeClip } from '../support/clips.js';
import { sourceOf } from '../support/engine.js';

const run = promisify(execFile);
const encode = async (args: string[]) =>
  (await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 1 << 28 })).stdout;

let video: { rendition: EncodedVideo; grid: VideoGrid; bytes: Buffer };
let audio: { rendition: AudioRendition; bytes: Buffer };
/** Segments 1 to 3 of either: frames 15 to 180. */
const span = { first: 1, last: 3 };

beforeAll(async () => {
  const clip = await makeClip({
    ...{ name: 'film.mkv', seconds: 8, width: 240, height: 136 },
    ...{ video: ['-c:v', 'mpeg4', '-q:v', '5'], audio: ['-c:a', 'ac3'] },
  });
  const source = await sourceOf(clip);
  const [picture, sound] = source.plan.renditions as [EncodedVideo, AudioRendition & { method: 'encode' }];
  const grid = source.plan.videoGrid!;
  const bytesOf = (rendition: typeof picture | typeof sound) =>
    encode(layOut(source, rendition).args(clip, span, { threads: 1, isAwaited: false }));
  video = { rendition: picture, grid, bytes: await bytesOf(picture) };
  audio = { rendition: sound, bytes: await bytesOf(sound) };
});

/** In pieces of a prime size, so that they end anywhere. */
function* inPieces(bytes: Buffer, size = 1009): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('video', () => {
  const assembler = (changes: Partial<EncodedVideo> = {}, other = span) =>
    createVideoAssembler({ ...video.rendition, ...changes }, video.grid, other);

  test('each segment has its frames at their times, however the bytes arrive', () => {
    const one = assembler();
    const made = [...inPieces(video.bytes)].flatMap((piece) => one.push(piece));
    made.push(...one.end());
    expect(made.map((piece) => (piece.type === 'init' ? 'init' : piece.n))).toEqual(['init', 1, 2, 3]);
    const whole = assembler().push(video.bytes);
    expect(whole).toEqual(made);
    const times = made.flatMap((piece) => (piece.type === 'segment' ? [readSegmentTimes(piece.bytes)] : []));
    expect(times.map((segment) => segment?.baseDecodeTime)).toEqual([15_000, 60_000, 120_000]);
    expect(times.map((segment) => segment?.sampleCount)).toEqual([45, 60, 60]);
  });

  test('a segment leaves as soon as its last frame is there', () => {
    const one = assembler();
    let seen = 0;
    for (const piece of inPieces(video.bytes)) {
      seen += piece.length;
      if (one.push(piece).some((made) => made.type === 'segment')) break;
    }
    expect(seen).toBeLessThan(video.bytes.length / 2);
  });

  test.each<[string, Partial<EncodedVideo>]>([
    ['another level', { codecs: 'avc1.640028' }],
    ['another profile', { codecs: 'avc1.4D000D' }],
    ['another size', { width: 242 }],
  ])('%s than was promised is refused', (_what, changes) => {
    const refusal = expect.objectContaining({ code: 'render-failed' });
    expect(() => assembler(changes).push(video.bytes)).toThrow(refusal);
  });

  test('frames that do not fit the segments are refused', () => {
    expect(() => assembler({}, { first: 0, last: 2 }).push(video.bytes)).toThrow(/instead of/);
  });

  test('missing frames are told', () => {
    const one = assembler({}, { first: 1, last: 4 });
    one.push(video.bytes);
    expect(() => one.end()).toThrow(/60 frames are missing/);
  });

  test('an end in the middle of a frame is refused', () => {
    const one = assembler();
    one.push(video.bytes.subarray(0, video.bytes.length - 10));
    expect(() => one.end()).toThrow(expect.objectContaining({ code: 'render-failed' }));
  });
});

describe('audio', () => {
  const assembler = (other = span) => createAudioAssembler(audio.rendition, other);

  test('each segment has its frames at their times, however the bytes arrive', () => {
    const one = assembler();
    const made = [...inPieces(audio.bytes)].flatMap((piece) => one.push(piece));
    made.push(...one.end());
    expect(made.map((piece) => piece.type === 'segment' && piece.n)).toEqual([1, 2, 3]);
    const { frames } = audio.rendition;
    made.forEach((piece, i) => {
      const times = readSegmentTimes(piece.bytes);
      expect(times?.baseDecodeTime).toBe(frames[i + 1]! * 1024);
      expect(times?.sampleCount).toBe(frames[i + 2]! - frames[i + 1]!);
    });
  });

  test('a source that yields nothing more is silent; one that breaks off is refused', () => {
    expect(assembler().end()).toHaveLength(3);
    const one = assembler();
    one.push(audio.bytes.subarray(0, 5000));
    expect(() => one.end()).toThrow(expect.objectContaining({ code: 'render-failed' }));
  });
});

test('what is no segment says nothing of itself', () => {
  const [, segment] = createVideoAssembler(video.rendition, video.grid, span).push(video.bytes);
  const { bytes } = segment!;
  expect(readSegmentTimes(bytes)).toBeDefined();
  for (const length of [0, 4, 20, 60, bytes.length - 1]) {
    expect(readSegmentTimes(bytes.subarray(0, length))).toBeUndefined();
  }
  expect(readSegmentTimes(Buffer.alloc(500))).toBeUndefined();
  expect(readSegmentTimes(Buffer.concat([bytes, bytes]))).toBeUndefined();
});
