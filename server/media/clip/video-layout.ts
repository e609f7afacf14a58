/**
 * Where a clip's pictures are cut. All video renditions are spliced at the same segments of the parent's, so that
 * discontinuities stand at the same places. Pure.
 */
import { AppError } from '../../base/errors.js';
import { isUneven, shiftOf } from '../grid.js';
import type { MediaInfo } from '../info.js';
import type { Plan, VideoGrid, VideoRendition } from '../plan.js';
import { rateOf, secondsOfFrame, timescaleOf } from '../rational.js';
import type { ClipInit, ClipPiece, ClipRange, ClipVideo } from './model.js';

export interface Splice {
  /** Frames [from, to) of the grid. */
  frames: { from: number; to: number };
  /** The same in ticks of a copy; `endTick`: where its last picture ends. */
  copy?: { fromTick: number; toTick: number; endTick: number };
  /** The parent's segments [from, to) are taken whole; with from > to there is not even a boundary inside. */
  segments: { from: number; to: number };
  hasHead: boolean;
  hasTail: boolean;
  /** When the discontinuities are, in the parent's time. */
  discontinuitySeconds: number[];
  /** When the last picture ends, in the parent's time. */
  endSeconds: number;
}

/** Ranges are told in milliseconds, and so are some containers' times: what begins half of one before is meant. */
const ROUNDING_MS = 0.5;
/** Where nothing tells when a picture began, it is taken to be held no longer than this. */
const MOST_HELD_SECONDS = 0.5;
const EPSILON = 1e-6;

/** Undefined where there are no pictures at that time. Errors: 'invalid' for a range between two of them. */
export function findSplice(plan: Plan, info: MediaInfo, range: ClipRange): Splice | undefined {
  const grid = plan.videoGrid;
  const total = grid?.frames.at(-1) ?? 0;
  const frames = grid && findFrames(grid, info, range);
  if (!frames || frames.from >= total) return undefined;
  if (frames.to <= frames.from)
    throw new AppError('invalid', 'The clip is too short: no picture begins in that time.');
  const copy = grid.copy && findTicks(grid, info, range);
  const { from, to, hasHead, hasTail } = findSegments(grid, info, frames, copy);
  const boundarySeconds = (n: number) =>
    grid.copy ? grid.copy.ticks[n]! / grid.copy.timescale : secondsOfFrame(grid.frames[n]!, grid.frameRate);
  // Without anything behind a head there is nothing to be discontinuous with.
  const isJoined = hasHead && (from < to || hasTail);
  const discontinuities = from > to ? [] : [...(isJoined ? [from] : []), ...(hasTail ? [to] : [])];
  const ends = [
    secondsOfFrame(frames.to, grid.frameRate),
    ...(copy ? [copy.endTick / grid.copy!.timescale] : []),
  ];
  return {
    frames,
    ...(copy ? { copy } : {}),
    segments: { from, to },
    ...{ hasHead, hasTail },
    // Nor without anything before a tail.
    discontinuitySeconds: copy
      ? [...new Set(discontinuities)].filter((n) => n !== from || hasHead).map(boundarySeconds)
      : [],
    endSeconds: Math.max(...ends),
  };
}

export function layoutVideo(
  rendition: VideoRendition,
  grid: VideoGrid,
  info: MediaInfo,
  splice: Splice,
  originSeconds: number,
): ClipVideo {
  const isCopy = rendition.method === 'copy';
  const { timescale, frameTicks } = timescaleOf(grid.frameRate);
  const scale = isCopy ? grid.copy!.timescale : timescale;
  const boundaries = isCopy ? grid.copy!.ticks : grid.frames.map((frame) => frame * frameTicks);
  const { frames, copy, segments, hasHead, hasTail } = splice;
  const window = isCopy
    ? { fromTick: copy!.fromTick, toTick: copy!.toTick }
    : { fromTick: frames.from * frameTicks, toTick: frames.to * frameTicks };
  const originTick = Math.round(originSeconds * scale);
  const endTick = (isCopy ? copy!.endTick : window.toTick) - originTick;
  const init = (edge: ClipInit): ClipInit => (isCopy ? edge : 'parent');
  const holding = (tick: number) => boundaries.findLastIndex((boundary) => boundary <= tick);
  const pieces: Omit<ClipPiece, 'fromTick' | 'isAfterDiscontinuity'>[] = [];
  const lastSegment = boundaries.findIndex((boundary) => boundary >= window.toTick) - 1;
  const first = Math.max(0, holding(window.fromTick));
  const last = lastSegment < 0 ? boundaries.length - 2 : lastSegment;
  if (segments.from > segments.to)
    pieces.push({ kind: 'made', first, last, toTick: endTick, init: init('head') });
  else {
    const reach = (n: number) => boundaries[n]! - originTick;
    if (hasHead)
      pieces.push({
        ...{ kind: 'made', first, last: segments.from - 1 },
        ...{ toTick: reach(segments.from), init: init('head') },
      });
    for (let n = segments.from; n < segments.to; n++)
      pieces.push({ kind: 'parent', first: n, last: n, toTick: reach(n + 1), init: 'parent' });
    if (hasTail) pieces.push({ kind: 'made', first: segments.to, last, toTick: endTick, init: init('tail') });
  }
  const isMixed = pieces.some((piece) => piece.kind === 'made') && pieces.length > 1;
  return {
    ...{ kind: 'video', id: rendition.id, timescale: scale, rendition, originTick, window },
    isUneven: isUneven(info.video!),
    hasInBandSets: isMixed,
    pieces: pieces.map((piece, k) => ({
      ...piece,
      fromTick: pieces[k - 1]?.toTick ?? 0,
      isAfterDiscontinuity:
        copy !== undefined && k > 0 && (piece.kind === 'made' || pieces[k - 1]!.kind === 'made'),
    })),
  };
}

/** A frame belongs to the clip when the picture that it shows begins in it. */
function findFrames({ frames, frameRate }: VideoGrid, info: MediaInfo, { startMs, endMs }: ClipRange) {
  const rate = rateOf(frameRate);
  const last = frames.at(-1)!;
  if (isUneven(info.video!)) {
    const from = Math.max(0, Math.ceil((startMs / 1000) * rate - EPSILON));
    // Frame k shows what begins up to half a frame after it.
    return { from, to: Math.min(last, Math.max(from + 1, Math.floor((endMs / 1000) * rate + 0.5))) };
  }
  // Where the picture comes late, each is shown at the frame that is nearest.
  const delaySeconds = info.video?.delaySeconds ?? 0;
  const shift = shiftOf(info.video!);
  const firstFrom = (ms: number) => Math.ceil(((ms - ROUNDING_MS) / 1000) * rate - shift - EPSILON);
  // The first picture is shown before its time too.
  const early = startMs / 1000 <= delaySeconds ? Math.ceil((startMs / 1000) * rate) : Infinity;
  const from = Math.max(0, Math.min(early, firstFrom(startMs)));
  return { from, to: Math.min(last, firstFrom(endMs)) };
}

function findTicks(grid: VideoGrid, info: MediaInfo, { startMs, endMs }: ClipRange) {
  const { timescale, ticks } = grid.copy!;
  const tickOf = (ms: number) => Math.max(0, Math.ceil(((ms - ROUNDING_MS) * timescale) / 1000 - EPSILON));
  const last = ticks.at(-1)!;
  const toTick = tickOf(endMs);
  // A last picture is shown for as long as it is in the parent, where that can be told without looking.
  const lastBoundary = ticks.findLast((tick) => tick <= toTick) ?? ticks[0]!;
  const frameTicks = timescale / rateOf(grid.frameRate);
  const wholeFrames = Math.ceil((toTick - lastBoundary) / frameTicks - 0.05);
  const endTick = isUneven(info.video!) ? toTick : Math.round(lastBoundary + wholeFrames * frameTicks);
  return { fromTick: tickOf(startMs), toTick, endTick: Math.min(last, Math.max(endTick, 1)) };
}

/** Segments that are whole in the range, in the copy and on the grid alike. */
function findSegments(
  grid: VideoGrid,
  info: MediaInfo,
  frames: Splice['frames'],
  copy: Splice['copy'],
): { from: number; to: number; hasHead: boolean; hasTail: boolean } {
  const count = grid.frames.length - 1;
  const ticks = grid.copy?.ticks;
  const frameTicks = grid.copy ? grid.copy.timescale / rateOf(grid.frameRate) : 0;
  // Of pictures that come regularly none fits into less than a frame.
  const leastTicks = isUneven(info.video!) ? 1 : 0.9 * frameTicks;
  // Without keyframes to tell, the picture at a boundary may be one that began before the range and is held.
  const heldFrames = isUneven(info.video!) && !copy ? MOST_HELD_SECONDS * rateOf(grid.frameRate) : 0;
  const hasHead = (n: number) => grid.frames[n]! > frames.from;
  const hasTail = (n: number) => frames.to > grid.frames[n]!;
  const canBegin = (n: number) => {
    if (n === 0 && frames.from === 0 && !copy) return true;
    if (grid.frames[n]! < frames.from + heldFrames) return false;
    if (!copy || n === 0) return true;
    if (ticks![n]! < copy.fromTick) return false;
    return ticks![n]! - copy.fromTick >= leastTicks === hasHead(n);
  };
  const canEnd = (n: number) => {
    if (grid.frames[n]! > frames.to) return false;
    if (!copy) return true;
    const beyond = ticks![n]! - copy.toTick;
    const isWhole =
      n === count ? beyond < Math.max(leastTicks, grid.copy!.timescale / 1000) : beyond < leastTicks;
    return isWhole && (n === count || copy.toTick > ticks![n]! === hasTail(n));
  };
  let from = 0;
  while (from < count && !canBegin(from)) from++;
  let to = count;
  while (to > 0 && !canEnd(to)) to--;
  // The parent's start and end are whole there, whatever the time in which they are not.
  return { from, to, hasHead: hasHead(from) && from > 0, hasTail: to < count && hasTail(to) };
}
