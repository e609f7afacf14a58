/**
 * The promise of an index: where the samples of a source lie, so that a rendition can be packaged straight
 * from the original. Built in a fraction of a second for any length by index/ (MP4, Matroska); this file
 * holds only the types that readers of an index need.
 */

/** One sample in decode order; `ptsTicks` relative to time 0 = MediaInfo.startSeconds. */
export interface Sample {
  ptsTicks: number;
  sizeBytes: number;
  isSync: boolean;
}

/** The samples asked for and their bytes: `data` concatenated holds them back to back in the same order. */
export interface SampleRun {
  samples: Sample[];
  data: Buffer[];
}

export interface VideoIndex {
  timescale: number;
  /** avcC payload (AVCDecoderConfigurationRecord, ISO/IEC 14496-15 5.3.3.1). */
  avcC: Buffer;
  width: number;
  height: number;
  /** Ascending ticks of sync samples that were each checked to be an IDR with nothing later shown before it. */
  keyframeTicks: Float64Array;
  /** True when every sync sample of the source passed that check and the first sample is one of them. */
  everySyncIsIdr: boolean;
  /** End of presentation in ticks. */
  endTicks: number;
  /** Known for MP4. */
  sampleCount?: number;
  /**
   * Bytes between two keyframes, exact for MP4; for Matroska an upper bound from the Cues' positions.
   * `fromTick` and `toTick` are keyframe ticks or endTicks.
   */
  sizeBetween(fromTick: number, toTick: number): number;
  /** Samples of [fromTick, toTick), both as in sizeBetween. Errors: AppError 'source-changed' when the file is no longer the one indexed. */
  read(fromTick: number, toTick: number): Promise<SampleRun>;
  /** The n-th keyframe alone. Same errors. */
  readKeyframe(n: number): Promise<Buffer>;
}

export interface AudioIndex {
  /** n-th audio stream. */
  ordinal: number;
  /** Only AAC-LC is indexed. */
  sampleRate: number;
  channels: number;
  /** AudioSpecificConfig (ISO/IEC 14496-3 1.6.2.1). */
  config: Buffer;
  /** Time of frame 0 in samples; may be negative (encoder priming). */
  offsetSamples: number;
  /** Frames of 1024 samples; from the last timestamp where the container does not count them. */
  frameCount: number;
  bitrateBps: number;
  /** Frames [from, to): exactly to - from samples; a frame missing in the source is an error 'source-damaged'. */
  read(from: number, to: number): Promise<SampleRun>;
}

/** Open index; holds one file descriptor until closed. Memory is bounded by the sample tables. */
export interface SourceIndex {
  container: 'mp4' | 'matroska';
  /** Only when the first video track is H.264 with an avcC. */
  video?: VideoIndex;
  audios: AudioIndex[];
  /** Approximate heap held, for the cache's budget. */
  heapBytes: number;
  close(): Promise<void>;
}
