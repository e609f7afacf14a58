/** Reads EBML elements (RFC 8794) from buffers that nobody vouches for. Pure. */

export interface Element {
  id: number;
  /** Bytes of id and size. */
  headerBytes: number;
  /** Absent where the writer did not know ("live"). */
  sizeBytes?: number;
}

/** An id has at most 4 bytes, a size at most 8. */
export const MAX_HEADER_BYTES = 12;

/** `undefined` for rubbish and where the buffer ends inside the header. */
export function readElement(buffer: Buffer, position: number): Element | undefined {
  const idBytes = widthAt(buffer, position);
  if (!idBytes || idBytes > 4 || position + idBytes > buffer.length) return undefined;
  const size = readVint(buffer, position + idBytes);
  if (!size) return undefined;
  return {
    id: buffer.readUIntBE(position, idBytes),
    headerBytes: idBytes + size.width,
    ...(size.value === undefined ? {} : { sizeBytes: size.value }),
  };
}

/** A variable-size integer; `value` is absent where all its bits are ones. */
export function readVint(buffer: Buffer, position: number): { value?: number; width: number } | undefined {
  const width = widthAt(buffer, position);
  if (!width || position + width > buffer.length) return undefined;
  let value = buffer[position]! & (0xff >> width);
  let isUnknown = value === 0xff >> width;
  for (let n = 1; n < width; n++) {
    const byte = buffer[position + n]!;
    value = value * 256 + byte;
    isUnknown &&= byte === 0xff;
  }
  if (isUnknown) return { width };
  return Number.isSafeInteger(value) ? { value, width } : undefined;
}

/** The elements that lie whole in `buffer`; ends silently at the first that does not. */
export function* elementsIn(buffer: Buffer): Generator<{ id: number; body: Buffer }> {
  let position = 0;
  while (position < buffer.length) {
    const element = readElement(buffer, position);
    if (element?.sizeBytes === undefined) return;
    const start = position + element.headerBytes;
    if (start + element.sizeBytes > buffer.length) return;
    yield { id: element.id, body: buffer.subarray(start, start + element.sizeBytes) };
    position = start + element.sizeBytes;
  }
}

/** First child with an id. */
export function findElement(buffer: Buffer, id: number): Buffer | undefined {
  for (const element of elementsIn(buffer)) if (element.id === id) return element.body;
  return undefined;
}

/** An unsigned integer of 0 to 8 bytes; NaN beyond what a number holds exactly. */
export function readUint(body: Buffer): number {
  const value = body.reduce((sum, byte) => sum * 256 + byte, 0);
  return body.length <= 8 && Number.isSafeInteger(value) ? value : NaN;
}

export function readFloat(body: Buffer): number {
  if (body.length === 4) return body.readFloatBE(0);
  return body.length === 8 ? body.readDoubleBE(0) : NaN;
}

/** The leading zeros of the first byte tell the width; 0 for none of 8. */
function widthAt(buffer: Buffer, position: number): number {
  const first = buffer[position];
  return first === undefined || first === 0 ? 0 : Math.clz32(first) - 23;
}
