import { copyFile, mkdtemp, readFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openIndex } from '../../../server/media/index/index.js';
import type { MediaInfo } from '../../../server/media/info.js';
import { convertClip, makeClip } from '../../support/clips.js';
import { readAudio, readVideo, withIndex } from '../../support/index-reading.js';
import { listPackets } from '../../support/packets.js';
import { probeFile } from '../../support/probed.js';

const SMALL = { seconds: 4, width: 96, height: 64 };
const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '30', '-bf', '3', '-pix_fmt', 'yuv420p'];
const FAST_START = ['-movflags', '+faststart'];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'index-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function place(name: string, bytes: Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

/** The message of a refusal to open. */
async function refusal(path: string, info: MediaInfo): Promise<string> {
  const error: unknown = await openIndex(path, info).then(
    () => expect.unreachable('it was opened'),
    (caught: unknown) => caught,
  );
  expect(error).toMatchObject({ code: 'unsupported-media' });
  return (error as Error).message;
}

describe('keyframes that cannot begin a segment', () => {
  it.each(['open.mp4', 'open.mkv'])('open groups of pictures are found out (%s)', async (name) => {
    const path = await makeClip({
      ...SMALL,
      name,
      video: [...X264, '-x264-params', 'open-gop=1:scenecut=0'],
    });
    const marked = (await listPackets(path, 'v:0')).filter((packet) => packet.isKey);
    await withIndex(path, async ({ video }) => {
      expect(marked.length).toBeGreaterThan(1);
      expect(video!.keyframeTicks).toHaveLength(1); // the first is an IDR
      expect(video!.everySyncIsIdr).toBe(false);
      expect((await readVideo(video!)).samples).toHaveLength(120);
    });
  });

  it('a sync sample that is no IDR is not a keyframe, whatever the table says', async () => {
    const path = await makeClip({ ...SMALL, video: X264, audio: false });
    const bytes = await readFile(path);
    const info = await probeFile(path);
    // The second IDR slice (NAL type 5, reference 3) becomes an ordinary one.
    const second = bytes.indexOf(Buffer.from([0x65, 0x88]), bytes.indexOf(Buffer.from([0x65, 0x88])) + 1);
    bytes[second] = 0x61;
    const index = (await openIndex(await place('not-idr.mp4', bytes), info))!;
    expect(index.video).toMatchObject({ everySyncIsIdr: false });
    expect(index.video!.keyframeTicks).toHaveLength(3);
    await index.close();
  });

  it('pictures that an edit list hides keep the video from being copied', async () => {
    const whole = await makeClip({ ...SMALL, video: X264 });
    const cut = await convertClip([], 'cut.mp4', ['-ss', '1.4', '-i', whole, '-c', 'copy']);
    await withIndex(cut, async ({ video, audios }) => {
      expect(video).toBeUndefined();
      expect(audios).toHaveLength(1);
    });
  });
});

describe('sound that is not plain AAC-LC', () => {
  it.each([
    ['another codec', 'sound.mp4', ['-c:a', 'libmp3lame']],
    ['another codec in Matroska', 'sound.mkv', ['-c:a', 'ac3']],
  ])('is not indexed: %s', async (_, name, audio) => {
    await withIndex(await makeClip({ ...SMALL, name, audio }), async ({ video, audios }) => {
      expect(video?.everySyncIsIdr).toBe(true);
      expect(audios).toEqual([]);
    });
  });

  it('is not indexed when the decoder found another profile', async () => {
    const path = await makeClip(SMALL);
    const info = await probeFile(path);
    info.audios[0]!.profile = 'HE-AAC';
    const index = (await openIndex(path, info))!;
    expect(index.audios).toEqual([]);
    await index.close();
  });
});

describe('files without a usable index', () => {
  it.each([
    ['another container', { ...SMALL, name: 'clip.ts' }],
    ['another codec', { ...SMALL, audio: false as const, video: ['-c:v', 'mpeg4'] }],
    [
      'VP9 and Opus',
      {
        ...SMALL,
        name: 'clip.webm',
        video: ['-c:v', 'libvpx-vp9', '-cpu-used', '8', '-deadline', 'realtime'],
        audio: ['-c:a', 'libopus'],
      },
    ],
    ['a live recording', { ...SMALL, name: 'live.mkv', output: ['-live', '1'] }],
  ])('have none: %s', async (_, clip) => {
    const path = await makeClip(clip);
    expect(await openIndex(path, await probeFile(path))).toBeUndefined();
  });

  it('two sample entries in one track have none', async () => {
    const path = await makeClip({ ...SMALL, audio: false });
    const bytes = await readFile(path);
    const info = await probeFile(path);
    // A second entry is claimed and made of the first one's last child boxes.
    const entry = bytes.indexOf('stsd') + 12;
    const child = bytes.indexOf('colr') > 0 ? bytes.indexOf('colr') - 4 : bytes.indexOf('pasp') - 4;
    bytes.writeUInt32BE(child - entry, entry);
    expect(await openIndex(await place('two-entries.mp4', bytes), info)).toBeUndefined();
  });
});

describe('files that are cut off', () => {
  it.each([
    ['an MP4', 'whole.mp4', FAST_START],
    ['an MP4 in fragments', 'fragments.mp4', ['-movflags', '+frag_keyframe+empty_moov']],
    [
      'a Matroska file with its cues first',
      'front.mkv',
      ['-cues_to_front', '1', '-cluster_time_limit', '500'],
    ],
    ['a Matroska file without its cues', 'back.mkv', ['-cluster_time_limit', '500']],
  ])('%s tells how much can be played', async (_, name, output) => {
    const whole = await makeClip({ ...SMALL, name, output, audio: false });
    const info = await probeFile(whole);
    const bytes = await readFile(whole);
    const cut = await place(name, bytes.subarray(0, bytes.length >> 1));
    const [, playable, all] =
      /^The file is cut off: only the first (\d\.\d) of (\d\.\d) seconds are there\.$/.exec(
        await refusal(cut, info),
      )!;
    expect(all).toBe('4.0');
    expect(Number(playable)).toBeGreaterThan(1);
    expect(Number(playable)).toBeLessThan(3);
  });

  it('the last byte counts', async () => {
    const whole = await makeClip({ ...SMALL, output: FAST_START });
    const bytes = await readFile(whole);
    const cut = await place('almost.mp4', bytes.subarray(0, -1));
    expect(await refusal(cut, await probeFile(whole))).toBe(
      'The file is cut off: its last moment is missing.',
    );
  });
});

describe('a source that is not as it was', () => {
  it.each(['clip.mp4', 'clip.mkv'])('is noticed when it was rewritten or cut short (%s)', async (name) => {
    const path = join(folder, `changing-${name}`);
    await copyFile(await makeClip({ ...SMALL, name }), path);
    const info = await probeFile(path);
    for (const change of [() => utimes(path, 1, 1), () => truncate(path, 2000)]) {
      const index = (await openIndex(path, info))!;
      const { keyframeTicks, endTicks, read } = index.video!;
      expect((await read(keyframeTicks[0]!, endTicks)).samples).toHaveLength(120);
      await change();
      await expect(read(keyframeTicks[0]!, endTicks)).rejects.toMatchObject({ code: 'source-changed' });
      await expect(index.audios[0]!.read(0, 10)).rejects.toMatchObject({ code: 'source-changed' });
      await index.close();
    }
  });

  it('is read on after a rename or a deletion', async () => {
    const [path, elsewhere] = [join(folder, 'here.mp4'), join(folder, 'there.mp4')];
    await copyFile(await makeClip(SMALL), path);
    await withIndex(path, async ({ audios: [audio] }) => {
      await rename(path, elsewhere);
      const { samples } = await readAudio(audio!);
      await rm(elsewhere);
      expect((await readAudio(audio!)).samples).toEqual(samples);
    });
  });

  it('is reported missing when it is gone before it was opened', async () => {
    const info = await probeFile(await makeClip(SMALL));
    await expect(openIndex(join(folder, 'gone.mp4'), info)).rejects.toMatchObject({ code: 'source-missing' });
  });

  it('a mistaken caller is told so', async () => {
    await withIndex(await makeClip(SMALL), async ({ video, audios: [audio] }) => {
      expect(() => video!.sizeBetween(1, 2)).toThrow(RangeError);
      await expect(video!.read(0, 7)).rejects.toThrow(RangeError);
      await expect(audio!.read(0, audio!.frameCount + 1)).rejects.toMatchObject({ code: 'source-damaged' });
    });
  });
});
