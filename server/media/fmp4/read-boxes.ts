/** Reads ISO base media boxes from memory; refuses sizes that leave their parent. */
import { AppError } from '../../base/errors.js';

export interface Box {
  type: string;
  /** Payload without the header. */
  body: Buffer;
}

/** The boxes that lie back to back in `bytes`. */
export function* boxesIn(bytes: Buffer): Generator<Box> {
  for (let at = 0; at < bytes.length;) {
    const header = at + 8 <= bytes.length ? readHeader(bytes, at) : undefined;
    if (!header || at + header.sizeBytes > bytes.length) throw malformed('a box ends outside its parent');
    yield { type: header.type, body: bytes.subarray(at + header.headerBytes, at + header.sizeBytes) };
    at += header.sizeBytes;
  }
}

/** The first box along `path`, each a child of the one before. */
export function findBox(bytes: Buffer, ...path: string[]): Buffer | undefined {
  let found: Buffer | undefined = bytes;
  for (const type of path) {
    found = found && [...boxesIn(found)].find((box) => box.type === type)?.body;
  }
  return found;
}

/** Header at `at`, of which 8 bytes must be there; undefined when the long form needs 16 and they are not. */
export function readHeader(bytes: Buffer, at: number) {
  const short = bytes.readUInt32BE(at);
  const type = bytes.toString('latin1', at + 4, at + 8);
  const headerBytes = short === 1 ? 16 : 8;
  if (at + headerBytes > bytes.length) return undefined;
  const sizeBytes = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short;
  if (sizeBytes < headerBytes) throw malformed(`box ${JSON.stringify(type)} has no valid size`);
  return { type, headerBytes, sizeBytes };
}

export function malformed(what: string, cause?: unknown): AppError {
  return new AppError('render-failed', `The encoder's output is malformed: ${what}`, { cause });
}
