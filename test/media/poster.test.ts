import { describe, expect, it } from 'vitest';
import { createExec } from '../../server/base/exec.js';
import { silentLog } from '../../server/base/log.js';
import { coverArgs, posterArgs } from '../../server/media/poster.js';
import { convertClip, makeClip } from '../support/clips.js';
import { describeAudioFile, describeVideoFile } from '../support/media-info.js';

const exec = createExec({ log: silentLog });

async function look(jpeg: Buffer) {
  const raw = ['-v', 'error', '-i', 'pipe:0', '-f', 'rawvideo', '-pix_fmt', 'gray'];
  const { stdout } = await exec.run('ffmpeg', [...raw, 'pipe:1'], { input: jpeg });
  // Start of frame (ITU-T T.81 B.2.2): precision, height, width.
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0])) + 5;
  const [height, width] = [jpeg.readUInt16BE(frame), jpeg.readUInt16BE(frame + 2)];
  const mean = stdout.reduce((sum, value) => sum + value, 0) / stdout.length;
  return { width, height, mean };
}

describe('posterArgs', () => {
  it('choose a picture past the beginning, not a black one', async () => {
    // Black for the first 1.5 of 4 seconds: the keyframe at a tenth is black, those after 2 s are not.
    const path = await makeClip({
      seconds: 4,
      filter: "drawbox=t=fill:color=black:enable='lt(t,1.5)'",
      audio: false,
    });
    const info = describeVideoFile({ width: 480, height: 270 }, { durationSeconds: 4 });
    const { stdout } = await exec.run('ffmpeg', posterArgs({ path, info }));
    const picture = await look(stdout);
    expect(picture).toMatchObject({ width: 480, height: 270 });
    expect(picture.mean).toBeGreaterThan(40);
  });

  it('are upright and at most 1280 pixels a side', async () => {
    const source = await makeClip({ seconds: 1, width: 1440, height: 480, audio: false });
    const path = await convertClip(source, 'turned.mov', ['-c', 'copy', '-metadata:s:v', 'rotate=90']);
    const shape = { width: 1440, height: 480, displayWidth: 480, displayHeight: 1440, rotation: 90 } as const;
    const info = describeVideoFile(shape, { durationSeconds: 1 });
    const { stdout } = await exec.run('ffmpeg', posterArgs({ path, info }));
    expect(await look(stdout)).toMatchObject({ width: 426, height: 1280 });
  });

  it('find a picture from the start where there is no keyframe after a tenth', async () => {
    const path = await makeClip({ seconds: 1, audio: false });
    // A duration that the file does not have, as in a file that was cut off: nothing lies at a tenth of it.
    const info = describeVideoFile({ width: 480, height: 270 }, { durationSeconds: 600 });
    const { stdout } = await exec.run('ffmpeg', posterArgs({ path, info }, 'start'));
    expect(await look(stdout)).toMatchObject({ width: 480, height: 270 });
  });

  it('take one field of an interlaced picture', () => {
    expect(posterArgs({ path: 'x', info: describeVideoFile({ interlaced: true }) }).join(' ')).toMatch(
      /-vf field,scale/,
    );
  });

  it('map HDR to what a JPEG can show', () => {
    const info = describeVideoFile({ hdr: true });
    expect(posterArgs({ path: 'x', info }).join(' ')).toMatch(/scale=1280:720:.*tonemap=.*thumbnail=/);
    expect(posterArgs({ path: 'x', info: describeVideoFile() }).join(' ')).not.toContain('tonemap');
  });
});

describe('coverArgs', () => {
  it('yield the attached picture, made smaller where it is large', async () => {
    const sound = await makeClip({
      name: 'sound.mp3',
      video: false,
      seconds: 1,
      audio: ['-c:a', 'libmp3lame'],
    });
    const picture = await makeClip({
      name: 'cover.png',
      seconds: 1,
      width: 1600,
      height: 1600,
      audio: false,
      video: ['-frames:v', '1'],
    });
    const path = await convertClip([sound, picture], 'song.mp3', [
      ...[
        '-map',
        '0:a',
        '-map',
        '1:v',
        '-c',
        'copy',
        '-id3v2_version',
        '3',
        '-disposition:v',
        'attached_pic',
      ],
    ]);
    const info = describeAudioFile({}, { cover: { index: 1 } });
    const { stdout } = await exec.run('ffmpeg', coverArgs({ path, info }));
    expect(await look(stdout)).toMatchObject({ width: 1280, height: 1280 });
  });
});
