/**
 * What a probe learns about one content, in our own words. Plain data: it is stored as JSON beside the
 * generation. Knows nothing of ffprobe's field names (that is probe.ts) nor of what will be made of it.
 */

/** A fraction; frame rates are exact (30000/1001), never rounded. */
export interface Rational {
  num: number;
  den: number;
}

export interface VideoStream {
  /** Position among all streams of the container: ffmpeg's `0:<index>`. */
  index: number;
  /** ffmpeg's name, lower case: h264, hevc, vp9, av1, mpeg2video, mpeg4, prores … */
  codec: string;
  profile?: string;
  /** As coded, before rotation and pixel shape. */
  width: number;
  height: number;
  /** As shown: pixel shape and rotation applied, rounded to whole pixels. */
  displayWidth: number;
  displayHeight: number;
  rotation: 0 | 90 | 180 | 270;
  squarePixels: boolean;
  pixelFormat: string;
  bitDepth: number;
  chroma: '420' | '422' | '444' | 'rgb' | 'gray';
  interlaced: boolean;
  /** The rate that the encoded renditions run at: the source's own where it is constant and at most 60. */
  frameRate: Rational;
  variableFrameRate: boolean;
  /** The source's own constant rate where frameRate is a multiple or a fraction of it. */
  sourceFrameRate?: Rational;
  /** How long after startSeconds its first picture is shown; absent where it is there at once. */
  delaySeconds?: number;
  /** PQ or HLG: needs tone mapping before it may be shown as SDR. */
  hdr: boolean;
  bitrateBps?: number;
  /** When its last picture ends, counted from startSeconds. */
  durationSeconds?: number;
}

export interface AudioStream {
  index: number;
  /** n-th audio stream: ffmpeg's `0:a:<ordinal>`. */
  ordinal: number;
  codec: string;
  profile?: string;
  sampleRate: number;
  channels: number;
  bitrateBps?: number;
  /** Container time of its first packet, where the container tells. */
  startSeconds?: number;
  /** BCP 47 where it could be told; absent for `und`. */
  language?: string;
  title?: string;
  isDefault: boolean;
}

export interface SubtitleStream {
  index: number;
  /** n-th subtitle stream: ffmpeg's `0:s:<ordinal>`. */
  ordinal: number;
  codec: string;
  language?: string;
  title?: string;
  isDefault: boolean;
  isForced: boolean;
}

export interface Chapter {
  startSeconds: number;
  endSeconds: number;
  title: string;
}

export interface MediaInfo {
  /** ffprobe's short names of the container, e.g. `mov,mp4,m4a,3gp,3g2,mj2`. */
  format: string;
  mediaType: 'video' | 'audio';
  durationSeconds: number;
  /** The container time that we call 0 (ffprobe's format.start_time; MPEG-TS often starts at 1.4 s). */
  startSeconds: number;
  sizeBytes: number;
  bitrateBps: number;
  video?: VideoStream;
  /** Only streams that ffmpeg here can decode. */
  audios: AudioStream[];
  /** Only text subtitles. */
  subtitles: SubtitleStream[];
  /** Attached picture (cover art), if any: its stream index. */
  cover?: { index: number };
  chapters: Chapter[];
  title?: string;
  artist?: string;
  /** Streams left out and why, one short sentence each (undecodable, bitmap subtitles, a second video). */
  leftOut: string[];
}
