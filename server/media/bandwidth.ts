/** BANDWIDTH and AVERAGE-BANDWIDTH of a rendition from the sizes of its segments (RFC 8216bis 4.4.6.2). Pure. */

export interface SegmentSize {
  sizeBytes: number;
  seconds: number;
}

/**
 * The peak is the highest rate of any run of consecutive segments that lasts 0.5 to 1.5 target durations,
 * so that one short segment of a keyframe and little else does not speak for the whole.
 */
export function bandwidthOf(segments: readonly SegmentSize[]): {
  bandwidthBps: number;
  averageBandwidthBps: number;
} {
  const total = sumOf(segments);
  if (!(total.seconds > 0)) return { bandwidthBps: 0, averageBandwidthBps: 0 };
  const target = Math.max(...segments.map((s) => Math.round(s.seconds)), 1);
  const average = (total.sizeBytes * 8) / total.seconds;
  let peak = average;
  for (let first = 0; first < segments.length; first++) {
    let [sizeBytes, seconds] = [0, 0];
    for (let last = first; last < segments.length; last++) {
      sizeBytes += segments[last]!.sizeBytes;
      seconds += segments[last]!.seconds;
      if (seconds > 1.5 * target) break;
      if (seconds >= 0.5 * target) peak = Math.max(peak, (sizeBytes * 8) / seconds);
    }
  }
  return { bandwidthBps: Math.ceil(peak), averageBandwidthBps: Math.ceil(average) };
}

function sumOf(segments: readonly SegmentSize[]): SegmentSize {
  const sum = { sizeBytes: 0, seconds: 0 };
  for (const segment of segments) {
    sum.sizeBytes += segment.sizeBytes;
    sum.seconds += segment.seconds;
  }
  return sum;
}
