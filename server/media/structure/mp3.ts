/** MP3: the Xing or Info frame that most encoders write tells how many bytes of audio follow. */
import { compareSizes, COMPLETE, UNKNOWN, type Bytes, type Structure } from './verdict.js';

/** Behind the audio may lie an ID3v1 tag (128), an APE or a Lyrics3 tag. */
const MAX_TRAILER_BYTES = 64 * 1024;
const HAS_FRAMES = 1;
const HAS_BYTES = 2;

export async function inspectMp3({ sizeBytes, at }: Bytes): Promise<Structure> {
  const start = id3Bytes(await at(0, 10));
  const frame = await at(start, 64);
  const isFrame = frame.length === 64 && frame.readUInt16BE(0) >> 5 === 0x7ff;
  const xing = isFrame ? Math.max(frame.indexOf('Xing'), frame.indexOf('Info')) : -1;
  if (xing < 0 || xing + 16 > frame.length) return UNKNOWN;
  const flags = frame.readUInt32BE(xing + 4);
  if (!(flags & HAS_BYTES)) return UNKNOWN;
  const end = start + frame.readUInt32BE(xing + (flags & HAS_FRAMES ? 12 : 8));
  return end <= sizeBytes && sizeBytes - end <= MAX_TRAILER_BYTES ? COMPLETE : compareSizes(end, sizeBytes);
}

/** Size of an ID3v2 tag with its header; its size has 7 bits per byte. */
function id3Bytes(head: Buffer): number {
  if (head.length < 10 || head.toString('latin1', 0, 3) !== 'ID3') return 0;
  const hasFooter = head[5]! & 0x10;
  const size = head.subarray(6, 10).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0);
  return 10 + size + (hasFooter ? 10 : 0);
}
