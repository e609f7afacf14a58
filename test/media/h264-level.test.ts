import { describe, expect, it } from 'vitest';
import { levelFor } from '../../server/media/h264-level.js';

describe('levelFor', () => {
  it.each([
    // The usual rungs, and one step over each limit of table A-1.
    [1920, 1080, 30, 6_000_000, 40],
    [1920, 1080, 60, 8_000_000, 42],
    [1920, 1080, 30, 25_000_001, 41],
    [1280, 720, 30, 3_000_000, 31],
    [1280, 720, 31, 3_000_000, 32],
    [854, 480, 25, 1_500_000, 30],
    [854, 480, 30, 1_500_000, 31],
    [640, 360, 30, 900_000, 30],
    [3840, 2160, 30, 20_000_000, 51],
    [3840, 2160, 60, 30_000_000, 52],
    [426, 240, 30, 500_000, 21],
    [16, 16, 10, 60_000, 10],
    // Long and thin: A.3.1 limits each side.
    [4096, 64, 10, 1_000_000, 40],
  ])(
    'puts %i × %i at %f frames a second and %i bit/s into level %i',
    (width, height, rate, maxrate, level) => {
      expect(levelFor(width, height, rate, maxrate).level).toBe(level);
    },
  );

  it('names High profile and the level', () => {
    expect(levelFor(1280, 720, 30, 3_000_000).codecs).toBe('avc1.64001F');
    expect(levelFor(1920, 1080, 30, 6_000_000).codecs).toBe('avc1.640028');
  });
});
