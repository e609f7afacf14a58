/** Notices from the sample tables that the end of a file is missing. Pure. */
import type { MediaInfo } from '../../info.js';
import { refuseCutOff } from '../cut-off.js';
import type { Track } from './movie.js';
import type { TrackSamples } from './track-samples.js';

/** Errors: AppError 'unsupported-media' that tells how much of the file can be played. */
export function refuseMissingSamples(
  tracks: { track: Track; samples: TrackSamples }[],
  sizeBytes: number,
  info: MediaInfo,
): void {
  const starts = tracks.map(({ track, samples }) => {
    const missing = firstMissing(samples, sizeBytes);
    return (missing - track.edit.offsetTicks) / track.timescale - info.startSeconds;
  });
  const playableSeconds = Math.min(...starts);
  if (playableSeconds < Infinity) refuseCutOff(playableSeconds, info);
}

/** Earliest time in media ticks of a sample that does not lie whole within the file. */
function firstMissing({ count, positions, sizes, pts }: TrackSamples, sizeBytes: number): number {
  let first = Infinity;
  for (let n = 0; n < count; n++) {
    if (positions[n]! + sizes[n]! > sizeBytes && pts[n]! < first) first = pts[n]!;
  }
  return first;
}
