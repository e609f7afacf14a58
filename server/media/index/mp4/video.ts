/** The video index of an MP4 track: clean keyframes, sizes between them, samples between them. */
import type { VideoIndex } from '../../source-index.js';
import { isIdr, parseAvcC } from '../avc.js';
import { runConcurrently } from '../concurrently.js';
import { gather } from '../gather.js';
import { findKeyframe } from '../keyframes.js';
import type { SourceFile } from '../source-file.js';
import type { Track } from './movie.js';
import { readAvcEntry } from './sample-entry.js';
import type { TrackSamples } from './track-samples.js';

const CHECKS_AT_ONCE = 8;
/** Four hours of nothing but keyframes; checking more would take too long. */
const MAX_SYNCS = 500_000;

export interface Mp4Video extends VideoIndex {
  heapBytes: number;
}

/** `undefined` where the track is not H.264 or its edit list hides pictures. */
export async function createVideo(
  source: SourceFile,
  track: Track,
  samples: TrackSamples,
  startSeconds: number,
): Promise<Mp4Video | undefined> {
  const entry = readAvcEntry(track.entry);
  const config = entry && parseAvcC(entry.avcC);
  if (!entry || !config || !track.edit.isSimple || hidesPictures(track, samples)) return undefined;
  const { count, sizes, positions, syncs } = samples;
  const shift = track.edit.offsetTicks + Math.round(startSeconds * track.timescale);
  const pts = samples.pts.map((ticks) => ticks - shift);
  const endTicks = samples.endTicks - shift;
  const syncSamples = syncs ?? Uint32Array.from(pts.keys());
  if (syncSamples.length > MAX_SYNCS) return undefined;
  const keys = await findCleanKeys(pts, syncSamples, (n) => isIdr(source, config, positions[n]!, sizes[n]!));
  // Bytes of all samples before each clean keyframe, and of all.
  const bytesBefore = new Float64Array(keys.length + 1);
  for (let n = keys[0] ?? count, key = 0, bytes = 0; n <= count; bytes += sizes[n++] ?? 0) {
    if (n === (keys[key] ?? count)) bytesBefore[key++] = bytes;
  }
  const keyframeTicks = Float64Array.from(keys, (n) => pts[n]!);
  const locate = (tick: number) => findKeyframe(keyframeTicks, endTicks, tick);
  return {
    timescale: track.timescale,
    ...entry,
    keyframeTicks,
    everySyncIsIdr: keys.length > 0 && keys.length === syncSamples.length && keys[0] === 0,
    endTicks,
    sampleCount: count,
    sizeBetween: (fromTick, toTick) => bytesBefore[locate(toTick)]! - bytesBefore[locate(fromTick)]!,
    async read(fromTick, toTick) {
      const from = keys[locate(fromTick)] ?? count;
      const to = keys[locate(toTick)] ?? count;
      const data = await gather(source, {
        count: Math.max(0, to - from),
        positionOf: (n) => positions[from + n]!,
        sizeOf: (n) => sizes[from + n]!,
      });
      const isSync = new Set(
        syncSamples.subarray(lowerBound(syncSamples, from), lowerBound(syncSamples, to)),
      );
      const run = Array.from({ length: Math.max(0, to - from) }, (_, n) => ({
        ptsTicks: pts[from + n]!,
        sizeBytes: sizes[from + n]!,
        isSync: isSync.has(from + n),
      }));
      return { samples: run, data };
    },
    async readKeyframe(n) {
      const at = keys[n]!;
      const extent = { count: 1, positionOf: () => positions[at]!, sizeOf: () => sizes[at]! };
      return (await gather(source, extent))[0]!;
    },
    heapBytes: count * 20 + syncSamples.byteLength + keyframeTicks.byteLength * 2,
  };
}

/** True where the edit list cuts pictures away at either end: a copy would show them. */
function hidesPictures({ edit }: Track, { pts }: TrackSamples): boolean {
  const end = edit.mediaTicks + edit.durationTicks + edit.roundingTicks;
  return pts.some((ticks) => ticks < edit.mediaTicks || ticks >= end);
}

/**
 * Sync samples that can begin a segment: an IDR, everything before it in the file shown before it, everything
 * after it shown after it (a closed GOP).
 */
async function findCleanKeys(
  pts: Float64Array,
  syncs: Uint32Array,
  isIdrAt: (n: number) => Promise<boolean>,
): Promise<Uint32Array> {
  const isClean = new Uint8Array(syncs.length);
  let latestBefore = -Infinity;
  for (let n = 0, key = 0; key < syncs.length; n++) {
    if (n === syncs[key]) isClean[key++] = pts[n]! > latestBefore ? 1 : 0;
    latestBefore = Math.max(latestBefore, pts[n]!);
  }
  let earliestAfter = Infinity;
  for (let n = pts.length - 1, key = syncs.length - 1; key >= 0; n--) {
    if (n === syncs[key] && pts[n]! >= earliestAfter) isClean[key] = 0;
    if (n === syncs[key]) key--;
    earliestAfter = Math.min(earliestAfter, pts[n]!);
  }
  await runConcurrently(syncs.length, CHECKS_AT_ONCE, async (key) => {
    if (isClean[key] && !(await isIdrAt(syncs[key]!))) isClean[key] = 0;
  });
  return syncs.filter((_, key) => isClean[key]);
}

/** Index of the first value that is not below `wanted`. */
function lowerBound(values: Uint32Array, wanted: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
