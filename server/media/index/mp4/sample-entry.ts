/** What the sample entry (stsd) of a track says of its codec, for the two codecs that are copied. Pure. */
import { findBox } from './boxes.js';

export interface AvcEntry {
  avcC: Buffer;
  width: number;
  height: number;
}

/** Fields of a VisualSampleEntry before its child boxes. */
const VISUAL_BYTES = 78;
const AUDIO_BYTES = 28;
/** QuickTime's sound descriptions of version 1 and 2 have further fields. */
const QUICKTIME_BYTES: Record<number, number> = { 0: 0, 1: 16, 2: 36 };
const AAC_OBJECT_TYPES = [0x40, 0x67];
const [DECODER_CONFIG, DECODER_SPECIFIC] = [0x04, 0x05];

/** H.264 with its parameter sets in the entry ('avc1'); 'avc3' keeps them in the stream. */
export function readAvcEntry(entry: { type: string; body: Buffer } | undefined): AvcEntry | undefined {
  if (entry?.type !== 'avc1' || entry.body.length < VISUAL_BYTES) return undefined;
  const avcC = findBox(entry.body.subarray(VISUAL_BYTES), 'avcC');
  if (!avcC) return undefined;
  return { avcC: Buffer.from(avcC), width: entry.body.readUInt16BE(24), height: entry.body.readUInt16BE(26) };
}

/** AudioSpecificConfig of an AAC track. */
export function readAacEntry(entry: { type: string; body: Buffer } | undefined): Buffer | undefined {
  if (entry?.type !== 'mp4a' || entry.body.length < AUDIO_BYTES) return undefined;
  const children = entry.body.subarray(AUDIO_BYTES + (QUICKTIME_BYTES[entry.body.readUInt16BE(8)] ?? 0));
  const esds = findBox(children, 'esds') ?? findBox(children, 'wave', 'esds');
  return esds && readSpecificInfo(esds.subarray(4));
}

/** ISO/IEC 14496-1 7.2.6: ES → decoder configuration → decoder specific info. */
function readSpecificInfo(descriptor: Buffer): Buffer | undefined {
  const es = readDescriptor(descriptor);
  if (!es || es.body.length < 3) return undefined;
  const flags = es.body[2]!;
  const urlBytes = flags & 0x40 ? 1 + (es.body[3 + (flags & 0x80 ? 2 : 0)] ?? 0) : 0;
  const inner = es.body.subarray(3 + (flags & 0x80 ? 2 : 0) + urlBytes + (flags & 0x20 ? 2 : 0));
  const config = readDescriptor(inner);
  if (config?.tag !== DECODER_CONFIG || !AAC_OBJECT_TYPES.includes(config.body[0] ?? 0)) return undefined;
  const specific = readDescriptor(config.body.subarray(13));
  return specific?.tag === DECODER_SPECIFIC ? Buffer.from(specific.body) : undefined;
}

/** Tag, then a length of up to four bytes with 7 bits each. */
function readDescriptor(buffer: Buffer): { tag: number; body: Buffer } | undefined {
  let length = 0;
  for (let n = 1; n <= 4 && n < buffer.length; n++) {
    length = length * 128 + (buffer[n]! & 0x7f);
    if (buffer[n]! & 0x80) continue;
    const body = buffer.subarray(n + 1, n + 1 + length);
    return body.length === length ? { tag: buffer[0]!, body } : undefined;
  }
  return undefined;
}
