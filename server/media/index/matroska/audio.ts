/**
 * The audio index of a Matroska track of AAC-LC. The container counts no frames and rounds its times, so
 * frames are placed on a grid of 1024 samples that begins at the first; that they fit it is checked in
 * places, and again whenever a run is read.
 */
import { AppError } from '../../../base/errors.js';
import type { AudioStream } from '../../info.js';
import type { AudioIndex } from '../../source-index.js';
import { AAC_FRAME_SAMPLES } from '../../aac.js';
import { parseAacLc } from '../aac-config.js';
import { gather } from '../gather.js';
import type { SourceFile } from '../source-file.js';
import { walkBlocks, type Block } from './blocks.js';
import type { Ends } from './ends.js';
import { findJoints, type JoinedTrack } from './joints.js';
import type { Segment } from './segment.js';
import type { MatroskaTrack } from './tracks.js';

export interface MatroskaAudio extends AudioIndex {
  heapBytes: number;
}

interface Grid {
  /** Position on the grid of a block's first frame, as a fraction. */
  placeOf(block: Block): number;
}

/** A frame this far from its place, in frames, is not on the grid. */
const MAX_STRAY = 0.25;
const CHECKED_PLACES = 16;
const CHECKED_BLOCKS = 8;
/** How far sound may lie from the pictures of the same time. */
const SKEW_SECONDS = 1;
const MAX_RETREATS = 4;

/** `undefined` where the track is not AAC-LC as it is, or keeps to the grid neither as it is nor but for joints. */
export async function createAudio(
  source: SourceFile,
  segment: Segment,
  track: MatroskaTrack,
  ends: Ends,
  stream: AudioStream,
  startSeconds: number,
): Promise<MatroskaAudio | undefined> {
  const isCopyable = track.codecId === 'A_AAC' && track.isPlain && stream.profile === 'LC';
  const config = isCopyable ? track.codecPrivate : undefined;
  const aac = config && parseAacLc(config);
  const [firstBlocks, lastBlocks] = [ends.first.get(track.number), ends.last.get(track.number)];
  if (!config || !aac || !firstBlocks || !lastBlocks) return undefined;
  if (aac.sampleRate !== stream.sampleRate || aac.channels !== stream.channels) return undefined;

  const samplesPerTick = aac.sampleRate / segment.timescale;
  const firstTicks = firstBlocks[0]!.ticks;
  const grid: Grid = {
    placeOf: (block) => ((block.ticks - firstTicks) * samplesPerTick) / AAC_FRAME_SAMPLES,
  };
  const isEven =
    isOnGrid(firstBlocks, grid) &&
    isOnGrid(lastBlocks, grid) &&
    (await keepsToGrid(source, segment, track.number, grid));
  const joined = isEven ? undefined : await findJoints(source, joinedTrack());
  if (!isEven && !joined) return undefined;
  const placeOf = joined?.placeOf ?? ((block: Block) => Math.round(grid.placeOf(block)));
  const frameCount = lastBlocks.reduce((end, block) => {
    const place = placeOf(block);
    return place === undefined ? end : Math.max(end, place + block.frames.length);
  }, 0);
  const known = [...firstBlocks, ...lastBlocks].flatMap((block) => block.frames);
  const meanBytes = known.reduce((sum, frame) => sum + frame.sizeBytes, 0) / known.length;
  const delaySamples = (track.codecDelayNs / 1e9 + startSeconds) * aac.sampleRate;
  const offsetSamples = Math.round(firstTicks * samplesPerTick - delaySamples);

  return {
    ordinal: stream.ordinal,
    ...aac,
    config,
    offsetSamples,
    frameCount,
    bitrateBps: Math.round((meanBytes * 8 * aac.sampleRate) / AAC_FRAME_SAMPLES),
    async read(from, to) {
      if (!(from >= 0 && to <= frameCount && from <= to)) {
        throw new AppError('source-damaged', `The sound has ${frameCount} frames, not ${to}.`);
      }
      const frames = from === to ? [] : await findFrames(from, to);
      const data = await gather(source, {
        count: frames.length,
        positionOf: (n) => frames[n]!.position,
        sizeOf: (n) => frames[n]!.sizeBytes,
      });
      const samples = frames.map(({ sizeBytes }, n) => ({
        ptsTicks: offsetSamples + (from + n) * AAC_FRAME_SAMPLES,
        sizeBytes,
        isSync: true,
      }));
      return { samples, data };
    },
    heapBytes: 1000 + (joined?.heapBytes ?? 0),
  };

  function joinedTrack(): JoinedTrack {
    const clusters = [segment.firstCluster, ...segment.cues.map((cue) => cue.cluster)];
    const last = lastBlocks![0]!.position;
    return {
      number: track.number,
      beatOf: grid.placeOf,
      clusters: [...new Set(clusters)].filter((cluster) => cluster <= last).sort((a, b) => a - b),
      lastBlocks: lastBlocks!,
    };
  }

  /** Begins a little before the pictures of the same time, and further back where that was not enough. */
  async function findFrames(from: number, to: number): Promise<Block['frames']> {
    const wantedTicks = firstTicks + (from * AAC_FRAME_SAMPLES) / samplesPerTick;
    for (let retreat = 0; retreat <= MAX_RETREATS; retreat++) {
      const skewTicks = SKEW_SECONDS * 4 ** retreat * segment.timescale;
      const isLast = retreat === MAX_RETREATS || wantedTicks - skewTicks <= firstTicks;
      const cluster = isLast ? segment.firstCluster : clusterBefore(segment, wantedTicks - skewTicks);
      const frames = await collectFrames(source, cluster, track.number, placeOf, from, to);
      if (frames.every(Boolean)) return frames as Block['frames'];
      // What is missing further on does not appear by starting earlier.
      if (frames[0] || isLast) break;
    }
    await source.checkUnchanged();
    throw new AppError('source-damaged', 'The original is damaged: a piece of its sound is missing.');
  }
}

async function collectFrames(
  source: SourceFile,
  cluster: number,
  track: number,
  placeOf: (block: Block) => number | undefined,
  from: number,
  to: number,
): Promise<(Block['frames'][number] | undefined)[]> {
  const frames = new Array<Block['frames'][number] | undefined>(to - from).fill(undefined);
  for await (const block of walkBlocks(source, cluster)) {
    if (block.track !== track) continue;
    const place = placeOf(block);
    if (place === undefined) continue;
    if (place >= to) break;
    block.frames.forEach((frame, n) => {
      if (place + n >= from && place + n < to) frames[place + n - from] ??= frame;
    });
  }
  return frames;
}

/** Looks at a few blocks in each of some places spread over the file. */
async function keepsToGrid(
  source: SourceFile,
  segment: Segment,
  track: number,
  grid: Grid,
): Promise<boolean> {
  const step = Math.max(1, Math.floor(segment.cues.length / CHECKED_PLACES));
  for (let n = step; n < segment.cues.length; n += step) {
    const blocks: Block[] = [];
    for await (const block of walkBlocks(source, segment.cues[n]!.cluster)) {
      if (block.track === track) blocks.push(block);
      if (blocks.length === CHECKED_BLOCKS) break;
    }
    if (!isOnGrid(blocks, grid)) return false;
  }
  return true;
}

/** True when each block begins near a grid point, and each where the one before it ends. */
function isOnGrid(blocks: Block[], grid: Grid): boolean {
  let next: number | undefined;
  return blocks.every((block) => {
    const place = grid.placeOf(block);
    const nearest = Math.round(place);
    const follows = next === undefined || nearest === next;
    next = nearest + block.frames.length;
    return follows && Math.abs(place - nearest) <= MAX_STRAY;
  });
}

/** The cluster of the last cue of any track that is not after `ticks`. */
function clusterBefore(segment: Segment, ticks: number): number {
  let [low, high] = [0, segment.cues.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (segment.cues[middle]!.ticks <= ticks) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? segment.firstCluster : segment.cues[low - 1]!.cluster;
}
