/** Ogg: the last page must lie whole in the file and carry the end-of-stream flag (RFC 3533 6). */
import { COMPLETE, incomplete, UNKNOWN, type Bytes, type Structure } from './verdict.js';

/** A page has at most 27 + 255 + 255 × 255 bytes. */
const MAX_PAGE_BYTES = 27 + 255 + 255 * 255;
const END_OF_STREAM = 0x04;

export async function inspectOgg({ sizeBytes, at }: Bytes): Promise<Structure> {
  const from = Math.max(0, sizeBytes - MAX_PAGE_BYTES);
  const tail = await at(from, MAX_PAGE_BYTES);
  for (let page = tail.lastIndexOf('OggS'); page >= 0; page = tail.lastIndexOf('OggS', page - 1)) {
    const end = pageEnd(tail, page);
    if (end === tail.length) return tail[page + 5]! & END_OF_STREAM ? COMPLETE : UNKNOWN;
    // These four letters also occur by chance; only a page that begins in earnest proves a cut.
    if (end === undefined || end > tail.length)
      return incomplete('The file ends early: its last page is cut off.');
    if (page === 0) break; // a search from -1 would begin at the end again
  }
  return UNKNOWN;
}

function pageEnd(tail: Buffer, page: number): number | undefined {
  const segments = tail[page + 26];
  const bodyStart = page + 27 + (segments ?? 0);
  if (segments === undefined || bodyStart > tail.length) return undefined;
  return tail.subarray(page + 27, bodyStart).reduce((end, lacing) => end + lacing, bodyStart);
}
