/** Writes ISO base media boxes (ISO/IEC 14496-12 4.2): size, type, payload. Knows no box's meaning. */

/** Big-endian integers, as every field of the format. */
export const u8 = (...values: number[]): Buffer => Buffer.from(values);

export function u16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, i) => bytes.writeUInt16BE(value, i * 2));
  return bytes;
}

export function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => bytes.writeUInt32BE(value, i * 4));
  return bytes;
}

export function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

export const zeros = (count: number): Buffer => Buffer.alloc(count);

export function box(type: string, ...parts: Buffer[]): Buffer {
  const sizeBytes = parts.reduce((sum, part) => sum + part.length, 8);
  return Buffer.concat([u32(sizeBytes), Buffer.from(type, 'latin1'), ...parts], sizeBytes);
}

/** A box with version and flags (4.2, FullBox). */
export function fullBox(type: string, version: number, flags: number, ...parts: Buffer[]): Buffer {
  return box(type, u32(((version << 24) | flags) >>> 0), ...parts);
}
