/**
 * Gives samples their decode times. A source's own decode times are not used: Matroska has none, and MP4's
 * are delayed against presentation, which players that place segments by `tfdt` show as a shift. One rule
 * for all: the i-th sample decodes at the i-th smallest presentation time, so that a segment's first picture
 * is shown at its `tfdt` exactly and offsets are signed (CMAF, ISO/IEC 23000-19 7.5.16 and 7.5.17).
 */
import { AAC_FRAME_SAMPLES } from '../aac.js';
import type { SampleRun } from '../source-index.js';
import type { PackedRun } from './media-segment.js';

/**
 * Packs one segment that begins with a sync sample shown before all others in it. The last picture lasts to
 * `endTick`. With `startTick` the first picture is shown from there on, even if the source shows it later.
 */
export function packVideo(run: SampleRun, endTick: number, startTick?: number): PackedRun {
  const shown = Float64Array.from(run.samples, (sample) => sample.ptsTicks);
  const first = shown[0] ?? 0;
  if (shown.length && startTick !== undefined) shown[0] = Math.min(startTick, first);
  const decoded = shown.toSorted();
  return {
    kind: 'video',
    baseDecodeTime: decoded[0] ?? 0,
    samples: run.samples.map(({ sizeBytes, isSync }, i) => ({
      durationTicks: Math.max(0, (decoded[i + 1] ?? Math.max(endTick, decoded[i]! + 1)) - decoded[i]!),
      sizeBytes,
      ctsTicks: shown[i]! - decoded[i]!,
      isSync,
    })),
    data: run.data,
  };
}

/** Packs AAC frames, of which the first is number `firstFrame` on a grid that begins at `offsetSamples`. */
export function packAudio(run: SampleRun, firstFrame: number, offsetSamples: number): PackedRun {
  return {
    kind: 'audio',
    baseDecodeTime: offsetSamples + firstFrame * AAC_FRAME_SAMPLES,
    samples: run.samples.map(({ sizeBytes }) => ({
      durationTicks: AAC_FRAME_SAMPLES,
      sizeBytes,
      ctsTicks: 0,
      isSync: true,
    })),
    data: run.data,
  };
}
