/**
 * The words of clips as media: what a time range of a file is made of. Plain data, decided once by layoutClip from
 * the plan alone; playlists, engine and guard derive from it. Knows nothing of shares.
 */
import type { AudioRendition, SubtitleRendition, VideoRendition } from '../plan.js';

/** [startMs, endMs) of the parent, whole milliseconds. Two equal ranges of one generation share all that is made. */
export interface ClipRange {
  startMs: number;
  endMs: number;
}

/**
 * Which initialisation section a piece is decoded with: the parent rendition's own, or that of an encoder of the
 * clip's (edges of a copied video only). In the playlist: one EXT-X-MAP where it changes.
 */
export type ClipInit = 'parent' | 'head' | 'tail';

/** One media segment of the clip: `${k}.m4s`, k being its place in the list. */
export interface ClipPiece {
  /** 'parent': the parent's segment `first` (= `last`), re-stamped; 'made': encoded for this clip from these. */
  kind: 'parent' | 'made';
  first: number;
  last: number;
  /** Its time in the clip, in ticks of the rendition's time scale; pieces touch each other. */
  fromTick: number;
  toTick: number;
  init: ClipInit;
  /** True: EXT-X-DISCONTINUITY stands before it, in all renditions at the same place. */
  isAfterDiscontinuity: boolean;
}

interface ClipTrack {
  /** Same as the parent's. */
  id: string;
  /** Ticks of a second: of EXTINF, (toTick - fromTick) / timescale. */
  timescale: number;
  pieces: ClipPiece[];
}

export interface ClipVideo extends ClipTrack {
  kind: 'video';
  rendition: VideoRendition;
  /** The parent's tick that is 0 in the clip. */
  originTick: number;
  /** Only pictures of [fromTick, toTick) of the parent belong to the clip. */
  window: { fromTick: number; toTick: number };
  /**
   * Its pictures are not the source's one by one (a rate of its own): only the source can tell when they begin, so
   * that edges are made from it.
   */
  isUneven: boolean;
  /** Pieces of several encoders: each keyframe is preceded by its parameter sets. */
  hasInBandSets: boolean;
}

export interface ClipAudio extends ClipTrack {
  kind: 'audio';
  rendition: AudioRendition;
  /** Sample of the clip's 0, counted from the first sample of the rendition's frame 0. */
  originSample: number;
  /** Only samples of [from, to) are heard, counted in the same way; around them there is silence. */
  window: { fromSample: number; toSample: number };
}

export interface ClipCaptions {
  kind: 'subtitles';
  id: string;
  rendition: SubtitleRendition;
}

export type ClipRendition = ClipVideo | ClipAudio | ClipCaptions;

export interface ClipLayout {
  range: ClipRange;
  /**
   * The parent's time that is 0 in the clip: `startMs`, or up to 43 ms (at 48 kHz) earlier, since a decoder of AAC
   * needs a silent frame before the first that is heard. The first picture is shown from 0 on.
   */
  originSeconds: number;
  /** Of the longest rendition. */
  durationSeconds: number;
  /** In the plan's order, without those that have nothing in the range. */
  renditions: ClipRendition[];
}
