import { describe, expect, it } from 'vitest';
import { bandwidthOf } from '../../server/media/bandwidth.js';

const segment = (seconds: number, bitsPerSecond: number) => ({
  seconds,
  sizeBytes: (seconds * bitsPerSecond) / 8,
});

describe('bandwidthOf', () => {
  it('tells the highest and the mean rate', () => {
    const segments = [segment(4, 1000), segment(4, 3000), segment(4, 2000)];
    expect(bandwidthOf(segments)).toEqual({ bandwidthBps: 3000, averageBandwidthBps: 2000 });
  });

  it('does not let a segment shorter than half the target duration speak for itself', () => {
    const segments = [segment(4, 1000), segment(1, 9000), segment(4, 1000)];
    // 1 s + 4 s are within 1.5 times the target of 4 s.
    expect(bandwidthOf(segments).bandwidthBps).toBe(2600);
  });

  it('is nothing for nothing', () => {
    expect(bandwidthOf([])).toEqual({ bandwidthBps: 0, averageBandwidthBps: 0 });
  });
});
