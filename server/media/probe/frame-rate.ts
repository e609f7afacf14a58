/**
 * Chooses the rate that encoded renditions run at from ffprobe's two rates: the average over the stream, and
 * the "real" one, which is the lowest rate whose grid holds all time stamps it looked at (a guess). Pure.
 */
import type { Rational } from '../info.js';

export interface FrameRate {
  frameRate: Rational;
  variable: boolean;
  /** The constant rate of the source where `frameRate` is another. */
  source?: Rational;
}

const STANDARD: readonly Rational[] = [
  ...[
    { num: 10, den: 1 },
    { num: 12, den: 1 },
    { num: 15, den: 1 },
    { num: 24000, den: 1001 },
  ],
  ...[
    { num: 24, den: 1 },
    { num: 25, den: 1 },
    { num: 30000, den: 1001 },
    { num: 30, den: 1 },
  ],
  ...[
    { num: 48, den: 1 },
    { num: 50, den: 1 },
    { num: 60000, den: 1001 },
    { num: 60, den: 1 },
  ],
];
const MAX_RATE = 60;
const MIN_RATE = 10;
/** Beyond this no camera runs; it is the container's clock (1000 for milliseconds, 90000 for MPEG). */
const MAX_CAMERA_RATE = 960;
/** 29.97 written as 2997/100 or as 359640/12001 is still 30000/1001. */
const SAME_STANDARD = 0.0005;
/** A constant rate whose average is bent a little by an odd last frame. */
const SAME_RATE = 0.005;

export function chooseFrameRate(averageText?: string, realText?: string, interlaced = false): FrameRate {
  const real = parse(realText, MAX_CAMERA_RATE);
  const average = parse(averageText, Infinity);
  if (!average) return real ? constant(real) : { frameRate: STANDARD[5]!, variable: true };
  // Interlaced streams may be counted in fields.
  const isFieldRate = interlaced && real !== undefined && isNear(value(real), 2 * value(average), SAME_RATE);
  if (isFieldRate) return constant(average);
  if (real && isNear(value(real), value(average), SAME_RATE)) return constant(real);
  return { frameRate: fitVariable(average, real), variable: true };
}

function constant(rate: Rational): FrameRate {
  const frameRate = fit(rate);
  const isKept = isNear(value(frameRate), value(rate), SAME_RATE);
  return { frameRate, variable: false, ...(isKept ? {} : { source: rate }) };
}

/** A constant rate: kept exactly where 10 to 60, otherwise a whole multiple or fraction of it. */
function fit(rate: Rational): Rational {
  const r = value(rate);
  if (r < MIN_RATE) return tidy(reduce({ num: rate.num * Math.ceil(MIN_RATE / r - 1e-9), den: rate.den }));
  if (r <= MAX_RATE * (1 + SAME_RATE)) return tidy(rate);
  return tidy(reduce({ num: rate.num, den: rate.den * Math.ceil(r / MAX_RATE - SAME_RATE) }));
}

/** Frames of most variable streams lie on a standard grid with gaps; where they do not, one a little finer. */
function fitVariable(average: Rational, real: Rational | undefined): Rational {
  const grid = real && value(real) <= MAX_RATE * (1 + SAME_RATE) ? nearestStandard(value(real)) : undefined;
  if (grid && isNear(value(grid), value(real!), SAME_RATE) && value(average) >= value(grid) / 2) return grid;
  const nearest = nearestStandard(value(average));
  if (isNear(value(nearest), value(average), 2 * SAME_RATE)) return nearest;
  return STANDARD.find((s) => value(s) >= value(average)) ?? STANDARD.at(-1)!;
}

/** The standard rate that is meant, or the exact fraction as long as its terms are usable as a time scale. */
function tidy(rate: Rational): Rational {
  const standard = nearestStandard(value(rate));
  if (isNear(value(standard), value(rate), SAME_STANDARD)) return standard;
  const usable = value(rate) <= MAX_RATE && rate.num <= 120_000 && rate.den <= 10_000;
  return usable ? rate : standard;
}

function nearestStandard(rate: number): Rational {
  return STANDARD.reduce((best, s) => (Math.abs(value(s) - rate) < Math.abs(value(best) - rate) ? s : best));
}

function parse(text: string | undefined, max: number): Rational | undefined {
  const [num = NaN, den = NaN] = (text ?? '').split('/').map(Number);
  if (!Number.isSafeInteger(num) || !Number.isSafeInteger(den) || num <= 0 || den <= 0) return undefined;
  return num / den <= max ? reduce({ num, den }) : undefined;
}

const value = (rate: Rational): number => rate.num / rate.den;
const isNear = (a: number, b: number, tolerance: number): boolean => Math.abs(a / b - 1) <= tolerance;

function reduce({ num, den }: Rational): Rational {
  let [a, b] = [num, den];
  while (b) [a, b] = [b, a % b];
  return { num: num / a, den: den / a };
}
