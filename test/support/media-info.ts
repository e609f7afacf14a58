/** Probed files as plain objects, for tests of what is decided from them. */
import type { AudioStream, MediaInfo, VideoStream } from '../../server/media/info.js';

/** A 1080p H.264 video of a minute with stereo AAC, except for what is given. */
export function describeVideoFile(
  video: Partial<VideoStream> = {},
  info: Partial<MediaInfo> = {},
): MediaInfo & { video: VideoStream } {
  const { width = 1920, height = 1080 } = video;
  return {
    format: 'mov,mp4,m4a,3gp,3g2,mj2',
    mediaType: 'video',
    durationSeconds: 60,
    startSeconds: 0,
    sizeBytes: 60_000_000,
    bitrateBps: 8_000_000,
    audios: [describeAudioTrack()],
    subtitles: [],
    chapters: [],
    leftOut: [],
    ...info,
    video: {
      index: 0,
      codec: 'h264',
      width,
      height,
      displayWidth: width,
      displayHeight: height,
      rotation: 0,
      squarePixels: true,
      pixelFormat: 'yuv420p',
      bitDepth: 8,
      chroma: '420',
      interlaced: false,
      frameRate: { num: 30, den: 1 },
      variableFrameRate: false,
      hdr: false,
      bitrateBps: 7_800_000,
      durationSeconds: info.durationSeconds ?? 60,
      ...video,
    },
  };
}

/** A song of 30 s, except for what is given. */
export function describeAudioFile(
  audio: Partial<AudioStream> = {},
  info: Partial<MediaInfo> = {},
): MediaInfo {
  return {
    format: 'mp3',
    mediaType: 'audio',
    durationSeconds: 30,
    startSeconds: 0,
    sizeBytes: 720_000,
    bitrateBps: 192_000,
    audios: [describeAudioTrack({ index: 0, codec: 'mp3', ...audio })],
    subtitles: [],
    chapters: [],
    leftOut: [],
    ...info,
  };
}

export function describeAudioTrack(audio: Partial<AudioStream> = {}): AudioStream {
  return {
    index: 1,
    ordinal: 0,
    codec: 'aac',
    sampleRate: 48_000,
    channels: 2,
    startSeconds: 0,
    isDefault: true,
    ...audio,
  };
}
