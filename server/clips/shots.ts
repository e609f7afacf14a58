/** From how much each picture differs from the one before to shots. Pure; keeps what it needs, not all scores. */
import { MOST_CLIPS } from './cut.js';
import type { ShotRules, TimeRange } from './model.js';

export interface ShotFinder {
  /** In the order of time; `score` is 0 to 100. */
  add(seconds: number, score: number): void;
  /** Where new shots begin. */
  cuts(): number[];
}

/** Frames on each side that a change is compared with. */
const NEIGHBOURS = 2;
/** What moves so little is no cut, however still its surroundings are. */
const LEAST_CHANGE = 15;

export function createShotFinder({
  detector,
  threshold,
}: Pick<ShotRules, 'detector' | 'threshold'>): ShotFinder {
  const cuts: number[] = [];
  const window: { seconds: number; score: number }[] = [];

  function judge(at: number) {
    const one = window[at];
    if (!one || one.score < LEAST_CHANGE) return;
    const others = window.filter((_, n) => n !== at);
    const mean = others.reduce((sum, { score }) => sum + score, 0) / Math.max(1, others.length);
    if (one.score >= threshold * mean) cuts.push(one.seconds);
  }

  return {
    add(seconds, score) {
      if (detector === 'content') {
        if (score >= threshold) cuts.push(seconds);
        return;
      }
      window.push({ seconds, score });
      if (window.length > 2 * NEIGHBOURS + 1) window.shift();
      if (window.length === 2 * NEIGHBOURS + 1) judge(NEIGHBOURS);
    },
    cuts: () => cuts,
  };
}

/** Shots of the range, as long as the rules want them. */
export function toShots(cuts: readonly number[], range: TimeRange, rules: ShotRules): TimeRange[] {
  const { minSeconds, maxSeconds = Infinity, fillsGaps } = rules;
  const inside = cuts.filter((cut) => cut > range.startSeconds && cut < range.endSeconds);
  const bounds = [range.startSeconds, ...inside, range.endSeconds];
  const shots = bounds.slice(1).map((endSeconds, n) => ({ startSeconds: bounds[n]!, endSeconds }));
  const long = fillsGaps
    ? joinShort(shots, minSeconds)
    : shots.filter((shot) => lengthOf(shot) >= minSeconds);
  return long.flatMap((shot) => split(shot, maxSeconds)).slice(0, MOST_CLIPS);
}

/** What is too short goes to the shot before it; at the very beginning to the one after. */
function joinShort(shots: readonly TimeRange[], minSeconds: number): TimeRange[] {
  const joined: TimeRange[] = [];
  for (const shot of shots) {
    const before = joined.at(-1);
    if (before && (lengthOf(shot) < minSeconds || lengthOf(before) < minSeconds)) {
      before.endSeconds = shot.endSeconds;
    } else joined.push({ ...shot });
  }
  return joined;
}

/** Into equal parts, none longer than that. */
function split({ startSeconds, endSeconds }: TimeRange, maxSeconds: number): TimeRange[] {
  const count = Math.max(1, Math.ceil((endSeconds - startSeconds) / maxSeconds - 1e-9));
  const bound = (n: number) =>
    n === count ? endSeconds : startSeconds + (n * (endSeconds - startSeconds)) / count;
  return Array.from({ length: count }, (_, n) => ({ startSeconds: bound(n), endSeconds: bound(n + 1) }));
}

const lengthOf = ({ startSeconds, endSeconds }: TimeRange) => endSeconds - startSeconds;
