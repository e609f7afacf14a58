/** MP4, MOV and their kin: the top-level boxes (ISO/IEC 14496-12 4.2) must add up to exactly the file. */
import { compareSizes, COMPLETE, incomplete, UNKNOWN, type Bytes, type Structure } from './verdict.js';

/** Boxes that a file may begin with. */
const FIRST_BOXES = ['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'pnot', 'styp', 'moof', 'sidx', 'uuid'];
const TOP_BOXES = [...FIRST_BOXES, 'meta', 'mfra', 'emsg', 'prft', 'udta', 'pdin', 'ssix', 'junk'];
/** Fragmented files have one or two boxes per fragment. */
const MAX_BOXES = 4000;
const NOT_YET = 'The file is incomplete: the part that describes its content (moov) is not there yet.';

export const isIsoFile = (head: Buffer): boolean => FIRST_BOXES.includes(head.toString('latin1', 4, 8));

export async function inspectIsoFile({ sizeBytes, at }: Bytes): Promise<Structure> {
  const seen = new Set<string>();
  let position = 0;
  for (let n = 0; position < sizeBytes && n < MAX_BOXES; n++) {
    const head = await at(position, 16);
    if (head.length < 8) return seen.has('moov') ? UNKNOWN : incomplete(NOT_YET);
    const type = head.toString('latin1', 4, 8);
    const size = boxSize(head, sizeBytes - position);
    if (head.readBigUInt64BE(0) === 0n && !seen.has('moov')) {
      return incomplete('The file is incomplete: its end is not written yet.');
    }
    // Cameras and taggers leave odd bytes behind the last box; what they are cannot be told.
    if (!TOP_BOXES.includes(type) || size === undefined) return UNKNOWN;
    seen.add(type);
    position += size;
  }
  if (position < sizeBytes) return UNKNOWN;
  if (position > sizeBytes) return compareSizes(position, sizeBytes);
  if (!seen.has('moov')) return incomplete(NOT_YET);
  // A recording in fragments adds up after each of them; only its closing index tells that it is over.
  if (seen.has('moof')) return seen.has('mfra') ? COMPLETE : UNKNOWN;
  return seen.has('mdat')
    ? COMPLETE
    : incomplete('The file is incomplete: it holds a description but no media.');
}

/** `undefined` where the size makes no sense, and for a last box that ends with the file by definition. */
function boxSize(head: Buffer, remaining: number): number | undefined {
  const size = head.readUInt32BE(0);
  if (size === 1) {
    const large = head.length === 16 ? Number(head.readBigUInt64BE(8)) : 0;
    return large >= 16 && Number.isSafeInteger(large) ? large : undefined;
  }
  return size >= 8 && remaining > 0 ? size : undefined;
}
