import { describe, expect, it } from 'vitest';
import type { MediaInfo } from '../../../server/media/info.js';
import type { AudioIndex, VideoIndex } from '../../../server/media/source-index.js';
import { convertClip, makeClip, type ClipOptions } from '../../support/clips.js';
import { readAudio, readVideo, withIndex } from '../../support/index-reading.js';
import { listPackets, readPayload } from '../../support/packets.js';

const SMALL = { seconds: 4, width: 96, height: 64 };
const B_FRAMES = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '3', '-g', '30', '-pix_fmt', 'yuv420p'];
const NO_B_FRAMES = ['-c:v', 'libx264', '-bf', '0', '-g', '24', '-pix_fmt', 'yuv420p'];
const ALL_INTRA = ['-c:v', 'libx264', '-x264-params', 'keyint=1', '-pix_fmt', 'yuv420p'];
const OFFSET = ['-map', '0:v', '-map', '1:a', '-c', 'copy'];
const FRAGMENTS = ['-movflags', 'frag_keyframe+empty_moov+default_base_moof'];
const MIXED_FRAGMENTS = ['-movflags', 'frag_keyframe'];
const DASH = ['-movflags', 'dash+delay_moov', '-frag_duration', '1000000'];

const clip = (options: ClipOptions) => () => makeClip({ ...SMALL, video: B_FRAMES, ...options });
/** The video of one clip with the sound of another, one of them late. */
const late = (name: string, lateInput: 0 | 1) => async () => {
  const source = await clip({})();
  const inputs = [source, source].flatMap((path, n) =>
    (n === lateInput ? ['-itsoffset', '0.513'] : []).concat('-i', path),
  );
  return convertClip([], name, [...inputs, ...OFFSET]);
};
/** What the index must offer of each. */
const FILES: [name: string, make: () => Promise<string>, offers: 'both' | 'pictures' | 'sound'][] = [
  ['MP4 with B-frames', clip({}), 'both'],
  ['MP4 with its moov first', clip({ output: ['-movflags', '+faststart'] }), 'both'],
  ['MP4 without B-frames at 23.976', clip({ video: NO_B_FRAMES, frameRate: '24000/1001' }), 'both'],
  ['MP4 without sound', clip({ audio: false }), 'pictures'],
  ['MP4 of keyframes only', clip({ video: ALL_INTRA, seconds: 1 }), 'both'],
  ['MP4 of one picture', clip({ audio: false, output: ['-frames:v', '1'] }), 'pictures'],
  ['MP4 without an edit list', clip({ audio: false, output: ['-use_editlist', '0'] }), 'pictures'],
  [
    'MP4 with other clocks',
    clip({ output: ['-video_track_timescale', '90000', '-movie_timescale', '600'] }),
    'both',
  ],
  ['MP4 with late sound', late('late-sound.mp4', 1), 'both'],
  ['MP4 with late video', late('late-video.mp4', 0), 'both'],
  ['MP4 with access unit delimiters', clip({ output: ['-bsf:v', 'h264_metadata=aud=insert'] }), 'both'],
  ['MP4 of silence (samples of one size)', clip({ audio: ['-c:a', 'aac', '-af', 'volume=0'] }), 'both'],
  ['MP4 in fragments', clip({ audio: false, output: FRAGMENTS }), 'pictures'],
  [
    'MP4 that begins in its moov and goes on in fragments',
    clip({ audio: false, output: MIXED_FRAGMENTS }),
    'pictures',
  ],
  ['MP4 in fragments of both tracks', clip({ output: DASH }), 'both'],
  ['MOV', clip({ name: 'clip.mov' }), 'both'],
  [
    'M4A of 44.1 kHz mono',
    clip({ name: 'sound.m4a', video: false, audio: ['-c:a', 'aac', '-ar', '44100', '-ac', '1'] }),
    'sound',
  ],
  ['Matroska with B-frames', clip({ name: 'clip.mkv' }), 'both'],
  [
    'Matroska without B-frames at 23.976',
    clip({ name: 'clip.mkv', video: NO_B_FRAMES, frameRate: '24000/1001' }),
    'both',
  ],
  ['Matroska with its cues first', clip({ name: 'clip.mkv', output: ['-cues_to_front', '1'] }), 'both'],
  ['Matroska in small clusters', clip({ name: 'clip.mkv', output: ['-cluster_time_limit', '300'] }), 'both'],
  ['Matroska without sound', clip({ name: 'clip.mkv', audio: false }), 'pictures'],
  ['Matroska with late sound', late('late-sound.mkv', 1), 'both'],
  ['Matroska with late video', late('late-video.mkv', 0), 'both'],
  ['Matroska of sound', clip({ name: 'sound.mka', video: false }), 'sound'],
  ['Matroska at 44.1 kHz', clip({ name: 'clip.mkv', audio: ['-c:a', 'aac', '-ar', '44100'] }), 'both'],
];

describe('what is read through an index equals what ffmpeg reads', () => {
  it.each(FILES)('%s', async (_, make, offers) => {
    const path = await make();
    await withIndex(path, async ({ video, audios, container }, info) => {
      expect([video !== undefined, audios.length]).toEqual([
        offers !== 'sound',
        offers === 'pictures' ? 0 : 1,
      ]);
      await Promise.all([
        video && comparePictures(path, video, info.startSeconds, container === 'mp4'),
        audios[0] && compareSound(path, audios[0], info),
      ]);
    });
  });

  it('any run of frames of sound can be read alone', async () => {
    for (const name of ['clip.mp4', 'clip.mkv']) {
      await withIndex(await clip({ name })(), async ({ audios: [audio] }) => {
        const whole = await readAudio(audio!);
        const sizes = whole.samples.map((sample) => sample.sizeBytes);
        for (const [from, to] of [
          [0, 1],
          [60, 61],
          [100, 150],
          [audio!.frameCount - 1, audio!.frameCount],
          [5, 5],
        ] as const) {
          const run = await audio!.read(from, to);
          const start = sizes.slice(0, from).reduce((a, b) => a + b, 0);
          const bytes = Buffer.concat(run.data);
          expect(run.samples).toHaveLength(to - from);
          expect(bytes.equals(whole.bytes.subarray(start, start + bytes.length))).toBe(true);
        }
      });
    }
  });
});

async function comparePictures(path: string, video: VideoIndex, startSeconds: number, isCounted: boolean) {
  const [packets, payload] = await Promise.all([listPackets(path, 'v:0'), readPayload(path, 'v:0')]);
  const { samples, bytes } = await readVideo(video);
  expect(video.everySyncIsIdr).toBe(true);
  expect(bytes.equals(payload)).toBe(true);
  expect(samples.map((s) => [s.sizeBytes, s.isSync])).toEqual(packets.map((p) => [p.sizeBytes, p.isKey]));
  // Half a tick of tolerance for where time 0 lies between two ticks of this track.
  samples.forEach(({ ptsTicks }, n) => {
    const expected = (packets[n]!.ptsSeconds - startSeconds) * video.timescale;
    expect(Math.abs(ptsTicks - expected)).toBeLessThanOrEqual(0.51);
  });
  const keySeconds = packets
    .filter((packet) => packet.isKey)
    .map((packet) => packet.ptsSeconds - startSeconds);
  expect(Array.from(video.keyframeTicks, (tick) => (tick / video.timescale).toFixed(3))).toEqual(
    keySeconds.map((seconds) => seconds.toFixed(3)),
  );
  const totalBytes = video.sizeBetween(video.keyframeTicks[0]!, video.endTicks);
  if (isCounted) expect([totalBytes, video.sampleCount]).toEqual([bytes.length, packets.length]);
  else expect(totalBytes).toBeGreaterThanOrEqual(bytes.length);
  const lastShown = Math.max(...packets.map((packet) => packet.ptsSeconds)) - startSeconds;
  expect(video.endTicks / video.timescale).toBeGreaterThan(lastShown);
  expect(video.endTicks / video.timescale).toBeLessThan(lastShown + 0.1);
}

async function compareSound(path: string, audio: AudioIndex, info: MediaInfo) {
  const [packets, payload] = await Promise.all([listPackets(path, 'a:0'), readPayload(path, 'a:0')]);
  const { samples, bytes } = await readAudio(audio);
  const { sampleRate, channels } = info.audios[0]!;
  expect(audio).toMatchObject({ sampleRate, channels, frameCount: packets.length });
  expect(bytes.equals(payload)).toBe(true);
  samples.forEach(({ ptsTicks }, n) => {
    expect(ptsTicks).toBe(audio.offsetSamples + 1024 * n);
    // Matroska rounds to milliseconds.
    const expected = packets[n]!.ptsSeconds - info.startSeconds;
    expect(Math.abs(ptsTicks / sampleRate - expected)).toBeLessThan(0.0011);
  });
  const bitrateBps = (bytes.length * 8 * sampleRate) / (packets.length * 1024);
  expect(audio.bitrateBps / bitrateBps).toBeCloseTo(1, 1);
}
