/** A file's signature, taken from what the file system tells of it. */
import type { Stats } from 'node:fs';
import type { FileSignature } from '../library/model.js';

export const toSignature = ({ dev, ino, size, mtimeMs }: Stats): FileSignature => ({
  device: dev,
  inode: ino,
  sizeBytes: size,
  mtimeMs,
});
