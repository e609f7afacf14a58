/** Indexes without a file behind them, for tests of what is decided from them. */
import type { AudioIndex, SourceIndex, VideoIndex } from '../../server/media/source-index.js';

export interface VideoIndexOptions {
  keyframeSeconds?: number[];
  endSeconds?: number;
  everySyncIsIdr?: boolean;
  profile?: number;
  /** Bytes of a second of video; default 1 MB. */
  bytesPerSecond?: number;
}

const TIMESCALE = 90_000;
const unreadable = () => Promise.reject(new Error('there is no file behind this index'));

export function describeVideoIndex(options: VideoIndexOptions = {}): VideoIndex {
  const {
    keyframeSeconds = [0, 5, 10],
    endSeconds = 15,
    profile = 100,
    bytesPerSecond = 1_000_000,
  } = options;
  return {
    timescale: TIMESCALE,
    avcC: Buffer.from([1, profile, 0, 40]),
    width: 1920,
    height: 1080,
    keyframeTicks: Float64Array.from(keyframeSeconds, (s) => Math.round(s * TIMESCALE)),
    everySyncIsIdr: options.everySyncIsIdr ?? true,
    endTicks: Math.round(endSeconds * TIMESCALE),
    sampleCount: Math.round(endSeconds * 30),
    sizeBetween: (from, to) => ((to - from) / TIMESCALE) * bytesPerSecond,
    read: unreadable,
    readKeyframe: unreadable,
  };
}

export function describeAudioIndex(options: Partial<AudioIndex> = {}): AudioIndex {
  return {
    ordinal: 0,
    sampleRate: 48_000,
    channels: 2,
    config: Buffer.from([0x11, 0x90]),
    offsetSamples: -1024,
    frameCount: 704,
    bitrateBps: 160_000,
    read: unreadable,
    ...options,
  };
}

export function describeIndex(video?: VideoIndex, audios: AudioIndex[] = []): SourceIndex {
  return {
    container: 'mp4',
    ...(video ? { video } : {}),
    audios,
    heapBytes: 0,
    close: () => Promise.resolve(),
  };
}
