/**
 * What will be made of one content: the ladder of renditions and the grid on which they are cut. Plain data,
 * decided once from (MediaInfo, SourceIndex), stored as JSON with the generation; everything later
 * (playlists, engine, checks) derives from it without looking at the source again.
 */
import type { Rational } from './info.js';

/** All video renditions cut at the same times. Segment n covers [frames[n], frames[n + 1]). */
export interface VideoGrid {
  /** Rate of the encoded renditions; frame k is shown at k / frameRate seconds. */
  frameRate: Rational;
  /** First frame of each segment, and the end as last entry: segments + 1 ascending integers from 0. */
  frames: number[];
  /** Where the top rendition is a copy: the same boundaries in the source's ticks, time 0 = startSeconds. */
  copy?: { timescale: number; ticks: number[] };
}

export interface CopiedVideo {
  id: string;
  kind: 'video';
  method: 'copy';
  width: number;
  height: number;
  /** RFC 6381, e.g. avc1.640028 — from the source's avcC. */
  codecs: string;
  /** Highest and mean bit rate over the segments, headers included, counted from the index. */
  bandwidthBps: number;
  averageBandwidthBps: number;
  /** Samples in the whole stream where the index knows it (MP4), for the check of the output. */
  sampleCount?: number;
}

export interface EncodedVideo {
  id: string;
  kind: 'video';
  method: 'encode';
  /** Even numbers; the picture is upright with square pixels. */
  width: number;
  height: number;
  /** RFC 6381; the level is forced on the encoder, so that this is known ahead and true. */
  codecs: string;
  /** H.264 level_idc, e.g. 31. */
  level: number;
  crf: number;
  maxrateBps: number;
  /** True: rendered in the background; false: only when a viewer asks. */
  eager: boolean;
}

export interface AudioRendition {
  id: string;
  kind: 'audio';
  method: 'copy' | 'encode';
  /** n-th audio stream of the source. */
  ordinal: number;
  codecs: string;
  sampleRate: number;
  channels: number;
  bitrateBps: number;
  /** Time of AAC frame 0 in samples, time 0 = startSeconds: 0 for encodes; a copy keeps the source's grid. */
  offsetSamples: number;
  /** First AAC frame (1024 samples each) of each segment, and the end as last entry. */
  frames: number[];
  language?: string;
  name: string;
  isDefault: boolean;
}

export interface SubtitleRendition {
  id: string;
  kind: 'subtitles';
  ordinal: number;
  language?: string;
  name: string;
  isDefault: boolean;
  isForced: boolean;
}

export type VideoRendition = CopiedVideo | EncodedVideo;
export type Rendition = VideoRendition | AudioRendition | SubtitleRendition;

export interface Plan {
  /** Version of the recipe (encoder settings and layout); part of the storage path of what is made. */
  recipe: string;
  durationSeconds: number;
  videoGrid?: VideoGrid;
  /** In the order of the multivariant playlist: what a player should start with comes first. */
  renditions: Rendition[];
}
