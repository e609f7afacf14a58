import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExec, type Exec } from '../../../server/base/exec.js';
import { silentLog } from '../../../server/base/log.js';
import { createProber } from '../../../server/media/probe/index.js';
import { convertClip, makeClip } from '../../support/clips.js';
import { probeFile } from '../../support/probed.js';

const SMALL = { seconds: 1, width: 96, height: 64 };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'probe-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function place(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** A copy of a clip in which the bytes of one text are replaced by another of the same length, everywhere. */
async function patch(name: string, source: string, pairs: [string, string][]): Promise<string> {
  let text = (await readFile(source)).toString('latin1');
  for (const [from, to] of pairs) text = text.replaceAll(from, to);
  return place(name, Buffer.from(text, 'latin1'));
}

describe('probing files that play', () => {
  it('describes an MP4', async () => {
    const info = await probeFile(await makeClip(SMALL));
    expect(info).toMatchObject({
      mediaType: 'video',
      durationSeconds: 1,
      startSeconds: 0,
      video: { index: 0, codec: 'h264', width: 96, height: 64, bitDepth: 8, chroma: '420', hdr: false },
      audios: [{ ordinal: 0, codec: 'aac', profile: 'LC', sampleRate: 48000, channels: 2 }],
      leftOut: [],
    });
    expect(info.video).toMatchObject({
      frameRate: { num: 30, den: 1 },
      variableFrameRate: false,
      rotation: 0,
    });
  });

  it('sees a rotation in the display matrix', async () => {
    const bytes = await readFile(await makeClip(SMALL));
    // A quarter turn clockwise, as phones write it, in the first track header (version 0).
    const matrix = [0, 0x10000, 0, -0x10000, 0, 0];
    matrix.forEach((value, n) => bytes.writeInt32BE(value, bytes.indexOf('tkhd') + 44 + 4 * n));
    const { video } = await probeFile(await place('turned.mp4', bytes));
    expect(video).toMatchObject({ rotation: 90, displayWidth: 64, displayHeight: 96, width: 96 });
  });

  it('tells variable from constant frame rates', async () => {
    const dropped = await makeClip({
      ...SMALL,
      seconds: 2,
      filter: "select='not(between(mod(n,17),5,8))'",
      output: ['-fps_mode', 'vfr'],
    });
    expect((await probeFile(dropped)).video).toMatchObject({
      variableFrameRate: true,
      frameRate: { num: 30, den: 1 },
    });
    for (const name of ['ntsc.mp4', 'ntsc.mkv', 'ntsc.ts']) {
      const ntsc = await makeClip({ ...SMALL, name, frameRate: '30000/1001' });
      expect((await probeFile(ntsc)).video).toMatchObject({
        variableFrameRate: false,
        frameRate: { num: 30000, den: 1001 },
      });
    }
  });

  it('names languages and titles of several tracks, and reads chapters', async () => {
    const clip = await makeClip(SMALL);
    const chapters = await place(
      'chapters.txt',
      ';FFMETADATA1\ntitle=Film\n[CHAPTER]\nTIMEBASE=1/10\nSTART=0\nEND=5\ntitle=In\n',
    );
    const subtitles = await place('cues.srt', '1\n00:00:00,100 --> 00:00:00,900\nHello\n');
    const streams = ['-map', '0', '-map', '0:a', '-map', '1', '-c', 'copy', '-map_metadata', '2'];
    const tags = [
      '-metadata:s:a:0',
      'language=eng',
      '-metadata:s:a:1',
      'language=fre',
      '-metadata:s:a:1',
      'title=Off',
    ];
    const film = await convertClip([clip, subtitles, chapters], 'film.mkv', [...streams, ...tags]);
    const info = await probeFile(film);
    expect(info.title).toBe('Film');
    expect(info.audios).toMatchObject([{ language: 'en' }, { ordinal: 1, language: 'fr', title: 'Off' }]);
    expect(info.subtitles).toMatchObject([{ codec: 'subrip', ordinal: 0 }]);
    expect(info.chapters).toMatchObject([{ startSeconds: 0, endSeconds: 0.5, title: 'In' }]);
  });

  it('keeps the cover of a song out of its streams', async () => {
    const picture = await makeClip({ ...SMALL, name: 'cover.jpg', audio: false, video: ['-frames:v', '1'] });
    const song = await makeClip({
      name: 'song.mp3',
      seconds: 1,
      video: false,
      audio: ['-c:a', 'libmp3lame'],
    });
    const cover = ['-map', '0', '-map', '1', '-c', 'copy', '-disposition:v', 'attached_pic'];
    const info = await probeFile(
      await convertClip([song, picture], 'covered.mp3', [...cover, '-metadata', 'artist=N']),
    );
    expect(info).toMatchObject({ mediaType: 'audio', cover: { index: 1 }, artist: 'N' });
    expect(info.video).toBeUndefined();
  });

  it.each([
    ['sound.mp3', ['-c:a', 'libmp3lame'], 'mp3'],
    ['sound.flac', ['-c:a', 'flac'], 'flac'],
    ['sound.wav', ['-c:a', 'pcm_s16le'], 'pcm_s16le'],
    ['sound.ogg', ['-c:a', 'libvorbis'], 'vorbis'],
    ['sound.opus', ['-c:a', 'libopus'], 'opus'],
    ['sound.m4a', ['-c:a', 'aac'], 'aac'],
    ['sound.wma', ['-c:a', 'wmav2'], 'wmav2'],
  ])('describes %s', async (name, audio, codec) => {
    const info = await probeFile(await makeClip({ name, seconds: 2, video: false, audio }));
    expect(info).toMatchObject({ mediaType: 'audio', audios: [{ codec, sampleRate: 48000 }] });
    expect(info.durationSeconds).toBeGreaterThan(1.9);
    expect(info.durationSeconds).toBeLessThan(2.2);
  });

  it('measures what the container does not tell: raw AAC, and a recording without a duration', async () => {
    const raw = await makeClip({ name: 'sound.aac', seconds: 5, video: false, audio: ['-c:a', 'aac'] });
    expect((await probeFile(raw)).durationSeconds).toBeCloseTo(5.03, 1);
    const live = await makeClip({ ...SMALL, name: 'live.mkv', seconds: 2, output: ['-live', '1'] });
    expect((await probeFile(live)).durationSeconds).toBeCloseTo(2, 1);
  });

  it('takes the start of a transport stream as time 0', async () => {
    const info = await probeFile(await makeClip({ ...SMALL, name: 'stream.ts' }));
    expect(info.startSeconds).toBeGreaterThan(1);
    expect(info.durationSeconds).toBeLessThan(1.2);
  });

  it('leaves a track out that ffmpeg cannot decode', async () => {
    const patched = await patch('apac.mp4', await makeClip(SMALL), [
      ['mp4a', 'apac'],
      ['esds', 'xsds'],
    ]);
    const info = await probeFile(patched);
    expect(info.audios).toEqual([]);
    expect(info.leftOut).toEqual(['Audio track 1 (apac) cannot be decoded here.']);
  });

  it('takes any name for a plain file', async () => {
    const clip = await makeClip(SMALL);
    const names = [
      '-i.mp4',
      '%03d.mp4',
      'a\nb.mp4',
      `"it's" $HOME; é 🎬.mp4`,
      'http:x.mp4',
      'concat:a|b',
      'x'.repeat(255),
    ];
    for (const name of names) {
      const path = join(folder, name);
      await copyFile(clip, path);
      expect((await probeFile(path)).durationSeconds).toBe(1);
    }
  });
});

describe('probing files that do not', () => {
  const refusal = (path: string) =>
    probeFile(path).then(
      () => expect.unreachable('it was taken'),
      (error: unknown) => error as { code: string; message: string; detail?: string },
    );

  it.each([
    ['an empty file', 'empty.mp4', '', 'The file is empty.'],
    ['text', 'text.mp4', 'not media at all\n', 'This is not a video or audio file that can be read.'],
    ['zeros', 'zeros.mp4', Buffer.alloc(5000), 'This is not a video or audio file that can be read.'],
    [
      'subtitles',
      'cues.mp4',
      '1\n00:00:01,000 --> 00:00:03,000\nHello\n',
      'This is a subtitle file, not a video or audio file.',
    ],
    [
      'a playlist in disguise',
      'list.mp4',
      '#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n',
      'This is a playlist that points at other files, not a video or audio file.',
    ],
    [
      'a list of files in disguise',
      'concat.mp4',
      'ffconcat version 1.0\nfile /etc/passwd\n',
      'This is a playlist that points at other files, not a video or audio file.',
    ],
  ])('refuses %s', async (_, name, content, sentence) => {
    const error = await refusal(await place(name, content));
    expect(error.code).toBe('unsupported-media');
    expect(error.message).toBe(sentence);
  });

  it('refuses a picture whatever it is called', async () => {
    const still = { ...SMALL, audio: false as const, video: ['-frames:v', '1'] };
    for (const name of ['still.png', 'still.jpg', 'still.gif']) {
      const path = join(folder, `${name}.mp4`);
      await copyFile(await makeClip({ ...still, name }), path);
      expect((await refusal(path)).message).toBe('This is a picture, not a video or audio file.');
    }
  });

  it('tells a recording that was cut off from a file that never was media', async () => {
    const whole = await readFile(await makeClip(SMALL)); // its moov comes last
    const error = await refusal(await place('cut.mp4', whole.subarray(0, whole.length / 2)));
    expect(error.message).toMatch(/^The file is incomplete/);
    expect(error.detail).toMatch(/moov atom not found/);
  });

  it('refuses copy protection', async () => {
    const key = [
      '-encryption_key',
      '76a6c65c5ea762046bd749a2e632ccbb',
      '-encryption_kid',
      'a7e61c373e219033c21091fa607bf3b8',
    ];
    const locked = await makeClip({ ...SMALL, output: ['-encryption_scheme', 'cenc-aes-ctr', ...key] });
    expect((await refusal(locked)).message).toMatch(/copy-protected/);
  });

  it('refuses what is not a file, and reports one that is gone', async () => {
    expect((await refusal(folder)).code).toBe('unsupported-media');
    expect((await refusal(join(folder, 'nothing.mp4'))).code).toBe('source-missing');
  });

  it('stops when the asker goes away', async () => {
    const prober = createProber({ exec: createExec({ log: silentLog }) });
    const asked = prober.probe(await makeClip(SMALL), { signal: AbortSignal.abort() });
    await expect(asked).rejects.toMatchObject({ code: 'aborted' });
  });

  it('does not blame the file when ffprobe cannot be started', async () => {
    const real = createExec({ log: silentLog });
    const exec: Exec = {
      ...real,
      run: (file, args, options) => real.run(`${file}-is-not-installed`, args, options),
    };
    await expect(createProber({ exec }).probe(await makeClip(SMALL))).rejects.toMatchObject({
      code: 'render-failed',
    });
  });
});
