/** The video index of a Matroska track: its cues, each checked at its block; samples read on demand. */
import { AppError } from '../../../base/errors.js';
import type { Sample, VideoIndex } from '../../source-index.js';
import { isIdr, parseAvcC } from '../avc.js';
import { runConcurrently } from '../concurrently.js';
import { gather } from '../gather.js';
import { findKeyframe } from '../keyframes.js';
import type { SourceFile } from '../source-file.js';
import { walkBlocks, type Block } from './blocks.js';
import type { Cue } from './cues.js';
import type { Ends } from './ends.js';
import type { Segment } from './segment.js';
import type { MatroskaTrack } from './tracks.js';

const CHECKS_AT_ONCE = 8;
/** Blocks to pass, for all cues together, in search of theirs where the writer did not tell the position. */
const MAX_SEARCHED_BLOCKS = 300_000;
/** A cluster's head and the first block in it, which a cue most often means. */
const CUE_WINDOW_BYTES = 256;

export interface MatroskaVideo extends VideoIndex {
  heapBytes: number;
}

/** `undefined` where the track is not H.264 as it is, or has no usable cues. */
export async function createVideo(
  source: SourceFile,
  segment: Segment,
  track: MatroskaTrack,
  ends: Ends,
  startSeconds: number,
): Promise<MatroskaVideo | undefined> {
  const avcC = track.codecId === 'V_MPEG4/ISO/AVC' && track.isPlain ? track.codecPrivate : undefined;
  const config = avcC && parseAvcC(avcC);
  const lastBlocks = ends.last.get(track.number);
  if (!avcC || !config || !lastBlocks) return undefined;
  const { timescale } = segment;
  const shift = Math.round((startSeconds + track.codecDelayNs / 1e9) * timescale);

  const cues = segment.cues
    .filter((cue) => cue.track === track.number)
    .filter((cue, n, all) => cue.ticks !== all[n - 1]?.ticks);
  const blockAt = new Float64Array(cues.length);
  const search = { blocksLeft: MAX_SEARCHED_BLOCKS };
  await runConcurrently(cues.length, CHECKS_AT_ONCE, async (n) => {
    const block = await findBlock(source, cues[n]!, search);
    const frame = block?.frames.length === 1 ? block.frames[0]! : undefined;
    const isClean = block?.isKey && frame && (await isIdr(source, config, frame.position, frame.sizeBytes));
    blockAt[n] = isClean ? block.position : NaN;
  });
  // A later keyframe that lies earlier in the file contradicts decode order.
  let behind = -1;
  const clean = cues.flatMap((cue, n) => {
    if (!(blockAt[n]! > behind)) return [];
    behind = blockAt[n]!;
    return { ...cue, block: behind };
  });
  const keyframeTicks = Float64Array.from(clean, (cue) => cue.ticks - shift);
  const clusters = Float64Array.from(clean, (cue) => cue.cluster);
  const blocks = Float64Array.from([...clean.map((cue) => cue.block), ends.end]);
  const endTicks = endOf(lastBlocks, track, timescale) - shift;
  if (!(endTicks > (keyframeTicks.at(-1) ?? -Infinity))) return undefined;
  const locate = (tick: number) => findKeyframe(keyframeTicks, endTicks, tick);
  const beginsClean = clean.length > 0 && ends.first.get(track.number)?.[0]?.position === blocks[0];
  return {
    timescale,
    avcC,
    width: track.width,
    height: track.height,
    keyframeTicks,
    everySyncIsIdr: beginsClean && clean.length === cues.length,
    endTicks,
    sizeBetween: (fromTick, toTick) => blocks[locate(toTick)]! - blocks[locate(fromTick)]!,
    async read(fromTick, toTick) {
      const [from, to] = [locate(fromTick), locate(toTick)];
      if (from >= to) return { samples: [], data: [] };
      const relative = { cluster: clusters[from]!, first: blocks[from]!, end: blocks[to]! };
      const found: Block[] = [];
      for await (const block of walkBlocks(source, relative.cluster)) {
        if (block.position >= relative.end) break;
        if (block.track === track.number && block.position >= relative.first) found.push(block);
      }
      const samples = found.map((block): Sample => {
        const sizeBytes = block.frames[0]!.sizeBytes;
        return { ptsTicks: block.ticks - shift, sizeBytes, isSync: block.isKey };
      });
      const data = await gather(source, {
        count: found.length,
        positionOf: (n) => found[n]!.frames[0]!.position,
        sizeOf: (n) => samples[n]!.sizeBytes,
      });
      const isSound = found.every((block) => block.frames.length === 1) && samples[0]?.ptsTicks === fromTick;
      if (!isSound || samples.some(({ ptsTicks }) => ptsTicks < fromTick || ptsTicks >= toTick)) {
        throw notAsIndexed();
      }
      return { samples, data };
    },
    async readKeyframe(n) {
      const block = await findBlock(source, clean[n]!, { blocksLeft: MAX_SEARCHED_BLOCKS });
      const frame = block?.frames[0];
      if (!frame) throw notAsIndexed();
      const extent = { count: 1, positionOf: () => frame.position, sizeOf: () => frame.sizeBytes };
      return (await gather(source, extent))[0]!;
    },
    heapBytes: clean.length * 64,
  };
}

const notAsIndexed = () =>
  new AppError('source-damaged', 'The original is damaged: its pictures are not where its index says.');

/** The block that a cue means: where it says, or else somewhere in its cluster. */
async function findBlock(
  source: SourceFile,
  cue: Cue,
  search: { blocksLeft: number },
): Promise<Block | undefined> {
  const isMeant = (block: Block) => block.track === cue.track && block.ticks === cue.ticks;
  const options = { relative: cue.relative, windowBytes: CUE_WINDOW_BYTES };
  for await (const block of walkBlocks(source, cue.cluster, options)) {
    if (isMeant(block)) return block;
    if (cue.relative !== undefined || --search.blocksLeft < 0) break;
  }
  if (cue.relative === undefined) return undefined;
  return findBlock(source, { ...cue, relative: undefined }, search);
}

/** End of the picture shown last: how long it lasts is told by the track, or by the pictures before it. */
function endOf(lastBlocks: Block[], track: MatroskaTrack, timescale: number): number {
  const shown = lastBlocks.map((block) => block.ticks).sort((a, b) => a - b);
  const last = shown.at(-1)!;
  const previous = shown.at(-2);
  const declared = Math.round(((track.defaultDurationNs ?? 0) * timescale) / 1e9);
  return last + Math.max(1, declared || (previous === undefined ? 1 : last - previous));
}
