/** Positioned reads that give all bytes asked for, or as many as the file has. */
import type { FileHandle } from 'node:fs/promises';

/** Shorter than `length` only at the end of the file. */
export async function pread(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
