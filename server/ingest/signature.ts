/** A file's signature, taken from what the file system tells of it, or from its record. */
import type { Stats } from 'node:fs';
import type { FileSignature } from '../library/model.js';

export const toSignature = ({ dev, ino, size, mtimeMs }: Stats): FileSignature => ({
  device: dev,
  inode: ino,
  sizeBytes: size,
  mtimeMs,
});

/** Only the four fields, whatever else the record has. */
export const pickSignature = ({ device, inode, sizeBytes, mtimeMs }: FileSignature): FileSignature => ({
  device,
  inode,
  sizeBytes,
  mtimeMs,
});
