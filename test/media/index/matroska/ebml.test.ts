import { describe, expect, it } from 'vitest';
import {
  elementsIn,
  findElement,
  readElement,
  readUint,
  readVint,
} from '../../../../server/media/index/matroska/ebml.js';

const hex = (text: string) => Buffer.from(text, 'hex');

describe('EBML', () => {
  it('reads integers of any width', () => {
    expect(readVint(hex('82'), 0)).toEqual({ value: 2, width: 1 });
    expect(readVint(hex('4002'), 0)).toEqual({ value: 2, width: 2 });
    expect(readVint(hex('0100000000000002'), 0)).toEqual({ value: 2, width: 8 });
  });

  it('knows sizes that are not known', () => {
    expect(readVint(hex('ff'), 0)).toEqual({ width: 1 });
    expect(readElement(hex('1f43b67501ffffffffffffff'), 0)).toEqual({ id: 0x1f43b675, headerBytes: 12 });
  });

  it('refuses rubbish and cut-off headers', () => {
    expect(readElement(hex('00'), 0)).toBeUndefined();
    expect(readElement(hex('0843b67581'), 0)).toBeUndefined(); // an id of five bytes
    expect(readElement(hex('1f43b6'), 0)).toBeUndefined();
    expect(readElement(hex('ec'), 0)).toBeUndefined();
    expect(readVint(hex('01ff000000000000'), 0)).toBeUndefined(); // beyond what a number holds
  });

  it('walks whole elements and stops at one that does not fit', () => {
    const bytes = hex('ec8101' + 'ec820102' + 'ec85aa');
    expect([...elementsIn(bytes)].map(({ body }) => body.toString('hex'))).toEqual(['01', '0102']);
    expect(readUint(findElement(bytes, 0xec)!)).toBe(1);
    expect(readUint(hex('ffffffffffffffff'))).toBeNaN();
  });
});
