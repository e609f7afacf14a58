/**
 * One chunk file: segments back to back and a table of them at the end. Knows how it is written and read,
 * not where it lies nor which of the segments anybody wants.
 */
import { open, rm, type FileHandle } from 'node:fs/promises';
import { hasErrno } from '../../server/base/errors.js';
import { checksum, readTable, tableBytesOf, TRAILER_BYTES, writeTable, type Segment } from './chunk-table.js';

export interface ChunkFile {
  first: number;
  last: number;
  path: string;
  /** Absent until it was read; grows while the chunk is being written. */
  segments?: Segment[];
}

export interface ChunkOutput {
  append(segment: Buffer): Promise<Segment>;
  /** Writes the table and flushes to the disk: from then on the file proves itself. */
  seal(segments: readonly Segment[]): Promise<void>;
  close(): Promise<void>;
}

export async function createChunkOutput(path: string): Promise<ChunkOutput> {
  const handle = await open(path, 'wx', 0o644);
  let end = 0;
  return {
    async append(bytes) {
      await writeAt(handle, bytes, end);
      const segment = { offset: end, sizeBytes: bytes.length, crc: checksum(bytes) };
      end += bytes.length;
      return segment;
    },
    async seal(segments) {
      await writeAt(handle, writeTable(segments), end);
      await handle.datasync();
    },
    close: () => handle.close(),
  };
}

/** A small file that is on the disk, not only on its way there, when this resolves. */
export async function writeNew(path: string, content: Buffer): Promise<void> {
  const handle = await open(path, 'wx', 0o644);
  try {
    await handle.writeFile(content);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** The table of a finished chunk; undefined where the file does not hold what its name says. */
export async function readSegments(chunk: ChunkFile): Promise<Segment[] | undefined> {
  return withFile(chunk, async (handle) => {
    const { size } = await handle.stat();
    const trailer = await readAt(handle, size - TRAILER_BYTES, TRAILER_BYTES);
    const tableBytes = trailer && tableBytesOf(trailer);
    const table = tableBytes ? await readAt(handle, size - tableBytes, tableBytes) : undefined;
    const segments = table && readTable(table, size);
    return segments?.length === chunk.last - chunk.first + 1 ? segments : undefined;
  });
}

/** Undefined where the bytes are no longer those that were written. */
export async function readSegment(chunk: ChunkFile, segment: Segment): Promise<Buffer | undefined> {
  const bytes = await withFile(chunk, (handle) => readAt(handle, segment.offset, segment.sizeBytes));
  return bytes && checksum(bytes) === segment.crc ? bytes : undefined;
}

/** A chunk may get its final name between two looks at `path`. */
async function withFile<T>(
  chunk: ChunkFile,
  use: (handle: FileHandle) => Promise<T>,
): Promise<T | undefined> {
  for (;;) {
    const { path } = chunk;
    let handle: FileHandle;
    try {
      handle = await open(path, 'r');
    } catch (error) {
      if (!hasErrno(error, 'ENOENT')) throw error;
      if (chunk.path === path) return undefined;
      continue;
    }
    try {
      return await use(handle);
    } finally {
      await handle.close();
    }
  }
}

async function readAt(handle: FileHandle, offset: number, bytes: number): Promise<Buffer | undefined> {
  if (offset < 0) return undefined;
  // Not from Node's shared pool: the segment may live long in a cache and must not pin its neighbours.
  const buffer = Buffer.allocUnsafeSlow(bytes);
  let read = 0;
  while (read < bytes) {
    const { bytesRead } = await handle.read(buffer, read, bytes - read, offset + read);
    if (bytesRead === 0) return undefined;
    read += bytesRead;
  }
  return buffer;
}

/** A full disk may take only a part of what it is given. */
async function writeAt(handle: FileHandle, bytes: Buffer, offset: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += (await handle.write(bytes, written, bytes.length - written, offset + written)).bytesWritten;
  }
}

export const removeFile = (path: string): Promise<void> => rm(path, { force: true });
