import { describe, expect, it } from 'vitest';
import { describePixels } from '../../../server/media/probe/pixels.js';

describe('pixel formats', () => {
  it.each([
    ['yuv420p', 8, '420'],
    ['yuvj420p', 8, '420'],
    ['yuva420p', 8, '420'],
    ['nv12', 8, '420'],
    ['yuv420p10le', 10, '420'],
    ['p010le', 10, '420'],
    ['yuv422p', 8, '422'],
    ['yuv422p10le', 10, '422'],
    ['yuv411p', 8, '422'],
    ['yuv444p', 8, '444'],
    ['yuva444p12le', 12, '444'],
    ['gray', 8, 'gray'],
    ['gray10le', 10, 'gray'],
    ['gbrp', 8, 'rgb'],
    ['gbrp12le', 12, 'rgb'],
    ['rgb24', 8, 'rgb'],
    ['rgb48le', 16, 'rgb'],
    ['pal8', 8, 'rgb'],
  ])('%s has %i bits and is %s', (name, bitDepth, chroma) =>
    expect(describePixels(name)).toEqual({ bitDepth, chroma }),
  );
});
