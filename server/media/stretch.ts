/** A stretch of a file: all of it or a part, in seconds of its own time. Pure. */
import type { MediaInfo } from './info.js';

/** [startMs, endMs) of a file. */
export interface Part {
  startMs: number;
  endMs: number;
}

export interface Stretch {
  startSeconds: number;
  endSeconds: number;
}

/** Undefined where nothing of the part lies within the file. */
export function stretchOf({ durationSeconds }: MediaInfo, part?: Part): Stretch | undefined {
  if (!part) return durationSeconds > 0 ? { startSeconds: 0, endSeconds: durationSeconds } : undefined;
  const startSeconds = part.startMs / 1000;
  const endSeconds = Math.min(part.endMs / 1000, durationSeconds);
  return startSeconds < endSeconds ? { startSeconds, endSeconds } : undefined;
}
