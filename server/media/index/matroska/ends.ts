/** Looks at the first and the last blocks of a file: where each track begins, and where it ends. */
import type { SourceFile } from '../source-file.js';
import { walkBlocks, type Block } from './blocks.js';
import type { Segment } from './segment.js';

export interface Ends {
  /** Track number → its first blocks, in file order. */
  first: Map<number, Block[]>;
  /** Track number → its last blocks, in file order, from the last cue on. */
  last: Map<number, Block[]>;
  /** Where the last block ends. */
  end: number;
}

const FIRST_BYTES = 8 * 1024 * 1024;
const LAST_BYTES = 256 * 1024 * 1024;
/** Enough to see whether a track keeps to its grid. */
const FIRST_BLOCKS = 16;
const MAX_BLOCKS = 20_000;
/** Sound that stops this long before the pictures is still found. */
const RETREAT_SECONDS = 30;

/** `undefined` where the last cue is so far from the end that looking would take long. */
export async function findEnds(source: SourceFile, segment: Segment): Promise<Ends | undefined> {
  const tracks = segment.tracks.filter(({ kind }) => kind === 'video' || kind === 'audio');
  const hasAll = (blocks: Map<number, Block[]>, count: number) =>
    tracks.every(({ number }) => (blocks.get(number)?.length ?? 0) >= count);
  const lastCue = segment.cues.at(-1);
  if (!lastCue) return undefined;
  const retreatTicks = lastCue.ticks - RETREAT_SECONDS * segment.timescale;
  const earlierCue = segment.cues.find((cue) => cue.ticks >= retreatTicks)!;

  const first = await collect(source, segment.firstCluster, FIRST_BYTES, (blocks) =>
    hasAll(blocks, FIRST_BLOCKS),
  );
  let last = await collect(source, lastCue.cluster, LAST_BYTES);
  if (!hasAll(last.blocks, 1)) last = await collect(source, earlierCue.cluster, LAST_BYTES);
  return last.isWhole ? { first: first.blocks, last: last.blocks, end: last.end } : undefined;
}

async function collect(
  source: SourceFile,
  cluster: number,
  maxBytes: number,
  isEnough: (blocks: Map<number, Block[]>) => boolean = () => false,
) {
  const blocks = new Map<number, Block[]>();
  let end = cluster;
  let count = 0;
  for await (const block of walkBlocks(source, cluster)) {
    if (block.end - cluster > maxBytes || ++count > MAX_BLOCKS) return { blocks, end, isWhole: false };
    end = block.end;
    const ofTrack = blocks.get(block.track);
    if (ofTrack) ofTrack.push(block);
    else blocks.set(block.track, [block]);
    if (isEnough(blocks)) break;
  }
  return { blocks, end, isWhole: true };
}
