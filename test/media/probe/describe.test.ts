import { describe as group, expect, it } from 'vitest';
import { isAppError } from '../../../server/base/errors.js';
import { describe } from '../../../server/media/probe/describe.js';
import type { RawProbe, RawStream } from '../../../server/media/probe/ffprobe.js';

const DECODABLE = new Set(['h264', 'hevc', 'aac', 'mjpeg', 'subrip', 'dvd_subtitle']);
const VIDEO: RawStream = {
  ...{ index: 0, codec_type: 'video', codec_name: 'h264', width: 1920, height: 1080, pix_fmt: 'yuv420p' },
  ...{ avg_frame_rate: '25/1', r_frame_rate: '25/1', duration: '10' },
};
const AUDIO: RawStream = {
  ...{ index: 1, codec_type: 'audio', codec_name: 'aac', sample_rate: '48000', channels: 2, duration: '10' },
};

function tell(streams: RawStream[], more: Partial<RawProbe> = {}) {
  const format = { format_name: 'matroska,webm', duration: '10', start_time: '0', ...more.format };
  const raw = { chapters: [], isEncrypted: false, isDurationGuessed: false, ...more, streams, format };
  return describe({ raw, sizeBytes: 1_000_000, decodable: DECODABLE });
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isAppError(error, 'unsupported-media')) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

group('a description of a probed file', () => {
  it('plays the first video and names what it leaves out', () => {
    const info = tell([
      VIDEO,
      { ...VIDEO, index: 1, codec_name: 'hevc' },
      { ...AUDIO, index: 2, codec_name: 'apac', tags: { language: 'fra' } },
      { ...AUDIO, index: 3 },
      { index: 4, codec_type: 'subtitle', codec_name: 'dvd_subtitle', tags: { language: 'eng' } },
      { index: 5, codec_type: 'subtitle', codec_name: 'subrip', disposition: { forced: 1 } },
      { index: 6, codec_type: 'data', codec_name: 'bin_data' },
    ]);
    expect(info.video?.index).toBe(0);
    expect(info.audios.map(({ index, ordinal }) => [index, ordinal])).toEqual([[3, 1]]);
    expect(info.subtitles).toMatchObject([{ index: 5, ordinal: 1, isForced: true }]);
    expect(info.leftOut).toEqual([
      'A second video (hevc) is left out.',
      'Audio track 1 (apac, French) cannot be decoded here.',
      'Subtitles 1 (dvd_subtitle, English) are pictures, not text, and are left out.',
    ]);
  });

  it('plays the sound alone where the video cannot be decoded', () => {
    const info = tell([{ ...VIDEO, codec_name: 'vvc' }, AUDIO]);
    expect(info.mediaType).toBe('audio');
    expect(info.leftOut).toEqual(['The video cannot be decoded here (vvc).']);
  });

  it('never takes cover art or chapter pictures for the video', () => {
    const cover = { ...VIDEO, codec_name: 'mjpeg', disposition: { attached_pic: 1 } };
    const info = tell([cover, { ...cover, index: 2, disposition: { timed_thumbnails: 1 } }, AUDIO]);
    expect(info).toMatchObject({ mediaType: 'audio', cover: { index: 0 }, leftOut: [] });
    expect(info.video).toBeUndefined();
  });

  it('turns the shown size with the rotation and stretches it by the pixel shape', () => {
    const matrix = { side_data_type: 'Display Matrix', rotation: -90 };
    const turned = tell([{ ...VIDEO, side_data_list: [matrix] }]).video;
    expect(turned).toMatchObject({ rotation: 90, displayWidth: 1080, displayHeight: 1920 });
    expect(tell([{ ...VIDEO, tags: { rotate: '270' } }]).video?.rotation).toBe(270);
    const anamorphic = tell([{ ...VIDEO, width: 720, height: 576, sample_aspect_ratio: '64:45' }]).video;
    expect(anamorphic).toMatchObject({ displayWidth: 1024, displayHeight: 576, squarePixels: false });
    const almost = tell([{ ...VIDEO, width: 853, height: 481, sample_aspect_ratio: '7696:7677' }]).video;
    expect(almost).toMatchObject({ displayWidth: 853, squarePixels: true });
  });

  it('does not call a flipped picture upright', () => {
    const rows = ['00000000:  65536  0  0', '00000001:  0  -65536  0', '00000002:  0  0  1073741824'];
    const flip = { side_data_type: 'Display Matrix', rotation: 0, displaymatrix: `\n${rows.join('\n')}\n` };
    expect(tell([{ ...VIDEO, side_data_list: [flip] }]).video?.rotation).toBe(180);
  });

  it('sees HDR, depth and interlacing', () => {
    const hdr = tell([
      { ...VIDEO, color_transfer: 'arib-std-b67', pix_fmt: 'yuv420p10le', field_order: 'tt' },
    ]);
    expect(hdr.video).toMatchObject({ hdr: true, bitDepth: 10, interlaced: true });
  });

  it('counts chapters and ends from the start time, inside the file, each with a title', () => {
    const chapters = [
      { start_time: '6.5', end_time: '99', tags: { TITLE: 'Rest' } },
      { start_time: '1.5', end_time: '6.5' },
      { start_time: '3', end_time: '3' },
    ];
    const info = tell([{ ...VIDEO, start_time: '1.7' }], {
      chapters,
      format: { start_time: '1.5', duration: '10.2' },
    });
    expect(info.chapters).toEqual([
      { startSeconds: 0, endSeconds: 5, title: 'Chapter 1' },
      { startSeconds: 5, endSeconds: 10.2, title: 'Rest' },
    ]);
    expect(info.video?.durationSeconds).toBeCloseTo(10.2);
  });

  it('finds a duration in the streams where the container has none', () => {
    const unknown = { duration: 'N/A', start_time: '0' };
    const tagged = { ...VIDEO, duration: 'N/A', tags: { DURATION: '00:01:02.500000000' } };
    expect(tell([tagged], { format: unknown }).durationSeconds).toBe(62.5);
    const oneFrame = { ...VIDEO, duration: 'N/A' };
    expect(tell([oneFrame], { format: unknown }).durationSeconds).toBe(1 / 25);
  });

  it('refuses copy protection, absurd lengths and files with nothing to play', () => {
    expect(refusal(() => tell([VIDEO], { isEncrypted: true }))).toMatch(/copy-protected/);
    expect(refusal(() => tell([{ ...AUDIO, codec_tag_string: 'drms' }]))).toMatch(/copy-protected/);
    expect(refusal(() => tell([VIDEO], { format: { duration: '4294967295' } }))).toMatch(/two weeks/);
    expect(refusal(() => tell([]))).toBe('The file holds neither video nor audio.');
    expect(refusal(() => tell([{ ...VIDEO, codec_name: 'vvc' }]))).toMatch(/cannot be decoded here \(vvc\)/);
    expect(refusal(() => tell([{ ...VIDEO, width: 0 }]))).toMatch(/no usable size/);
    expect(refusal(() => tell([{ ...AUDIO, channels: 0 }]))).toMatch(/is damaged/);
  });

  it('cleans and shortens titles', () => {
    const tags = { title: `  A\n\u0000song ${'x'.repeat(500)}`, artist: 'N' };
    const { title, artist } = tell([AUDIO], { format: { tags } });
    expect(title).toMatch(/^A song x+$/);
    expect(title).toHaveLength(300);
    expect(artist).toBe('N');
  });
});
