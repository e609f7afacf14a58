/**
 * The table at the end of a chunk file: size and checksum of each segment before it. Pure. It is written as
 * an ISO `free` box, so that an initialisation section followed by chunk files is still a playable MP4.
 *
 *   free box header (8) · n × [size u32, crc32 u32] · n u32 · crc32 of the entries u32 · mark (8)
 */
import { crc32 } from 'node:zlib';

export interface Segment {
  offset: number;
  sizeBytes: number;
  crc: number;
}

const MARK = Buffer.from('LSCHUNK1', 'latin1');
const HEADER_BYTES = 8;
const ENTRY_BYTES = 8;
/** Count, checksum and mark: what to read first, from the end of the file. */
export const TRAILER_BYTES = 16;

export function writeTable(segments: readonly Segment[]): Buffer {
  const table = Buffer.alloc(tableBytes(segments.length));
  table.writeUInt32BE(table.length, 0);
  table.write('free', 4, 'latin1');
  segments.forEach(({ sizeBytes, crc }, i) => {
    table.writeUInt32BE(sizeBytes, HEADER_BYTES + i * ENTRY_BYTES);
    table.writeUInt32BE(crc, HEADER_BYTES + i * ENTRY_BYTES + 4);
  });
  const trailer = table.length - TRAILER_BYTES;
  table.writeUInt32BE(segments.length, trailer);
  table.writeUInt32BE(crc32(table.subarray(HEADER_BYTES, trailer)), trailer + 4);
  MARK.copy(table, trailer + 8);
  return table;
}

/** Whole size of the table that ends in `trailer`; undefined where it is none of ours. */
export function tableBytesOf(trailer: Buffer): number | undefined {
  if (trailer.length !== TRAILER_BYTES || !trailer.subarray(8).equals(MARK)) return undefined;
  return tableBytes(trailer.readUInt32BE(0));
}

/** The segments of a file of `fileBytes` that ends in `table`; undefined unless everything adds up. */
export function readTable(table: Buffer, fileBytes: number): Segment[] | undefined {
  const trailer = table.length - TRAILER_BYTES;
  const count = table.readUInt32BE(trailer);
  const entries = table.subarray(HEADER_BYTES, trailer);
  if (table.length !== tableBytes(count) || crc32(entries) !== table.readUInt32BE(trailer + 4)) {
    return undefined;
  }
  let offset = 0;
  const segments = Array.from({ length: count }, (_, i) => {
    const sizeBytes = entries.readUInt32BE(i * ENTRY_BYTES);
    const segment = { offset, sizeBytes, crc: entries.readUInt32BE(i * ENTRY_BYTES + 4) };
    offset += sizeBytes;
    return segment;
  });
  return offset + table.length === fileBytes ? segments : undefined;
}

export const checksum = (bytes: Buffer): number => crc32(bytes);

const tableBytes = (count: number) => HEADER_BYTES + count * ENTRY_BYTES + TRAILER_BYTES;
