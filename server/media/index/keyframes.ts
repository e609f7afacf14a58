/** Maps the ticks that callers name segments by to positions in an index. Pure. */

/**
 * Position of the keyframe at exactly `tick`; the number of keyframes for `endTicks`. Any other tick is a
 * mistake of the caller.
 */
export function findKeyframe(keyframeTicks: Float64Array, endTicks: number, tick: number): number {
  let [low, high] = [0, keyframeTicks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keyframeTicks[middle]! < tick) low = middle + 1;
    else high = middle;
  }
  if (keyframeTicks[low] === tick || (low === keyframeTicks.length && tick === endTicks)) return low;
  throw new RangeError(`no keyframe at tick ${tick}`);
}
