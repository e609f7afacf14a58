/** Reads single values out of ffprobe's loosely typed fields. Pure. */
import type { RawStream, Tags } from './ffprobe.js';

const MAX_TEXT = 300;

/** A positive finite number, or nothing. */
export function positive(text: string | number | undefined): number | undefined {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/** A finite number of either sign; `otherwise` for N/A. */
export function finite(text: string | undefined, otherwise: number): number {
  const value = Number(text ?? NaN);
  return Number.isFinite(value) ? value : otherwise;
}

/** A tag whatever its case, also in the form with a language (`BPS-eng`), as clean text. */
export function tagOf(tags: Tags | undefined, name: string): string | undefined {
  const wanted = name.toLowerCase();
  const entries = Object.entries(tags ?? {}).map(([key, text]) => [key.toLowerCase(), text] as const);
  const found =
    entries.find(([key]) => key === wanted) ?? entries.find(([key]) => key.startsWith(`${wanted}-`));
  const text =
    found &&
    String(found[1])
      .replace(/[\p{Cc}\s]+/gu, ' ')
      .trim();
  return text ? [...text].slice(0, MAX_TEXT).join('') : undefined;
}

/** When a stream ends, counted from `startSeconds`. */
export function streamEnd(stream: RawStream, startSeconds: number): number | undefined {
  const duration = positive(stream.duration);
  if (duration) return Math.max(0, finite(stream.start_time, startSeconds) - startSeconds) + duration;
  // Matroska's statistics: the time stamp at which the track ends, as 00:00:12.021000000.
  const [, hours, minutes, seconds] =
    /^(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(tagOf(stream.tags, 'DURATION') ?? '') ?? [];
  if (seconds === undefined) return undefined;
  return positive(Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) - startSeconds);
}
