import { describe, expect, it } from 'vitest';
import { parseAacLc } from '../../../server/media/index/aac-config.js';

const parse = (hex: string) => parseAacLc(Buffer.from(hex, 'hex'));

describe('AudioSpecificConfig', () => {
  it.each([
    ['1190', 48000, 2],
    ['1210', 44100, 2],
    ['1188', 48000, 1],
    ['119056e500', 48000, 2], // says in as many words that there is no SBR
    ['17805dc008', 48000, 1], // a rate written out
    ['11b8', 48000, 8],
  ])('%s is AAC-LC', (hex, sampleRate, channels) => expect(parse(hex)).toEqual({ sampleRate, channels }));

  it.each([
    ['2b098800', 'SBR'],
    ['eb098800', 'parametric stereo'],
    ['119056e5a0', 'SBR behind the part that old decoders read'],
    ['1194', 'frames of 960 samples'],
    ['0990', 'the Main profile'],
    ['1180', 'channels in a program config'],
    ['1690', 'a reserved rate'],
    ['', 'nothing'],
    ['11', 'half of it'],
  ])('%s is not: %s', (hex) => expect(parse(hex)).toBeUndefined());
});
