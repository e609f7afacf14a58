/** Decides, once per content, what will be made of it: renditions, their order, and the grid. Pure. */
import { createHash } from 'node:crypto';
import { AppError } from '../base/errors.js';
import { AAC_FRAME_SAMPLES } from './aac.js';
import { bandwidthOf } from './bandwidth.js';
import {
  absoluteGrid,
  audioFrames,
  audioOnlyBoundaries,
  keyframeGrid,
  shiftOf,
  videoBoundaries,
} from './grid.js';
import { avcCodecs } from './h264-level.js';
import type { AudioStream, MediaInfo, SubtitleStream, VideoStream } from './info.js';
import { planLadder, reasonNotToCopy } from './ladder.js';
import { nameTracks } from './name-tracks.js';
import type { AudioRendition, CopiedVideo, Plan, SubtitleRendition, VideoGrid } from './plan.js';
import { rateOf } from './rational.js';
import type { AudioIndex, SourceIndex, VideoIndex } from './source-index.js';

/**
 * Version of everything that decides the bytes of what is made: encoder settings, ladder, grid, boxes. Raise
 * it with any change to those: files of an older recipe are then planned anew at the next start, and what was made of
 * them is swept.
 */
const RECIPE = '2';

export interface PlanSettings {
  /** Short sides of the encoded rungs; absent for the built-in ladder. */
  heights?: readonly number[] | undefined;
  /** Least length of a copied segment; default 4. */
  segmentSeconds?: number | undefined;
}

/** As in grid.ts. */
const DEFAULT_SECONDS = 4;
const ENCODED_AUDIO_RATE = 48_000;
const AAC_LC_CODECS = 'mp4a.40.2';
/** Sound that begins later than this is encoded, which fills the gap with silence; players skip gaps. */
const LATE_AUDIO_SECONDS = 0.1;
/** moof and mdat of a segment, and what each sample takes in moof. */
const SEGMENT_HEADER_BYTES = 108;
const SAMPLE_HEADER_BYTES = 16;

/** Other settings are another recipe: they too count for all files, not only for those that come later. */
export function recipeOf({ heights, segmentSeconds = DEFAULT_SECONDS }: PlanSettings): string {
  if (!heights && segmentSeconds === DEFAULT_SECONDS) return RECIPE;
  const chosen = JSON.stringify([heights ?? [], segmentSeconds]);
  return `${RECIPE}-${createHash('sha256').update(chosen).digest('hex').slice(0, 12)}`;
}

/** Errors: AppError 'unsupported-media' when there is nothing to see or hear. */
export function makePlan(info: MediaInfo, index: SourceIndex | undefined, settings: PlanSettings): Plan {
  const { video } = info;
  if (!video && !info.audios.length)
    throw new AppError('unsupported-media', 'The file has no video and no audio that can be decoded.');
  const source = reasonNotToCopy(info, index?.video) === undefined ? index?.video : undefined;
  const videoGrid = video && gridOf(info, video, source, settings.segmentSeconds);
  const copied = source && videoGrid && copyVideo(info, source, videoGrid);
  const encoded = planLadder(info, { copyable: copied !== undefined, heights: settings.heights });
  const boundaries = videoGrid ? videoBoundaries(videoGrid) : audioOnlyBoundaries(info.durationSeconds);
  const names = nameTracks(info.audios, 'Audio');
  return {
    recipe: recipeOf(settings),
    durationSeconds: info.durationSeconds,
    ...(videoGrid ? { videoGrid } : {}),
    renditions: [
      // A player starts with the first: the copy is there at once; of encodes the smallest is soonest.
      ...(copied ? [copied, ...encoded] : encoded.toReversed()),
      ...info.audios.map((audio, i) =>
        planAudio(
          audio,
          index?.audios.find((a) => a.ordinal === audio.ordinal),
          {
            boundaries,
            endSeconds: info.durationSeconds,
            name: names[i]!,
            isDefault: i === defaultOf(info.audios),
          },
        ),
      ),
      ...planSubtitles(info.subtitles),
    ],
  };
}

function gridOf(
  info: MediaInfo,
  video: VideoStream,
  source: VideoIndex | undefined,
  segmentSeconds?: number,
) {
  if (source) return keyframeGrid(source, video.frameRate, { segmentSeconds, shiftFrames: shiftOf(video) });
  return absoluteGrid(video.durationSeconds ?? info.durationSeconds, video.frameRate);
}

function copyVideo(info: MediaInfo, source: VideoIndex, grid: VideoGrid): CopiedVideo {
  const { timescale, ticks } = grid.copy!;
  const rate = rateOf(grid.frameRate);
  const segments = ticks.slice(1).map((end, i) => {
    const seconds = (end - ticks[i]!) / timescale;
    const headers = SEGMENT_HEADER_BYTES + Math.ceil(seconds * rate) * SAMPLE_HEADER_BYTES;
    return { seconds, sizeBytes: source.sizeBetween(ticks[i]!, end) + headers };
  });
  const { avcC, width, height, sampleCount } = source;
  return {
    id: 'src',
    kind: 'video',
    method: 'copy',
    width: width || info.video!.width,
    height: height || info.video!.height,
    codecs: avcCodecs(avcC[1]!, avcC[2]!, avcC[3]!),
    ...bandwidthOf(segments),
    ...(sampleCount === undefined ? {} : { sampleCount }),
  };
}

interface AudioPlace {
  boundaries: number[];
  endSeconds: number;
  name: string;
  isDefault: boolean;
}

function planAudio(audio: AudioStream, source: AudioIndex | undefined, place: AudioPlace): AudioRendition {
  return (source && copyAudio(audio, source, place)) ?? encodeAudio(audio, place);
}

function copyAudio(audio: AudioStream, source: AudioIndex, place: AudioPlace): AudioRendition | undefined {
  const { sampleRate, channels, offsetSamples, frameCount, bitrateBps } = source;
  if (channels < 1 || channels > 2 || offsetSamples > LATE_AUDIO_SECONDS * sampleRate) return undefined;
  const frames = audioFrames({
    ...{ boundariesSeconds: place.boundaries, endSeconds: place.endSeconds },
    ...{ sampleRate, offsetSamples, frameCount },
  });
  if (frames.length < 2) return undefined;
  const headersBps = (SAMPLE_HEADER_BYTES * 8 * sampleRate) / AAC_FRAME_SAMPLES;
  return {
    ...describeAudio(audio, place, 'copy'),
    ...{ sampleRate, channels, offsetSamples, frames },
    bitrateBps: Math.ceil(bitrateBps + headersBps),
  };
}

function encodeAudio(audio: AudioStream, place: AudioPlace): AudioRendition {
  const channels = Math.min(2, Math.max(1, audio.channels));
  return {
    ...describeAudio(audio, place, 'encode'),
    sampleRate: ENCODED_AUDIO_RATE,
    channels,
    bitrateBps: channels === 1 ? 96_000 : 128_000,
    offsetSamples: 0,
    frames: audioFrames({
      boundariesSeconds: place.boundaries,
      endSeconds: place.endSeconds,
      sampleRate: ENCODED_AUDIO_RATE,
      offsetSamples: 0,
    }),
  };
}

function describeAudio(audio: AudioStream, { name, isDefault }: AudioPlace, method: 'copy' | 'encode') {
  return {
    id: `a${audio.ordinal}`,
    kind: 'audio',
    method,
    ordinal: audio.ordinal,
    codecs: AAC_LC_CODECS,
    ...(audio.language ? { language: audio.language } : {}),
    name,
    isDefault,
  } as const;
}

function planSubtitles(subtitles: readonly SubtitleStream[]): SubtitleRendition[] {
  const names = nameTracks(subtitles, 'Subtitles');
  const forced = subtitles.findIndex((s) => s.isForced);
  return subtitles.map((s, i) => ({
    id: `s${s.ordinal}`,
    kind: 'subtitles',
    ordinal: s.ordinal,
    ...(s.language ? { language: s.language } : {}),
    name: names[i]!,
    // Matroska calls every track default that does not say otherwise; only forced ones are meant to show by
    // themselves.
    isDefault: i === forced,
    isForced: s.isForced,
  }));
}

/** Exactly one track of a group is the default (RFC 8216bis 4.4.6.1.1). */
function defaultOf(tracks: readonly { isDefault: boolean }[]): number {
  return Math.max(
    0,
    tracks.findIndex((track) => track.isDefault),
  );
}
