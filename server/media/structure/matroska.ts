/** Matroska and WebM: the Segment's size (RFC 8794, RFC 9559) against the file's. */
import { compareSizes, UNKNOWN, type Bytes, type Structure } from './verdict.js';

const SEGMENT_ID = 0x18538067;

export async function inspectMatroska({ sizeBytes, at }: Bytes): Promise<Structure> {
  const header = readSize(await at(4, 8));
  if (!header) return UNKNOWN;
  const segment = 4 + header.length + header.value;
  const head = await at(segment, 12);
  if (head.length < 12 || head.readUInt32BE(0) !== SEGMENT_ID) return UNKNOWN;
  // A live recording has an unknown size until its writer comes back to fill it in.
  const size = readSize(head.subarray(4));
  return size ? compareSizes(segment + 4 + size.length + size.value, sizeBytes) : UNKNOWN;
}

/** RFC 8794 4: a variable-size integer; `undefined` for all ones (unknown) and rubbish. */
function readSize(buffer: Buffer): { value: number; length: number } | undefined {
  const first = buffer[0] ?? 0;
  const length = Math.clz32(first) - 23;
  if (length > 8 || buffer.length < length) return undefined;
  const marker = 1n << BigInt(7 * length);
  const bits = BigInt(`0x${buffer.toString('hex', 0, length)}`) & (marker - 1n);
  const value = Number(bits);
  return bits === marker - 1n || !Number.isSafeInteger(value) ? undefined : { value, length };
}
