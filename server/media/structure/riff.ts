/** WAV, AVI and AIFF: chunk sizes; also the 64-bit forms RF64/BW64 and AVI files of several RIFF chunks. */
import { compareSizes, UNKNOWN, type Bytes, type Structure } from './verdict.js';

/** OpenDML writes one RIFF chunk per GB. */
const MAX_CHUNKS = 1000;
/** Writers that could not come back leave these. */
const UNFILLED = [0, 0xffffffff];

export async function inspectRiff({ sizeBytes, at }: Bytes): Promise<Structure> {
  let end = 0;
  for (let n = 0; end < sizeBytes && n < MAX_CHUNKS; n++) {
    const head = await at(end, 28);
    if (head.length < 12) return UNKNOWN;
    const size = chunkSize(head);
    if (size === undefined) return UNKNOWN;
    const isPadded = size % 2 === 1 && end + 8 + size < sizeBytes;
    end += 8 + size + (isPadded ? 1 : 0);
  }
  return compareSizes(end, sizeBytes);
}

function chunkSize(head: Buffer): number | undefined {
  const id = head.toString('latin1', 0, 4);
  if (id === 'RF64' || id === 'BW64') {
    const isDs64 = head.length === 28 && head.toString('latin1', 12, 16) === 'ds64';
    const size = isDs64 ? Number(head.readBigUInt64LE(20)) : 0;
    return size > 0 && Number.isSafeInteger(size) ? size : undefined;
  }
  const size = id === 'RIFF' ? head.readUInt32LE(4) : id === 'FORM' ? head.readUInt32BE(4) : 0;
  return UNFILLED.includes(size) ? undefined : size;
}
