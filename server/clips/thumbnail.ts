/** Which moment of a clip stands for it. Pure. */
import type { TimeRange } from './model.js';

/** Past the cut itself, which is often a blend of two pictures. */
const AFTER_SECONDS = 0.5;

export function thumbnailSeconds({ startSeconds, endSeconds }: TimeRange): number {
  const seconds = startSeconds + Math.min(AFTER_SECONDS, (endSeconds - startSeconds) / 2);
  return Math.floor(seconds * 1000) / 1000;
}
