/**
 * What was last seen of each folder, in little memory: a sorted list of names and five numbers a file, no
 * object for any. Knows no disk.
 */
import type { SeenFile } from './model.js';

export interface Listing {
  /** Ascending in the order of `<`. */
  names: string[];
  /** device, inode, sizeBytes, mtimeMs, birthtimeMs of each. */
  numbers: Float64Array;
}

export interface Folder {
  path: string;
  /** Where it really lies, relative to the media dir; differs from `path` below a followed link. */
  realPath: string;
  listing: Listing;
  subfolders: Set<string>;
  /** Of the folder itself; 0 until it was read. */
  device: number;
  inode: number;
}

export const NUMBERS_PER_FILE = 5;
const EMPTY: Listing = { names: [], numbers: new Float64Array(0) };

export interface Tree {
  folder(path: string): Folder | undefined;
  folders(): IterableIterator<Folder>;
  /** Known to the folder above, which is made as well where it is not there. */
  ensureFolder(path: string, realPath: string): Folder;
  /** With all that is below; `onFolder` sees each before it goes. */
  dropFolder(path: string, onFolder: (folder: Folder) => void): void;
  file(path: string): SeenFile | undefined;
  setFile(path: string, seen: SeenFile | undefined): void;
  setListing(folder: Folder, listing: Listing): void;
  /** Where files with these inodes were seen; walks everything. */
  pathsWithInode(inodes: ReadonlySet<number>): Map<number, string[]>;
  counts(): { files: number; folders: number };
}

export function createTree(): Tree {
  const folders = new Map<string, Folder>();
  let files = 0;

  function setListing(folder: Folder, listing: Listing) {
    files += listing.names.length - folder.listing.names.length;
    folder.listing = listing;
  }

  function ensureFolder(path: string, realPath: string): Folder {
    let folder = folders.get(path);
    if (!folder) {
      folder = { path, realPath, listing: EMPTY, subfolders: new Set(), device: 0, inode: 0 };
      folders.set(path, folder);
      if (path !== '') {
        const parent = parentOf(path);
        (folders.get(parent) ?? ensureFolder(parent, parent)).subfolders.add(nameOf(path));
      }
    }
    folder.realPath = realPath;
    return folder;
  }

  function drop(path: string, onFolder: (folder: Folder) => void) {
    const folder = folders.get(path);
    if (!folder) return;
    for (const name of folder.subfolders) drop(joinPath(path, name), onFolder);
    onFolder(folder);
    setListing(folder, EMPTY);
    folders.delete(path);
  }

  return {
    folder: (path) => folders.get(path),
    folders: () => folders.values(),
    ensureFolder,
    dropFolder(path, onFolder) {
      drop(path, onFolder);
      folders.get(parentOf(path))?.subfolders.delete(nameOf(path));
    },
    file(path) {
      const listing = folders.get(parentOf(path))?.listing;
      if (!listing) return undefined;
      const at = positionOf(listing.names, nameOf(path));
      return listing.names[at] === nameOf(path) ? seenAt(listing, at) : undefined;
    },
    setFile(path, seen) {
      const folder = folders.get(parentOf(path));
      if (folder) setListing(folder, withFile(folder.listing, nameOf(path), seen));
    },
    setListing,
    pathsWithInode(inodes) {
      const paths = new Map<number, string[]>();
      for (const { path, listing } of folders.values()) {
        for (let at = 0; at < listing.names.length; at++) {
          const inode = listing.numbers[at * NUMBERS_PER_FILE + 1]!;
          if (!inodes.has(inode)) continue;
          const filePath = joinPath(path, listing.names[at]!);
          paths.set(inode, [...(paths.get(inode) ?? []), filePath]);
        }
      }
      return paths;
    },
    counts: () => ({ files, folders: folders.size }),
  };
}

export function seenAt({ numbers }: Listing, at: number): SeenFile {
  const first = at * NUMBERS_PER_FILE;
  return {
    device: numbers[first]!,
    inode: numbers[first + 1]!,
    sizeBytes: numbers[first + 2]!,
    mtimeMs: numbers[first + 3]!,
    birthtimeMs: numbers[first + 4]!,
  };
}

/** Without a birthtime where none is known. */
export function writeSeen(
  numbers: Float64Array,
  at: number,
  seen: Omit<SeenFile, 'birthtimeMs'> & { birthtimeMs?: number },
): void {
  const first = at * NUMBERS_PER_FILE;
  numbers[first] = seen.device;
  numbers[first + 1] = seen.inode;
  numbers[first + 2] = seen.sizeBytes;
  numbers[first + 3] = seen.mtimeMs;
  numbers[first + 4] = seen.birthtimeMs ?? 0;
}

/** Calls back for each name whose file is not what it was. */
export function diffListings(
  before: Listing,
  after: Listing,
  onDifference: (name: string, was: SeenFile | undefined, is: SeenFile | undefined) => void,
): void {
  let b = 0;
  let a = 0;
  while (b < before.names.length || a < after.names.length) {
    const old = before.names[b];
    const now = after.names[a];
    if (now === undefined || (old !== undefined && old < now))
      onDifference(old!, seenAt(before, b++), undefined);
    else if (old === undefined || now < old) onDifference(now, undefined, seenAt(after, a++));
    else {
      if (!isSameAt(before, b, after, a)) onDifference(now, seenAt(before, b), seenAt(after, a));
      b += 1;
      a += 1;
    }
  }
}

export const joinPath = (folder: string, name: string): string =>
  folder === '' ? name : `${folder}/${name}`;
export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Inode, size and time of change; a device may get another number at every start of the machine. */
function isSameAt(before: Listing, b: number, after: Listing, a: number): boolean {
  const [first, second] = [b * NUMBERS_PER_FILE, a * NUMBERS_PER_FILE];
  for (let n = 1; n <= 3; n++) if (before.numbers[first + n] !== after.numbers[second + n]) return false;
  return true;
}

function withFile({ names, numbers }: Listing, name: string, seen: SeenFile | undefined): Listing {
  const at = positionOf(names, name);
  const isThere = names[at] === name;
  if (isThere && seen) {
    writeSeen(numbers, at, seen);
    return { names, numbers };
  }
  if (!isThere && !seen) return { names, numbers };
  const first = at * NUMBERS_PER_FILE;
  const rest = isThere ? first + NUMBERS_PER_FILE : first;
  const added = seen ? NUMBERS_PER_FILE : 0;
  const changed = new Float64Array(first + added + numbers.length - rest);
  changed.set(numbers.subarray(0, first));
  changed.set(numbers.subarray(rest), first + added);
  if (seen) writeSeen(changed, at, seen);
  return { names: names.toSpliced(at, isThere ? 1 : 0, ...(seen ? [name] : [])), numbers: changed };
}

/** Where `name` is, or would have to be put. */
function positionOf(names: readonly string[], name: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (names[middle]! < name) low = middle + 1;
    else high = middle;
  }
  return low;
}
