/** Exact arithmetic with frame rates: frames become seconds and ticks without drift over hours. Pure. */
import type { Rational } from './info.js';

export const rateOf = ({ num, den }: Rational): number => num / den;

export const secondsOfFrame = (frame: number, { num, den }: Rational): number => (frame * den) / num;

/** A time scale in which every frame lasts a whole number of ticks and source times lose nothing of note. */
export function timescaleOf({ num, den }: Rational): { timescale: number; frameTicks: number } {
  const times = num < 10_000 ? 1000 : 1;
  return { timescale: num * times, frameTicks: den * times };
}
