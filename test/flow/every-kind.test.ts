/** All kinds of files at once: each plays, or fails with one clear sentence, and none holds up another. */
import { randomFillSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAppliance, type Appliance } from '../support/appliance.js';
import { convertClip, makeClip } from '../support/clips.js';
import { drop, share, waitForFile } from '../support/library.js';
import { decode, readMultivariant } from '../support/stream.js';

const SECONDS = 3;
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '28'];
let appliance: Appliance;
let scratch: string;

beforeAll(async () => {
  appliance = await startAppliance();
  scratch = await mkdtemp(join(tmpdir(), 'lanternshare-kinds-'));
});
afterAll(async () => {
  await appliance.close();
  await rm(scratch, { recursive: true, force: true });
});

const small = { seconds: SECONDS, width: 480, height: 270 };
const playable: Record<string, () => Promise<string>> = {
  'moov last.mp4': () => makeClip(small),
  'matroska.mkv': () => makeClip({ ...small, name: 'x.mkv' }),
  'open gop.mp4': () =>
    makeClip({ ...small, video: [...X264, '-g', '30', '-bf', '2', '-x264-params', 'open-gop=1'] }),
  'no audio.mp4': () => makeClip({ ...small, audio: false }),
  'hevc 10 bit.mp4': () =>
    makeClip({
      ...small,
      video: [
        '-c:v',
        'libx265',
        '-preset',
        'ultrafast',
        '-x265-params',
        'log-level=error',
        '-pix_fmt',
        'yuv420p10le',
      ],
    }),
  'odd 444.mp4': () =>
    makeClip({ ...small, filter: 'scale=427:241', video: [...X264, '-pix_fmt', 'yuv444p'] }),
  'interlaced.ts': () =>
    makeClip({
      ...small,
      name: 'x.ts',
      filter: 'setsar=64/45,tinterlace=interleave_top,fieldorder=tff',
      video: ['-c:v', 'mpeg2video', '-flags', '+ilme+ildct', '-q:v', '6'],
      audio: ['-c:a', 'ac3'],
    }),
  'old.avi': () =>
    makeClip({
      ...small,
      name: 'x.avi',
      video: ['-c:v', 'mpeg4', '-q:v', '6'],
      audio: ['-c:a', 'libmp3lame'],
    }),
  'rotated.mov': async () =>
    convertClip(await makeClip({ ...small, name: 'x.mov' }), 'rotated.mov', [
      '-c',
      'copy',
      '-metadata:s:v:0',
      'rotate=90',
    ]),
  'song.mp3': () => makeClip({ ...small, name: 'x.mp3', video: false, audio: ['-c:a', 'libmp3lame'] }),
  'sound.flac': () => makeClip({ ...small, name: 'x.flac', video: false, audio: ['-c:a', 'flac'] }),
  'sound.wav': () => makeClip({ ...small, name: 'x.wav', video: false, audio: ['-c:a', 'pcm_s16le'] }),
  'sound.ogg': () => makeClip({ ...small, name: 'x.ogg', video: false, audio: ['-c:a', 'libvorbis'] }),
  'book.m4a': () => makeClip({ ...small, name: 'x.m4a', video: false }),
};

const broken: Record<string, () => Promise<Buffer>> = {
  'junk.mp4': () => Promise.resolve(randomFillSync(Buffer.alloc(100_000))),
  'text.mp4': () => Promise.resolve(Buffer.from('not media at all\n')),
  'playlist.mp4': () =>
    Promise.resolve(Buffer.from('#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n')),
};

test('everything common plays to its end; what cannot says why', { timeout: 180_000 }, async () => {
  const clips = await Promise.all(
    Object.entries(playable).map(async ([name, make]) => [name, await make()] as const),
  );
  for (const [name, make] of Object.entries(broken)) {
    await writeFile(join(scratch, name), await make());
    await drop(appliance, join(scratch, name), name);
  }
  for (const [name, path] of clips) await drop(appliance, path, name);

  for (const name of Object.keys(broken)) {
    const file = await waitForFile(appliance, name, 'failed', 60_000);
    expect(file.error, name).toMatch(/^[A-Z].{10,300}\.$/s);
    const { status } = await appliance.api('POST', '/share', { file_id: file.id });
    expect([200, 409]).toContain(status);
  }
  for (const [name] of clips) {
    const file = await waitForFile(appliance, name, 'completed', 60_000);
    const { stream_url } = await share(appliance, file.id);
    const { variants } = await readMultivariant(stream_url);
    for (const { uri, attributes } of variants) {
      const { errors, seconds } = await decode(uri);
      expect(errors, `${name} ${attributes['RESOLUTION']}`).toBe('');
      expect(seconds, name).toBeGreaterThan(SECONDS - 0.2);
      expect(seconds, name).toBeLessThan(SECONDS + 0.2);
    }
  }
});

test('a file cut off in the middle is not published', { timeout: 120_000 }, async () => {
  const whole = await readFile(await makeClip({ ...small, output: ['-movflags', '+faststart'] }));
  await writeFile(join(scratch, 'cut'), whole.subarray(0, whole.length / 2));
  await drop(appliance, join(scratch, 'cut'), 'cut.mp4');
  const file = await waitForFile(appliance, 'cut.mp4', 'failed', 100_000);
  expect(file.error).toMatch(/ends early|incomplete|cut off/i);
});
