/** New files become records, many in one transaction. Telling of the same file twice makes one record. */
import { rows, type Tx } from '../../storage/database/index.js';
import { createId } from '../base/ids.js';
import type { FileSignature, LibraryWriter, MediaFile } from './model.js';
import { baseName, checkPath, guessMediaType } from './place.js';

export type Found = Parameters<LibraryWriter['admit']>[0][number];

/** In the order of `found`. `isNew` tells records that were made now from those that were there. */
export async function admitAll(
  tx: Tx,
  found: readonly Found[],
  nowMs: number,
): Promise<{ file: MediaFile; isNew: boolean }[]> {
  for (const { path } of found) checkPath(path);
  const there = await rows.mediaFileLists.atPaths(
    tx,
    found.map(({ path }) => path),
  );
  const byPath = new Map<string, MediaFile>(there.map((file) => [file.path, file]));
  const made: MediaFile[] = [];
  const result = found.map((one) => {
    const present = byPath.get(one.path);
    if (present) return { file: present, isNew: false };
    const file = newFile(one, nowMs);
    byPath.set(file.path, file);
    made.push(file);
    return { file, isNew: true };
  });
  await rows.mediaFiles.insertMany(tx, made);
  return result;
}

function newFile({ path, signature, source = 'video' }: Found, nowMs: number): MediaFile {
  return {
    id: createId(),
    path,
    ...pickSignature(signature),
    displayName: baseName(path),
    source,
    state: 'pending',
    mediaType: guessMediaType(path),
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

/** Only the four fields, whatever else the given object has. */
export function pickSignature({ device, inode, sizeBytes, mtimeMs }: FileSignature): FileSignature {
  return { device, inode, sizeBytes, mtimeMs };
}
