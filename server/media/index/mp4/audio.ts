/** The audio index of an MP4 track of AAC-LC: frames of 1024 samples, handed out one after the other without a gap. */
import { AppError } from '../../../base/errors.js';
import type { AudioStream } from '../../info.js';
import type { AudioIndex } from '../../source-index.js';
import { AAC_FRAME_SAMPLES } from '../../aac.js';
import { parseAacLc } from '../aac-config.js';
import { gather } from '../gather.js';
import type { SourceFile } from '../source-file.js';
import { evenOut } from './even-out.js';
import type { Track } from './movie.js';
import { readAacEntry } from './sample-entry.js';
import type { TrackSamples } from './track-samples.js';

export interface Mp4Audio extends AudioIndex {
  heapBytes: number;
}

/** `undefined` where the track is anything but that. */
export function createAudio(
  source: SourceFile,
  track: Track,
  samples: TrackSamples,
  stream: AudioStream,
  startSeconds: number,
): Mp4Audio | undefined {
  const config = stream.profile === 'LC' ? readAacEntry(track.entry) : undefined;
  const aac = config && parseAacLc(config);
  if (!config || !aac || !track.edit.isSimple) return undefined;
  if (aac.sampleRate !== track.timescale || aac.sampleRate !== stream.sampleRate) return undefined;
  if (aac.channels !== stream.channels) return undefined;
  const { sizes, positions, pts } = samples;
  const isEven = samples.uniformTicks === AAC_FRAME_SAMPLES;
  const kept = isEven ? undefined : evenOut(pts);
  if (!isEven && !kept) return undefined;
  const sampleOf = (frame: number) => kept?.[frame] ?? frame;
  const firstTicks = pts[0]!;
  const shownEnd = track.edit.mediaTicks + track.edit.durationTicks + track.edit.roundingTicks;
  const frameCount = Math.min(
    kept?.length ?? samples.count,
    Math.ceil((shownEnd - firstTicks) / AAC_FRAME_SAMPLES),
  );
  if (!(frameCount > 0)) return undefined;
  const totalBytes = sizes.subarray(0, frameCount).reduce((sum, size) => sum + size, 0);
  const offsetSamples = firstTicks - track.edit.offsetTicks - Math.round(startSeconds * aac.sampleRate);
  return {
    ordinal: stream.ordinal,
    ...aac,
    config,
    offsetSamples,
    frameCount,
    bitrateBps: Math.round((totalBytes * 8 * aac.sampleRate) / (frameCount * AAC_FRAME_SAMPLES)),
    async read(from, to) {
      if (!(from >= 0 && to <= frameCount && from <= to)) {
        throw new AppError('source-damaged', `The sound has ${frameCount} frames, not ${to}.`);
      }
      const data = await gather(source, {
        count: to - from,
        positionOf: (n) => positions[sampleOf(from + n)]!,
        sizeOf: (n) => sizes[sampleOf(from + n)]!,
      });
      const run = Array.from({ length: to - from }, (_, n) => ({
        ptsTicks: offsetSamples + (from + n) * AAC_FRAME_SAMPLES,
        sizeBytes: sizes[sampleOf(from + n)]!,
        isSync: true,
      }));
      return { samples: run, data };
    },
    heapBytes: samples.count * 12 + (kept?.byteLength ?? 0),
  };
}
