/** A stretch of a file: all of it or a clip, in seconds of its own time. Pure. */
import type { ClipRange } from './clip/index.js';
import type { MediaInfo } from './info.js';

export interface Stretch {
  startSeconds: number;
  endSeconds: number;
}

/** Undefined where nothing of the range lies within the file. */
export function stretchOf({ durationSeconds }: MediaInfo, range?: ClipRange): Stretch | undefined {
  if (!range) return durationSeconds > 0 ? { startSeconds: 0, endSeconds: durationSeconds } : undefined;
  const startSeconds = range.startMs / 1000;
  const endSeconds = Math.min(range.endMs / 1000, durationSeconds);
  return startSeconds < endSeconds ? { startSeconds, endSeconds } : undefined;
}
