/**
 * Which chunk file holds which segment, one map per rendition, read from the names in its folder when it is
 * first asked for. Only the renditions used last are remembered, and those that are being written to.
 */
import { readdir } from 'node:fs/promises';
import { hasErrno } from '../../server/base/errors.js';
import type { ChunkFile } from './chunk-file.js';

export interface Folder {
  path: string;
  chunkOf: Map<number, ChunkFile>;
  /** Chunks in the making; while there are any the folder is not dropped from memory. */
  writers: number;
}

export interface Folders {
  open(path: string): Promise<Folder>;
  /** Forgets all at or below `path`. */
  drop(path: string): void;
}

export const chunkName = (first: number, last: number): string =>
  `${String(first).padStart(6, '0')}-${String(last).padStart(6, '0')}.m4s`;

export function createFolders(limit: number): Folders {
  /** In the order of last use. */
  const folders = new Map<string, { loading: Promise<Folder>; folder?: Folder }>();

  function shrink() {
    for (const [path, { folder }] of folders) {
      if (folders.size <= limit) return;
      if (folder?.writers === 0) folders.delete(path);
    }
  }

  return {
    open(path) {
      const entry = folders.get(path) ?? begin(path);
      folders.delete(path);
      folders.set(path, entry);
      return entry.loading;
    },
    drop(path) {
      for (const key of [...folders.keys()]) {
        if (key === path || key.startsWith(`${path}/`)) folders.delete(key);
      }
    },
  };

  function begin(path: string) {
    const entry: { loading: Promise<Folder>; folder?: Folder } = { loading: load(path) };
    entry.loading.then(
      (folder) => {
        entry.folder = folder;
        shrink();
      },
      () => folders.delete(path),
    );
    return entry;
  }
}

async function load(path: string): Promise<Folder> {
  const folder: Folder = { path, chunkOf: new Map(), writers: 0 };
  for (const name of await readNames(path)) {
    const [, first, last] = /^(\d{1,9})-(\d{1,9})\.m4s$/.exec(name)?.map(Number) ?? [];
    if (first === undefined || last === undefined || last < first || last - first > 100_000) continue;
    addChunk(folder, { first, last, path: `${path}/${name}` });
  }
  return folder;
}

export function addChunk(folder: Folder, chunk: ChunkFile): void {
  for (let n = chunk.first; n <= chunk.last; n++) folder.chunkOf.set(n, chunk);
}

export function removeChunk(folder: Folder, chunk: ChunkFile): void {
  for (let n = chunk.first; n <= chunk.last; n++) {
    if (folder.chunkOf.get(n) === chunk) folder.chunkOf.delete(n);
  }
}

async function readNames(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).sort();
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return [];
    throw error;
  }
}
