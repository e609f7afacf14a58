/**
 * An open original: positioned reads and the promise that bytes come from the content that was opened. The
 * descriptor follows the content through renames; a rewrite in place is noticed by size and mtime.
 */
import { open } from 'node:fs/promises';
import { AppError, hasErrno } from '../../base/errors.js';
import { pread } from '../pread.js';

export interface SourceFile {
  sizeBytes: number;
  /** Shorter than `length` only at the end of the file. */
  peek(position: number, length: number): Promise<Buffer>;
  /** Errors: AppError 'source-changed' where size or mtime differ from when it was opened. */
  checkUnchanged(): Promise<void>;
  close(): Promise<void>;
}

export async function openSource(path: string): Promise<SourceFile> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    if (!hasErrno(error, 'ENOENT', 'ENOTDIR')) throw error;
    throw new AppError('source-missing', 'The original is not in its place.', { cause: error });
  });
  try {
    const opened = await handle.stat();
    return {
      sizeBytes: opened.isFile() ? opened.size : 0,
      peek: (position, length) => pread(handle, position, length),
      async checkUnchanged() {
        const now = await handle.stat();
        if (now.size === opened.size && now.mtimeMs === opened.mtimeMs) return;
        throw new AppError('source-changed', 'The original has changed since it was indexed.');
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
