import { describe, expect, it } from 'vitest';
import { readEdit } from '../../../../server/media/index/mp4/edits.js';

/** Entries of version 0: duration, media time, rate. */
function elst(...entries: [number, number, number?][]): Buffer {
  const box = Buffer.alloc(8 + 12 * entries.length);
  box.writeUInt32BE(entries.length, 4);
  entries.forEach(([duration, mediaTime, rate = 1], n) => {
    box.writeUInt32BE(duration, 8 + 12 * n);
    box.writeInt32BE(mediaTime, 12 + 12 * n);
    box.writeInt32BE(rate * 0x10000, 16 + 12 * n);
  });
  return box;
}
const read = (box: Buffer | undefined) => readEdit(box, 48000, 1000);

describe('an edit list', () => {
  it('may be missing', () => {
    expect(read(undefined)).toMatchObject({ isSimple: true, offsetTicks: 0, durationTicks: Infinity });
  });

  it('takes the media time away and adds the delay in front', () => {
    expect(read(elst([2000, 1024]))).toMatchObject({
      isSimple: true,
      offsetTicks: 1024,
      durationTicks: 96000,
    });
    expect(read(elst([500, -1], [2000, 1024]))).toMatchObject({ isSimple: true, offsetTicks: 1024 - 24000 });
  });

  it('of fragments has no end', () =>
    expect(read(elst([0, 1024]))).toMatchObject({ durationTicks: Infinity }));

  it('reads 64-bit times', () => {
    const box = Buffer.alloc(28);
    box[0] = 1;
    box.writeUInt32BE(1, 4);
    box.writeBigUInt64BE(2000n, 8);
    box.writeBigInt64BE(1024n, 16);
    box.writeUInt32BE(0x10000, 24);
    expect(read(box)).toMatchObject({ isSimple: true, offsetTicks: 1024, durationTicks: 96000 });
  });

  it.each([
    ['two pieces', elst([1000, 0], [1000, 96000])],
    ['another speed', elst([1000, 0, 2])],
    ['a picture that stands still', elst([1000, 0, 0])],
    ['nothing but a delay', elst([1000, -1])],
    ['a table that is cut off', elst([1000, 0]).subarray(0, 12)],
  ])('is not simple with %s', (_, box) => expect(read(box)).toMatchObject({ isSimple: false }));
});
