import { describe, expect, it } from 'vitest';
import { readTrackSamples } from '../../../../server/media/index/mp4/track-samples.js';

const SIZE_BYTES = 100_000;

function box(type: string, ...numbers: number[]): Buffer {
  const bytes = Buffer.alloc(8 + 4 * numbers.length);
  bytes.writeUInt32BE(bytes.length);
  bytes.write(type, 4, 'latin1');
  numbers.forEach((number, n) => bytes.writeInt32BE(number | 0, 8 + 4 * n));
  return bytes;
}

/** Five samples in chunks of 2, 2 and 1, in decode order I P B I P. */
const TABLE = {
  stts: box('stts', 0, 1, 5, 10),
  ctts: box('ctts', 0, 4, 1, 10, 1, 20, 1, 0, 2, 10),
  stss: box('stss', 0, 2, 1, 4),
  stsz: box('stsz', 0, 0, 5, 100, 50, 20, 90, 40),
  stsc: box('stsc', 0, 2, 1, 2, 1, 3, 1, 1),
  stco: box('stco', 0, 3, 1000, 2000, 3000),
};
const read = (parts: Partial<typeof TABLE> & Record<string, Buffer | undefined> = {}) =>
  readTrackSamples(
    Buffer.concat(Object.values({ ...TABLE, ...parts }).filter((part) => part !== undefined)),
    SIZE_BYTES,
  );

describe('a sample table', () => {
  it('gives every sample its place, size and time', () => {
    expect(read()).toMatchObject({
      count: 5,
      positions: Float64Array.of(1000, 1100, 2000, 2020, 3000),
      sizes: Uint32Array.of(100, 50, 20, 90, 40),
      pts: Float64Array.of(10, 30, 20, 40, 50),
      syncs: Uint32Array.of(0, 3),
      endTicks: 60,
      uniformTicks: 10,
    });
  });

  it('takes every sample for a sync sample where there is no list', () => {
    expect(read({ stss: undefined })).not.toHaveProperty('syncs');
  });

  it('reads offsets as signed numbers', () => {
    expect(read({ ctts: box('ctts', 0, 1, 5, -10) })?.pts).toEqual(Float64Array.of(-10, 0, 10, 20, 30));
  });

  it('reads 64-bit positions', () => {
    const co64 = box('co64', 0, 3, 1, 0, 1, 500, 1, 1000);
    const high = 2 ** 32;
    expect(read({ stco: undefined, co64 })?.positions).toEqual(
      Float64Array.of(high, high + 100, high + 500, high + 520, high + 1000),
    );
  });

  it('reads compact sizes', () => {
    const sizes = Buffer.from([0x00, 0x12, 0x34, 0x50]);
    const stz2 = Buffer.concat([box('stz2', 0, 4, 5), sizes.subarray(1)]);
    stz2.writeUInt32BE(stz2.length);
    expect(read({ stsz: undefined, stz2 })?.sizes).toEqual(Uint32Array.of(1, 2, 3, 4, 5));
  });

  it('reads one size for all', () => {
    expect(read({ stsz: box('stsz', 0, 7, 5) })?.positions).toEqual(
      Float64Array.of(1000, 1007, 2000, 2007, 3000),
    );
  });

  it('knows when samples do not all last the same', () => {
    const uneven = (...runs: number[]) => read({ stts: box('stts', 0, runs.length / 2, ...runs) });
    expect(uneven(4, 10, 1, 3)).toMatchObject({ uniformTicks: 10 }); // only the last is shorter
    expect(uneven(1, 9, 4, 10)).not.toHaveProperty('uniformTicks');
  });

  it.each([
    ['more samples than times', { stts: box('stts', 0, 1, 4, 10) }],
    ['more samples than places', { stco: box('stco', 0, 2, 1000, 2000) }],
    ['a list that ends early', { stsz: box('stsz', 0, 0, 6, 1, 1, 1, 1, 1) }],
    ['offsets for some samples only', { ctts: box('ctts', 0, 1, 3, 10) }],
    ['a sync sample that does not exist', { stss: box('stss', 0, 1, 6) }],
    ['sync samples out of order', { stss: box('stss', 0, 2, 4, 1) }],
    ['no samples', { stsz: box('stsz', 0, 0, 0) }],
    ['one size for more than the chunks hold', { stsz: box('stsz', 0, 1, 6) }],
    ['far more bytes than the file', { stsz: box('stsz', 0, 0x7fffffff, 5) }],
    ['chunks without a first run', { stsc: box('stsc', 0, 1, 2, 2, 1) }],
    ['no table of chunks', { stsc: undefined }],
  ])('is not believed with %s', (_, parts) => expect(read(parts)).toBeUndefined());
});
