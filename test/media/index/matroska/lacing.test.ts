import { describe, expect, it } from 'vitest';
import { parseBlockHead } from '../../../../server/media/index/matroska/lacing.js';

const parse = (hex: string, sizeBytes: number) => parseBlockHead(Buffer.from(hex, 'hex'), sizeBytes);

describe('a block', () => {
  it('of one frame', () => {
    expect(parse('81fff680', 104)).toEqual({
      track: 1,
      ticks: -10,
      isKey: true,
      headBytes: 4,
      frameSizes: [100],
    });
  });

  it('of a track with a number of two bytes', () => {
    expect(parse('4123000500', 105)).toMatchObject({
      track: 0x123,
      ticks: 5,
      headBytes: 5,
      frameSizes: [100],
    });
  });

  it('with Xiph lacing', () => {
    // Three frames: 300 (255 + 45), 10, and the rest.
    expect(parse('8100000202ff2d0a', 8 + 300 + 10 + 7)).toMatchObject({
      headBytes: 8,
      frameSizes: [300, 10, 7],
    });
  });

  it('with EBML lacing', () => {
    // Three frames: 800, 800 - 300, and the rest (the example of RFC 9559 10.3.3).
    expect(parse('81000006024320 5ed3'.replace(' ', ''), 9 + 800 + 500 + 1000)).toMatchObject({
      headBytes: 9,
      frameSizes: [800, 500, 1000],
    });
  });

  it('with frames of one size', () => {
    expect(parse('8100000403', 5 + 40)).toMatchObject({ headBytes: 5, frameSizes: [10, 10, 10, 10] });
  });

  it.each([
    ['is empty', '', 0],
    ['ends in its head', '8100', 2],
    ['has no track', '00000000', 10],
    ['ends in its sizes', '8100000205ffff', 2000],
    ['laces more than it holds', '8100000202ff2d0a', 100],
    ['does not divide', '8100000403', 5 + 41],
  ])('is refused when it %s', (_, hex, sizeBytes) => expect(parse(hex, sizeBytes)).toBeUndefined());
});
