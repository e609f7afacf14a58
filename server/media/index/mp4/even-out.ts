/**
 * Sound that was joined from several recordings keeps to the beat of its frames, but for the joints, where some of
 * them overlap. Leaves out what is too much there, so that the rest can be handed out frame after frame. Pure.
 */
import { AAC_FRAME_SAMPLES } from '../../aac.js';

/** A joint leaves out two or three; more than this is another kind of track. */
const MOST_LEFT_OUT = 0.01;

/**
 * Numbers of the samples that stay: the k-th begins within half a frame of k frames after the first, 11 ms at
 * 48 kHz. Undefined where there is a gap, or too much to leave out.
 */
export function evenOut(pts: Float64Array): Uint32Array | undefined {
  const kept = new Uint32Array(pts.length);
  let count = 0;
  for (let n = 0; n < pts.length; n++) {
    const lateTicks = pts[n]! - (pts[0]! + count * AAC_FRAME_SAMPLES);
    if (lateTicks > AAC_FRAME_SAMPLES / 2) return undefined;
    if (lateTicks >= -AAC_FRAME_SAMPLES / 2) kept[count++] = n;
  }
  return pts.length - count <= pts.length * MOST_LEFT_OUT ? kept.slice(0, count) : undefined;
}
