import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectStructure, type Structure } from '../../../server/media/structure/index.js';
import { makeClip, type ClipOptions } from '../../support/clips.js';
import { createRandom } from '../../support/random.js';

const SMALL = { seconds: 1, width: 96, height: 64 };
const KINDS: [string, ClipOptions][] = [
  ['an MP4 with its moov last', SMALL],
  ['an MP4 with its moov first', { ...SMALL, output: ['-movflags', '+faststart'] }],
  ['a MOV', { ...SMALL, name: 'clip.mov' }],
  ['a Matroska file', { ...SMALL, name: 'clip.mkv' }],
  ['a WAV', { name: 'sound.wav', seconds: 1, video: false, audio: ['-c:a', 'pcm_s16le'] }],
  [
    'an RF64',
    { name: 'sound.wav', seconds: 1, video: false, audio: ['-c:a', 'pcm_s16le', '-rf64', 'always'] },
  ],
  ['an AIFF', { name: 'sound.aiff', seconds: 1, video: false, audio: ['-c:a', 'pcm_s16be'] }],
  ['an AVI', { ...SMALL, name: 'clip.avi', video: ['-c:v', 'mpeg4'], audio: ['-c:a', 'libmp3lame'] }],
  ['a WMA', { name: 'sound.wma', seconds: 1, video: false, audio: ['-c:a', 'wmav2'] }],
  ['an MP3', { name: 'sound.mp3', seconds: 1, video: false, audio: ['-c:a', 'libmp3lame'] }],
];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'structure-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function inspect(bytes: Buffer): Promise<Structure> {
  const path = join(folder, 'file');
  await writeFile(path, bytes);
  return inspectStructure(path, bytes.length);
}

describe('the structure of a file', () => {
  it.each(KINDS)('%s that is all there is complete', async (_, clip) => {
    expect(await inspect(await readFile(await makeClip(clip)))).toEqual({ verdict: 'complete' });
  });

  it.each(KINDS)('%s of which the end is missing is incomplete, with a reason', async (_, clip) => {
    const bytes = await readFile(await makeClip(clip));
    for (const length of [Math.floor(bytes.length / 3), bytes.length - 1]) {
      const structure = await inspect(bytes.subarray(0, length));
      expect(structure.verdict).toBe('incomplete');
      expect(structure.reason).toMatch(/^The file (ends early|is incomplete).+\.$/);
    }
  });

  it('tells how much was promised and how much is there', async () => {
    const bytes = Buffer.alloc(4_100_000, 1);
    bytes.write('ftyp', 4, 'latin1');
    bytes.writeUInt32BE(12_300_000);
    const { reason } = await inspect(bytes);
    expect(reason).toBe('The file ends early: its header promises 12.3 MB and 4.1 MB are there.');
  });

  it('an empty file is incomplete', async () => {
    expect(await inspect(Buffer.alloc(0))).toMatchObject({ verdict: 'incomplete' });
  });

  it('a file that was given its full size before its bytes is not complete', async () => {
    const first = await readFile(await makeClip({ ...SMALL, output: ['-movflags', '+faststart'] }));
    first.fill(0, first.length - 9000); // everything but the last bytes arrived
    expect((await inspect(first)).verdict).not.toBe('complete');
    const last = await readFile(await makeClip(SMALL));
    last.fill(0, last.length >> 1);
    expect((await inspect(last)).verdict).toBe('incomplete');
    expect((await inspect(Buffer.alloc(100_000))).verdict).toBe('incomplete');
  });

  it('a recording in fragments is only complete with its closing index', async () => {
    const fragments = ['-movflags', '+frag_keyframe+empty_moov'];
    const closed = await readFile(await makeClip({ ...SMALL, seconds: 3, output: fragments }));
    expect(await inspect(closed)).toEqual({ verdict: 'complete' });
    const growing = closed.subarray(0, closed.lastIndexOf('mfra') - 4);
    expect(await inspect(growing)).toEqual({ verdict: 'unknown' });
  });

  it('a description without media is incomplete', async () => {
    const bytes = await readFile(await makeClip({ ...SMALL, output: ['-movflags', '+faststart'] }));
    const moovEnd = bytes.indexOf('mdat') - 4;
    expect((await inspect(bytes.subarray(0, moovEnd))).verdict).toBe('incomplete');
  });

  it('says nothing of a live recording, of containers without sizes, of text and of trailing bytes', async () => {
    const live = await readFile(await makeClip({ ...SMALL, name: 'live.mkv', output: ['-live', '1'] }));
    const stream = await readFile(await makeClip({ ...SMALL, name: 'stream.ts' }));
    const whole = await readFile(await makeClip(SMALL));
    for (const bytes of [
      live,
      stream,
      Buffer.from('some text that is longer than that'),
      Buffer.from('hi'),
    ]) {
      expect(await inspect(bytes)).toEqual({ verdict: 'unknown' });
    }
    expect(await inspect(Buffer.concat([whole, Buffer.from('trailing bytes of a camera')]))).toEqual({
      verdict: 'unknown',
    });
  });

  it('an Ogg file is complete with its last page', async () => {
    const ogg = await readFile(
      await makeClip({ name: 'sound.ogg', seconds: 1, video: false, audio: ['-c:a', 'libvorbis'] }),
    );
    expect(await inspect(ogg)).toEqual({ verdict: 'complete' });
    expect(await inspect(ogg.subarray(0, ogg.length - 5))).toMatchObject({ verdict: 'incomplete' });
    expect(await inspect(ogg.subarray(0, ogg.lastIndexOf('OggS')))).toEqual({ verdict: 'unknown' });
  });

  it('looks through a handle that stays open', async () => {
    const path = await makeClip(SMALL);
    const handle = await open(path, 'r');
    const { size } = await handle.stat();
    expect(await inspectStructure(handle, size)).toEqual({ verdict: 'complete' });
    expect((await handle.stat()).size).toBe(size);
    await handle.close();
  });

  it('never throws on rubbish, and never calls it complete', async () => {
    const random = createRandom(7);
    const heads = [
      '\x1a\x45\xdf\xa3',
      'RIFF',
      'RF64',
      'FORM',
      'OggS',
      '\x30\x26\xb2\x75',
      'ID3',
      '\0\0\0\x18ftyp',
      '\0\0\0\x01mdat',
    ];
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(Array.from({ length: random.between(1, 400) }, () => random.between(0, 255)));
      bytes.write(random.pick(heads), 'latin1');
      expect((await inspect(bytes)).verdict).not.toBe('complete');
    }
  });
});
