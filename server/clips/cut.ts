/** From how a file is to be cut to its ranges. Pure. */
import { AppError } from '../base/errors.js';
import type { Cutting, TimeRange } from './model.js';

export const MOST_CLIPS = 10_000;
/** Durations that people are told differ a little from the file's. What begins before its end, ends with it. */
const TOLERANCE_SECONDS = 0.5;

/** Errors: 'invalid', naming the field of the API that is wrong. */
export function cutRange({ range }: Cutting, durationSeconds: number): TimeRange {
  const { startSeconds = 0, endSeconds = durationSeconds } = range;
  const whole = { startSeconds: 0, endSeconds: durationSeconds };
  if (startSeconds >= durationSeconds) throw outside('start_time_seconds', whole);
  if (endSeconds > durationSeconds + TOLERANCE_SECONDS) throw outside('end_time_seconds', whole);
  if (endSeconds <= startSeconds) {
    throw new AppError('invalid', 'end_time_seconds must be after start_time_seconds.');
  }
  return { startSeconds, endSeconds: Math.min(endSeconds, durationSeconds) };
}

/** The last window ends with the range, however short it is. Errors: 'invalid'. */
export function cutUniformly(range: TimeRange, windowSeconds: number, hopSeconds: number): TimeRange[] {
  const seconds = range.endSeconds - range.startSeconds;
  const count = Math.max(1, Math.ceil((seconds - windowSeconds) / hopSeconds - 1e-9) + 1);
  if (count > MOST_CLIPS) {
    throw new AppError(
      'invalid',
      `hop_seconds is too small: there would be more than ${MOST_CLIPS} segments.`,
    );
  }
  return Array.from({ length: count }, (_, n) => {
    const startSeconds = toMillis(range.startSeconds + n * hopSeconds);
    return { startSeconds, endSeconds: toMillis(Math.min(startSeconds + windowSeconds, range.endSeconds)) };
  }).filter(({ startSeconds, endSeconds }) => endSeconds > startSeconds);
}

/** Errors: 'invalid' when one of them is not inside, or is over before a millisecond is. */
export function checkInside(ranges: readonly TimeRange[], range: TimeRange): TimeRange[] {
  return ranges.map((one, n) => {
    const isInside =
      one.startSeconds >= range.startSeconds &&
      one.startSeconds < range.endSeconds &&
      one.endSeconds <= range.endSeconds + TOLERANCE_SECONDS;
    if (!isInside) throw outside(`manual_config.segments.${n}`, range);
    const inside = { ...one, endSeconds: Math.min(one.endSeconds, range.endSeconds) };
    // Shares know whole milliseconds.
    if (wholeMs(inside.endSeconds) > wholeMs(inside.startSeconds)) return inside;
    throw new AppError('invalid', `manual_config.segments.${n} must last for a millisecond at least.`);
  });
}

/** What a double has beyond the microsecond is no time. */
const wholeMs = (seconds: number) => Math.floor(Number((seconds * 1000).toFixed(3)));
const toMillis = (seconds: number) => Math.round(seconds * 1000) / 1000;

function outside(field: string, { startSeconds, endSeconds }: TimeRange): AppError {
  return new AppError('invalid', `${field} must lie between ${startSeconds} and ${endSeconds} seconds.`);
}
