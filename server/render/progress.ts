/** How far the background work of a file is, and how long it will still take. Pure arithmetic. */
import type { MediaInfo } from '../media/info.js';
import type { AudioRendition, EncodedVideo, VideoGrid } from '../media/plan.js';
import { rateOf } from '../media/rational.js';
import type { Progress } from './model.js';

export type Encoded = EncodedVideo | (AudioRendition & { method: 'encode' });

// CPU seconds per second of media, as measured with x264 veryfast on one core; only their ratios matter.
const PER_DECODED_MEGAPIXEL = 0.0045;
const PER_ENCODED_MEGAPIXEL = 0.019;
const PER_AUDIO_SECOND = 0.017;

/** What a second of a rendition costs, in CPU seconds of some machine. */
export function costPerSecond(rendition: Encoded, info: MediaInfo, grid?: VideoGrid): number {
  if (rendition.kind === 'audio') return PER_AUDIO_SECOND;
  const megapixels = (width: number, height: number) => (width * height * rateOf(grid!.frameRate)) / 1e6;
  const { width, height } = info.video!;
  return (
    PER_DECODED_MEGAPIXEL * megapixels(width, height) +
    PER_ENCODED_MEGAPIXEL * megapixels(rendition.width, rendition.height)
  );
}

/** Wall seconds per unit of cost, from the runs that ended; recent ones count most. */
export interface Pace {
  add(wallSeconds: number, cost: number): void;
  secondsPerCost(): number | undefined;
}

/** About this much cost is remembered: some chunks. */
const MEMORY_COST = 60;

export function createPace(): Pace {
  let wall = 0;
  let cost = 0;
  return {
    add(wallSeconds, addedCost) {
      const fade = Math.exp(-addedCost / MEMORY_COST);
      wall = wall * fade + wallSeconds;
      cost = cost * fade + addedCost;
    },
    secondsPerCost: () => (cost > 0 ? wall / cost : undefined),
  };
}

/** Done of total cost; exactly 1 only when nothing is left. */
export function fractionOf(doneCost: number, totalCost: number, isDone: boolean): number {
  if (isDone) return 1;
  return totalCost > 0 ? Math.min(0.999, Math.max(0, doneCost / totalCost)) : 0;
}

/**
 * Seconds until `ownCost` is done when `aheadCost` of other files goes first and `workers` share it all.
 * Rounded up, coarser the longer it is: nobody is helped by 3,601 s.
 */
export function timeLeft(work: {
  ownCost: number;
  aheadCost: number;
  workers: number;
  secondsPerCost: number | undefined;
}): number | undefined {
  if (work.secondsPerCost === undefined) return undefined;
  const seconds = ((work.ownCost + work.aheadCost) * work.secondsPerCost) / Math.max(1, work.workers);
  const step = seconds > 600 ? 60 : seconds > 60 ? 10 : 1;
  return Math.max(1, Math.ceil(seconds / step) * step);
}

/** True when people should be told: another state or reason, another percent, a time left where none was. */
export function isNews(told: Progress | undefined, now: Progress): boolean {
  if (!told) return true;
  const percent = (progress: Progress) => Math.floor(progress.fraction * 100);
  return (
    told.state !== now.state ||
    told.reason !== now.reason ||
    percent(told) !== percent(now) ||
    (told.secondsLeft === undefined) !== (now.secondsLeft === undefined)
  );
}
