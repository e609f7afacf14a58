import { describe, expect, it } from 'vitest';
import { createAdtsReader, writeAdts } from '../../server/media/adts.js';

/** A frame with the header of ISO/IEC 14496-3 1.A.2: AAC-LC, 48 kHz, stereo, no CRC. */
function adtsFrame(payload: Buffer): Buffer {
  const length = payload.length + 7;
  const header = [
    0xff,
    0xf1,
    0x4c,
    0x80 | (length >> 11),
    (length >> 3) & 0xff,
    ((length & 7) << 5) | 0x1f,
    0xfc,
  ];
  return Buffer.concat([Buffer.from(header), payload]);
}

const payloads = [1, 700, 6, 2048, 300].map((bytes, i) => Buffer.alloc(bytes, i + 1));
const stream = Buffer.concat(payloads.map(adtsFrame));
const refusal = expect.objectContaining({ code: 'render-failed' });

describe('createAdtsReader', () => {
  it.each([1, 3, 8, 100, 10_000])('finds the frames in pieces of %i bytes', (pieceBytes) => {
    const reader = createAdtsReader();
    const frames: Buffer[] = [];
    for (let at = 0; at < stream.length; at += pieceBytes) {
      frames.push(...reader.push(stream.subarray(at, at + pieceBytes)));
    }
    reader.end();
    expect(frames).toEqual(payloads);
  });

  it('finds what was written', () => {
    expect(createAdtsReader().push(writeAdts(payloads, 48_000, 2))).toEqual(payloads);
    expect(writeAdts(payloads, 48_000, 2)).toEqual(stream);
  });

  it('leaves out a checksum', () => {
    const frame = adtsFrame(Buffer.from([9, 9, 1, 2, 3]));
    frame[1] = 0xf0;
    expect(createAdtsReader().push(frame)).toEqual([Buffer.from([1, 2, 3])]);
  });

  it('refuses what is not ADTS', () => {
    expect(() => createAdtsReader().push(Buffer.from('ID3 something'))).toThrow(refusal);
  });

  it('refuses a frame that is shorter than its header, and one of several blocks', () => {
    const short = adtsFrame(Buffer.alloc(0));
    expect(() => createAdtsReader().push(short)).toThrow(refusal);
    const several = adtsFrame(Buffer.alloc(5));
    several[6] = 0xfd;
    expect(() => createAdtsReader().push(several)).toThrow(refusal);
  });

  it('refuses a stream that ends inside a frame', () => {
    const reader = createAdtsReader();
    reader.push(stream.subarray(0, -1));
    expect(() => reader.end()).toThrow(refusal);
  });
});
