/**
 * All samples of one track in decode order with composition times, whether they came from a sample table or
 * from fragments. Flat arrays; knows nothing of codecs.
 */
import { expandRuns, readSampleTable, type SampleTable } from './sample-table.js';

export interface TrackSamples {
  count: number;
  sizes: Uint32Array;
  positions: Float64Array;
  /** Composition times in media ticks, before the edit list. */
  pts: Float64Array;
  /** Sync samples, ascending; absent where every sample is one. */
  syncs?: Uint32Array;
  /** End of the sample that is shown last. */
  endTicks: number;
  /** Decode time behind the last sample. */
  decodeEndTicks: number;
  /** What every sample but the last lasts, where that is the same for all. */
  uniformTicks?: number;
}

/** `undefined` where the table is missing or contradicts itself. */
export function readTrackSamples(stbl: Buffer, sizeBytes: number): TrackSamples | undefined {
  const table = readSampleTable(stbl, sizeBytes);
  if (!table) return undefined;
  const { count, sizes, positions, syncs } = table;
  const { pts, endTicks, decodeEndTicks } = placeInTime(table);
  const uniformTicks = findUniform(table.durations, count);
  return {
    ...{ count, sizes, positions, pts, endTicks, decodeEndTicks },
    ...(syncs ? { syncs } : {}),
    ...(uniformTicks ? { uniformTicks } : {}),
  };
}

function placeInTime({ count, durations, offsets }: SampleTable) {
  const pts = new Float64Array(count);
  if (offsets) expandRuns(offsets, count, (n, ticks) => (pts[n] = ticks));
  let decodeTicks = 0;
  let [lastShown, endTicks] = [-Infinity, 0];
  expandRuns(durations, count, (n, ticks) => {
    const shown = (pts[n] = pts[n]! + decodeTicks);
    decodeTicks += ticks;
    if (shown >= lastShown) [lastShown, endTicks] = [shown, shown + Math.max(1, ticks)];
  });
  return { pts, endTicks, decodeEndTicks: decodeTicks };
}

function findUniform(durations: Uint32Array, count: number): number | undefined {
  let covered = 0;
  for (let run = 0; run < durations.length && covered < count - 1; run += 2) {
    if (durations[run + 1] !== durations[1]) return undefined;
    covered += durations[run]!;
  }
  return durations[1];
}
