import { describe, expect, it } from 'vitest';
import { isIdr, parseAvcC } from '../../../server/media/index/avc.js';
import type { SourceFile } from '../../../server/media/index/source-file.js';

const AVC_C = Buffer.from('0142c00affe1000367420a01000268ce', 'hex');
const fromBytes = (bytes: Buffer): SourceFile => ({
  sizeBytes: bytes.length,
  peek: (position, length) => Promise.resolve(bytes.subarray(position, position + length)),
  checkUnchanged: () => Promise.resolve(),
  close: () => Promise.resolve(),
});
/** NAL units with lengths of 4 bytes; a unit is its type and how many bytes follow. */
const sample = (...units: [type: number, extraBytes: number][]) =>
  Buffer.concat(
    units.map(([type, extraBytes]) => {
      const unit = Buffer.alloc(5 + extraBytes, 0xff);
      unit.writeUInt32BE(1 + extraBytes);
      unit[4] = 0x60 | type;
      return unit;
    }),
  );
const check = (bytes: Buffer, sizeBytes = bytes.length) =>
  isIdr(fromBytes(bytes), { lengthSize: 4 }, 0, sizeBytes);

describe('avcC', () => {
  it('tells the size of lengths', () => expect(parseAvcC(AVC_C)).toEqual({ lengthSize: 4 }));

  it('is refused when it is cut off, of another version or without parameter sets', () => {
    for (let length = 0; length < AVC_C.length; length++) {
      expect(parseAvcC(AVC_C.subarray(0, length))).toBeUndefined();
    }
    expect(parseAvcC(Buffer.from('0242c00affe1000367420a01000268ce', 'hex'))).toBeUndefined();
    expect(parseAvcC(Buffer.from('0142c00affe000', 'hex'))).toBeUndefined();
    expect(parseAvcC(Buffer.from('0142c00afee1000367420a01000268ce', 'hex'))).toBeUndefined(); // 3 bytes
  });
});

describe('an IDR picture', () => {
  it('may come behind delimiters, parameter sets and long SEI messages', async () => {
    expect(await check(sample([5, 10]))).toBe(true);
    expect(await check(sample([9, 1], [7, 20], [8, 4], [6, 5000], [6, 300], [5, 10]))).toBe(true);
  });

  it('is neither another slice, nor a sample without one, nor rubbish', async () => {
    expect(await check(sample([6, 10], [1, 10], [5, 10]))).toBe(false);
    expect(await check(sample([9, 1], [6, 100]))).toBe(false);
    expect(await check(Buffer.alloc(200))).toBe(false);
    expect(await check(Buffer.alloc(200, 0xff))).toBe(false);
    expect(await check(Buffer.alloc(0))).toBe(false);
    expect(await check(sample([5, 10]).subarray(0, 4), 15)).toBe(false);
    expect(await check(sample(...Array.from({ length: 500 }, (): [number, number] => [6, 0]), [5, 9]))).toBe(
      false,
    );
  });
});
