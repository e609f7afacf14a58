/** H.264 as far as cutting needs it: the avcC record, and whether a sample is a real IDR picture. */
import type { SourceFile } from './source-file.js';

export interface AvcConfig {
  /** Bytes of the length in front of each NAL unit. */
  lengthSize: number;
}

const IDR = 5;
const FIRST_VCL = 1;
const LAST_VCL = 5;
/** Delimiter, SEI, parameter sets and the like before the first slice; more is not a picture. */
const MAX_UNITS = 64;
const PROBE_BYTES = 128;

/** ISO/IEC 14496-15 5.3.3.1. `undefined` where it is damaged or brings no parameter sets. */
export function parseAvcC(avcC: Buffer): AvcConfig | undefined {
  const lengthSize = ((avcC[4] ?? 0) % 4) + 1;
  if (avcC.length < 7 || avcC[0] !== 1 || lengthSize === 3) return undefined;
  let position = 6;
  const skipSets = (count: number): boolean => {
    for (let n = 0; n < count; n++) {
      if (position + 2 > avcC.length) return false;
      position += 2 + avcC.readUInt16BE(position);
    }
    return count > 0 && position <= avcC.length;
  };
  if (!skipSets(avcC[5]! & 0x1f)) return undefined;
  return skipSets(avcC[position++] ?? 0) ? { lengthSize } : undefined;
}

/** True when the first slice of the sample belongs to an IDR picture (ITU-T H.264 7.4.1.2.4). */
export async function isIdr(
  source: SourceFile,
  config: AvcConfig,
  position: number,
  sizeBytes: number,
): Promise<boolean> {
  const { lengthSize } = config;
  const end = position + sizeBytes;
  let window = { from: position, bytes: await source.peek(position, Math.min(sizeBytes, PROBE_BYTES)) };
  for (let unit = 0; unit < MAX_UNITS && position + lengthSize < end; unit++) {
    if (position + lengthSize + 1 > window.from + window.bytes.length) {
      window = { from: position, bytes: await source.peek(position, Math.min(end - position, PROBE_BYTES)) };
    }
    const at = position - window.from;
    if (at + lengthSize >= window.bytes.length) return false;
    const unitBytes = window.bytes.readUIntBE(at, lengthSize);
    const type = unitBytes > 0 ? window.bytes[at + lengthSize]! & 0x1f : 0;
    if (type >= FIRST_VCL && type <= LAST_VCL) return type === IDR;
    position += lengthSize + unitBytes;
  }
  return false;
}
