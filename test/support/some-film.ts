/** A film as it looks after its probe, for tests that need no real one: six seconds, one encoded quality, one sound. */
import type { MediaInfo } from '../../server/media/info.js';
import type { Plan } from '../../server/media/plan.js';

export const plan: Plan = {
  recipe: 'test',
  durationSeconds: 6,
  videoGrid: { frameRate: { num: 30, den: 1 }, frames: [0, 30, 60, 120, 180] },
  renditions: [
    {
      id: 'v480',
      kind: 'video',
      method: 'encode',
      width: 854,
      height: 480,
      codecs: 'avc1.64001f',
      level: 31,
      crf: 23,
      maxrateBps: 1_500_000,
      eager: true,
    },
    {
      id: 'a0',
      kind: 'audio',
      method: 'encode',
      ordinal: 0,
      codecs: 'mp4a.40.2',
      sampleRate: 48_000,
      channels: 2,
      bitrateBps: 128_000,
      offsetSamples: 0,
      frames: [0, 47, 94, 188, 282],
      name: 'English',
      isDefault: true,
    },
    { id: 's0', kind: 'subtitles', ordinal: 0, name: 'English', isDefault: false, isForced: false },
  ],
};

export function videoInfo(sizeBytes: number): MediaInfo {
  return {
    format: 'mov,mp4,m4a,3gp,3g2,mj2',
    mediaType: 'video',
    durationSeconds: 6,
    startSeconds: 0,
    sizeBytes,
    bitrateBps: 400_000,
    video: {
      index: 0,
      codec: 'hevc',
      width: 1920,
      height: 1080,
      displayWidth: 1920,
      displayHeight: 1080,
      rotation: 0,
      squarePixels: true,
      pixelFormat: 'yuv420p',
      bitDepth: 8,
      chroma: '420',
      interlaced: false,
      frameRate: { num: 30, den: 1 },
      variableFrameRate: false,
      hdr: false,
    },
    audios: [{ index: 1, ordinal: 0, codec: 'aac', sampleRate: 44_100, channels: 2, isDefault: true }],
    subtitles: [],
    chapters: [],
    leftOut: [],
  };
}
