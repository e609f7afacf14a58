/** AudioSpecificConfig (ISO/IEC 14496-3 1.6.2.1): is it plain AAC-LC in frames of 1024 samples? Pure. */
import { AAC_SAMPLE_RATES } from '../aac.js';

export interface AacConfig {
  sampleRate: number;
  channels: number;
}

const AAC_LC = 2;
const EXPLICIT_RATE = 15;
const CHANNELS = [0, 1, 2, 3, 4, 5, 6, 8];
const SYNC_EXTENSION = 0x2b7;
const SBR = 5;

/** `undefined` for anything else: other profiles, SBR, 960-sample frames, channels by program config. */
export function parseAacLc(config: Buffer): AacConfig | undefined {
  const read = createBitReader(config);
  if (read(5) !== AAC_LC) return undefined;
  const rateIndex = read(4);
  const sampleRate = rateIndex === EXPLICIT_RATE ? read(24) : AAC_SAMPLE_RATES[rateIndex];
  const channels = CHANNELS[read(4)];
  const [isFrame960, hasCoreCoder, hasExtension] = [read(1), read(1), read(1)];
  if (!sampleRate || !channels || isFrame960 || hasCoreCoder || hasExtension) return undefined;
  // Backward compatible signalling of SBR behind the part that old decoders read.
  const isSbr = read(11) === SYNC_EXTENSION && read(5) === SBR && read(1) === 1;
  return isSbr ? undefined : { sampleRate, channels };
}

/** Reads zeros behind the end. */
function createBitReader(bytes: Buffer): (count: number) => number {
  let bit = 0;
  return (count) => {
    let value = 0;
    for (let n = 0; n < count; n++, bit++)
      value = value * 2 + (((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1);
    return value;
  };
}
