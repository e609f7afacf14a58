/** Walks boxes (ISO/IEC 14496-12 4.2) in a buffer that nobody vouches for. Pure. */

export interface Box {
  type: string;
  /** Content, without the header. */
  body: Buffer;
}

/** The boxes of `buffer` in order; ends silently at the first that does not fit. */
export function* boxesIn(buffer: Buffer): Generator<Box> {
  let position = 0;
  while (position + 8 <= buffer.length) {
    const header = readHeader(buffer.subarray(position), buffer.length - position);
    if (!header || position + header.size > buffer.length) return;
    yield { type: header.type, body: buffer.subarray(position + header.length, position + header.size) };
    position += header.size;
  }
}

/** First box at a path such as 'mdia', 'minf', 'stbl'. */
export function findBox(buffer: Buffer, ...path: string[]): Buffer | undefined {
  let body: Buffer | undefined = buffer;
  for (const type of path) {
    const parent: Buffer = body;
    body = undefined;
    for (const box of boxesIn(parent)) {
      if (box.type !== type) continue;
      body = box.body;
      break;
    }
    if (!body) return undefined;
  }
  return body;
}

/** `remaining` is what a size of 0 ("to the end") stands for. `undefined` for a size that cannot be. */
export function readHeader(
  head: Buffer,
  remaining: number,
): { type: string; size: number; length: number } | undefined {
  if (head.length < 8) return undefined;
  const type = head.toString('latin1', 4, 8);
  const short = head.readUInt32BE(0);
  if (short !== 1) {
    const size = short === 0 ? remaining : short;
    return size >= 8 ? { type, size, length: 8 } : undefined;
  }
  const size = head.length >= 16 ? Number(head.readBigUInt64BE(8)) : 0;
  return size >= 16 && Number.isSafeInteger(size) ? { type, size, length: 16 } : undefined;
}

/** A full box's version and a reader for its fields that gives zeros behind the end. */
export function readFull(body: Buffer): { version: number; flags: number; content: Buffer } {
  const flags = body.length >= 4 ? body.readUIntBE(1, 3) : 0;
  return { version: body[0] ?? 0, flags, content: body.subarray(4) };
}

/** `count` big-endian 32-bit numbers from `position`; `undefined` where the buffer is too short for them. */
export function readUint32s(buffer: Buffer, position: number, count: number): Uint32Array | undefined {
  const byteLength = count * 4;
  if (position + byteLength > buffer.length) return undefined;
  const copy = Buffer.from(new ArrayBuffer(byteLength));
  buffer.copy(copy, 0, position, position + byteLength);
  copy.swap32();
  return new Uint32Array(copy.buffer);
}
