/**
 * Sound that was joined from several recordings keeps to the beat of its frames, but for the joints, where some of
 * them overlap. Finds the joints by looking at one block for each cue and at all blocks only where the beat has
 * shifted, and says which frame each block is when what overlaps is left out. Knows nothing of reading frames.
 */
import { runConcurrently } from '../concurrently.js';
import type { SourceFile } from '../source-file.js';
import { walkBlocks, type Block } from './blocks.js';

export interface Joined {
  /** Number of the block's first frame; undefined where it is left out. */
  placeOf(block: Block): number | undefined;
  heapBytes: number;
}

export interface JoinedTrack {
  number: number;
  /** Where a block begins on the beat of the track's first, in frames. */
  beatOf(block: Block): number;
  /** File positions of clusters, ascending, from the first on. */
  clusters: readonly number[];
  /** All blocks of the track behind the last of those. */
  lastBlocks: readonly Block[];
}

interface Seen {
  block: Block;
  /** No other block of the track lies between it and the one before. */
  isNext: boolean;
}

/** From this block in the file on, until the next piece begins. */
interface Piece {
  position: number;
  /** Of its first block, and the number of its first frame on the way to the first that is kept. */
  beat: number;
  number: number;
  /** What comes before is left out. */
  firstKept: number;
}

/** Times are rounded to milliseconds: two blocks of one recording may seem this far off their beat, in frames. */
const ROUNDING = 0.15;
/** A frame may sound this much earlier or later than it did, in frames: half of one, and the rounding. */
const MOST_SHIFTED = 0.6;
/** A joint leaves out two or three frames; more than this is another kind of track. */
const MOST_LEFT_OUT = 0.01;
const READS_AT_ONCE = 8;
const MAX_CLUSTERS = 4000;
/** Of all tracks. More joints than can be looked at in this many are not worth the time. */
const MAX_BLOCKS = 40_000;

/** `undefined` where there is a gap, too much to leave out, or too much to look at. */
export async function findJoints(source: SourceFile, track: JoinedTrack): Promise<Joined | undefined> {
  const { clusters } = track;
  if (clusters.length > MAX_CLUSTERS) return undefined;
  const anchors = new Array<Block | undefined>(clusters.length);
  await runConcurrently(clusters.length, READS_AT_ONCE, async (i) => {
    const [end, budget] = [clusters[i + 1] ?? Infinity, { blocksLeft: MAX_BLOCKS / 100 }];
    for await (const block of blocksOf(source, track, clusters[i]!, end, budget)) {
      anchors[i] = block;
      break;
    }
  });
  if (!anchors[0]) return undefined;

  const stretches: Seen[][] = [];
  const budget = { blocksLeft: MAX_BLOCKS };
  await runConcurrently(clusters.length - 1, READS_AT_ONCE, async (i) => {
    const [from, to] = [anchors[i], anchors[i + 1]];
    const isEven = from && to && isOnBeat(track.beatOf(to) - track.beatOf(from));
    stretches[i] = to ? [{ block: to, isNext: !isEven }] : [];
    if (isEven) return;
    const found: Seen[] = [];
    for await (const block of blocksOf(source, track, clusters[i]!, clusters[i + 1]!, budget))
      found.push({ block, isNext: true });
    stretches[i].unshift(...found.slice(1));
  });
  if (budget.blocksLeft < 0) return undefined;
  const last = track.lastBlocks.map((block) => ({ block, isNext: true }));
  return follow(track, [{ block: anchors[0], isNext: true }, ...stretches.flat(), ...last]);
}

async function* blocksOf(
  source: SourceFile,
  track: JoinedTrack,
  cluster: number,
  end: number,
  budget: { blocksLeft: number },
): AsyncGenerator<Block, void, void> {
  for await (const block of walkBlocks(source, cluster)) {
    if (block.position >= end || --budget.blocksLeft < 0) return;
    if (block.track === track.number) yield block;
  }
}

/** Goes through the blocks that were looked at, in file order; between two on one beat lies nothing new. */
function follow(track: JoinedTrack, seen: readonly Seen[]): Joined | undefined {
  const pieces: Piece[] = [];
  let next = 0;
  let leftOut = 0;
  let position = -1;
  for (const { block, isNext } of seen) {
    // The last blocks may begin with one that was an anchor.
    if (block.position <= position) continue;
    position = block.position;
    const beat = track.beatOf(block);
    let piece = pieces.at(-1);
    const expected = piece && numberIn(piece, beat);
    const isRepeat = expected !== undefined && expected >= piece!.firstKept && expected < next;
    if (!piece || isRepeat || !isOnBeat(beat - piece.beat)) {
      if (beat - next > MOST_SHIFTED) return undefined;
      const early = Math.max(0, Math.ceil(next - beat - MOST_SHIFTED));
      piece = { position, beat, number: next - early, firstKept: next };
      pieces.push(piece);
    }
    const [number, count] = [numberIn(piece, beat), block.frames.length];
    if (number < piece.firstKept) leftOut += count;
    // Neither a hole nor frames laced together of which only some would stay.
    else if (isNext && number > next) return undefined;
    if (number < piece.firstKept && number + count > piece.firstKept) return undefined;
    next = Math.max(next, number + count);
  }
  // Without a joint whatever else is wrong with the track has not been met.
  if (pieces.length < 2 || leftOut > next * MOST_LEFT_OUT) return undefined;
  return {
    placeOf(block) {
      const piece = pieceOf(pieces, block.position);
      const number = numberIn(piece, track.beatOf(block));
      return number < piece.firstKept ? undefined : number;
    },
    heapBytes: pieces.length * 64,
  };
}

const numberIn = (piece: Piece, beat: number) => piece.number + Math.round(beat - piece.beat);

function pieceOf(pieces: readonly Piece[], position: number): Piece {
  let [low, high] = [0, pieces.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pieces[middle]!.position <= position) low = middle;
    else high = middle - 1;
  }
  return pieces[low]!;
}

const isOnBeat = (frames: number) => Math.abs(frames - Math.round(frames)) <= ROUNDING;
