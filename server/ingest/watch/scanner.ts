/**
 * Keeps the tree true to the disk: by reading all of it now and then, and by reading again what the watch
 * told of. One pass at a time; a file that is dropped in during a long scan does not wait for its end.
 */
import { statSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { basename, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { messageOf } from '../../base/errors.js';
import { createLane } from '../lane.js';
import { createChanges, toArrivals, type Changes } from './changes.js';
import { isRemote } from './file-systems.js';
import type { FolderReader } from './folder-reader.js';
import type { FolderWatch } from './folder-watch.js';
import type { Marks } from './marks.js';
import type { Difference, RootReport, SeenFile } from './model.js';
import { diffListings, joinPath, nameOf, parentOf, type Folder, type Tree } from './tree.js';

export interface Scanner {
  /** Reads everything. Nothing is told to have gone while the media dir itself is not there. */
  scan(): Promise<RootReport>;
  /** Reads what is marked. False when a scan is running, which does so by itself. */
  readMarked(): Promise<boolean>;
  /** Tells of what the first scan of an unknown media dir found, as it is by then. */
  tellBulk(): Promise<void>;
}

/** After so long a scan looks for events and messages. */
const SLICE_MS = 10;

export function createScanner(options: {
  /** Real path of the media dir. */
  root: string;
  tree: Tree;
  reader: FolderReader;
  watch: FolderWatch;
  marks: Marks;
  /** Resolves when the next of its kind may be told. */
  tell: (differences: Difference[], isBulk: boolean) => Promise<void>;
}): Scanner {
  const { root, tree, reader, watch, marks, tell } = options;
  const inLane = createLane();
  /** Folders all of whose files are new. Each is kept as its name only, for a library may have any size. */
  const bulk = new Set<string>();
  let isScanning = false;
  let isFirst = false;

  async function scanAll(): Promise<RootReport> {
    const report = reportRoot();
    if (!report.isThere) return report;
    watch.retry();
    // Where nothing was known, nothing can have moved: no need to hold all differences against each other.
    isFirst = tree.counts().files === 0;
    const changes = createChanges(tree);
    let sliceStartMs = performance.now();
    await readTree('', '', changes, true, async () => {
      if (performance.now() - sliceStartMs < SLICE_MS) return;
      await nextTurn();
      if (marks.isDue()) await passMarked();
      sliceStartMs = performance.now();
    });
    await tellMoves(changes);
    return { ...report, isRemote: [...devices()].some(([, path]) => isRemote(join(root, path))) };
  }

  async function passMarked(): Promise<void> {
    const changes = createChanges(tree);
    for (const [path, names] of marks.take()) {
      const folder = tree.folder(path);
      if (!folder) continue;
      if (names) for (const name of names) await look(folder, name, changes);
      else await readTree(path, folder.realPath, changes, false);
    }
    await tellMoves(changes);
    marks.done();
  }

  async function tellMoves(changes: Changes): Promise<void> {
    for (const { path, foundAt } of changes.otherEnds()) {
      const folder = tree.folder(parentOf(path));
      if (!folder) continue;
      // Where case does not count, the old name still leads to the file: only the folder's list tells.
      if (isSameButCase(path, foundAt)) await readTree(folder.path, folder.realPath, changes, false);
      else await look(folder, nameOf(path), changes);
    }
    await tell(changes.take(), false);
  }

  /** Each folder before those in it; `deep` reads also those that were read before. */
  async function readTree(
    path: string,
    realPath: string,
    changes: Changes,
    deep: boolean,
    onFolder?: () => Promise<void>,
  ): Promise<void> {
    const folder = await readFolder(path, realPath, changes);
    await onFolder?.();
    for (const name of folder?.subfolders ?? []) {
      const below = tree.folder(joinPath(path, name));
      if (below && (deep || below.inode === 0)) {
        await readTree(below.path, below.realPath, changes, deep, onFolder);
      }
    }
  }

  /** undefined when nothing could be told of what is in it. */
  async function readFolder(path: string, realPath: string, changes: Changes): Promise<Folder | undefined> {
    // What lies behind a link is watched where it really is.
    const isReal = path === realPath;
    if (isReal) await watch.add(path, join(root, path)); // first, so that nothing slips through in between
    const known = tree.folder(path);
    const read = () =>
      reader.read(path, realPathsTo(path, realPath), (name) => tree.file(joinPath(path, name)));
    let content = read();
    if (isReal && known && known.inode !== 0 && typeof content !== 'string' && !isSamePlace(known, content)) {
      // Another folder took its name, or a disk was mounted here: the watch is still on the old one.
      watch.remove(path);
      await watch.add(path, join(root, path));
      content = read();
    }
    if (content === 'missing' && path !== '') {
      dropFolder(path, changes);
      watch.remove(path);
    }
    if (typeof content === 'string') return undefined;

    const folder = tree.ensureFolder(path, realPath);
    if (isFirst && folder.inode === 0) bulk.add(path);
    else
      diffListings(folder.listing, content.listing, (name, was) => changes.note(joinPath(path, name), was));
    tree.setListing(folder, content.listing);
    folder.device = content.device;
    folder.inode = content.inode;
    marks.setLinks(path, content.links);
    const present = new Set([...content.subfolders.map(({ name }) => name), ...content.unread]);
    for (const name of folder.subfolders) if (!present.has(name)) dropFolder(joinPath(path, name), changes);
    for (const { name, realPath: below } of content.subfolders)
      tree.ensureFolder(joinPath(path, name), below);
    return folder;
  }

  /** One name in a folder. */
  async function look(folder: Folder, name: string, changes: Changes): Promise<void> {
    const path = joinPath(folder.path, name);
    const entry = reader.look(folder.path, realPathsTo(folder.path, folder.realPath), name);
    if (entry === 'unreadable') return;
    const found = entry === 'missing' ? undefined : entry;
    if (entry === 'missing' && !tree.file(path) && !tree.folder(path) && !isItself(folder, name)) {
      changes.notePassing();
    }
    marks.setLink(path, found?.linkTo);
    setFile(path, found?.kind === 'file' ? found.seen : undefined, changes);
    if (found?.kind === 'folder') await readTree(path, found.realPath, changes, false);
    else if (tree.folder(path)) dropFolder(path, changes);
  }

  /** What happens to a folder as such is told with its own name. */
  const isItself = (folder: Folder, name: string) => basename(join(root, folder.realPath)) === name;

  function setFile(path: string, seen: SeenFile | undefined, changes: Changes) {
    const was = tree.file(path);
    if (!was && !seen) return;
    changes.note(path, was);
    tree.setFile(path, seen);
  }

  function dropFolder(path: string, changes: Changes) {
    tree.dropFolder(path, (folder) => {
      diffListings(folder.listing, { names: [], numbers: new Float64Array(0) }, (name, was) =>
        changes.note(joinPath(folder.path, name), was),
      );
      marks.setLinks(folder.path, []);
      watch.remove(folder.path);
    });
  }

  function reportRoot(): RootReport {
    try {
      const { dev, ino } = statSync(root);
      return { isThere: true, device: dev, inode: ino, isRemote: false };
    } catch (error) {
      return { isThere: false, reason: messageOf(error), device: 0, inode: 0, isRemote: false };
    }
  }

  /** One folder of each. */
  function devices(): Map<number, string> {
    const found = new Map<number, string>();
    for (const { device, path } of tree.folders()) if (!found.has(device)) found.set(device, path);
    return found;
  }

  /** Where the folder and those above it really lie. */
  function realPathsTo(path: string, realPath: string): string[] {
    const above: string[] = [];
    for (let at = path; at !== ''; at = parentOf(at)) above.push(tree.folder(parentOf(at))?.realPath ?? '');
    return [...above, realPath];
  }

  return {
    async scan() {
      return inLane(async () => {
        isScanning = true;
        try {
          const report = await scanAll();
          if (marks.isDue()) await passMarked();
          return report;
        } finally {
          isScanning = false;
          isFirst = false;
        }
      });
    },
    async readMarked() {
      if (isScanning) return false;
      await inLane(passMarked);
      return true;
    },
    async tellBulk() {
      for (const path of bulk) {
        bulk.delete(path);
        const listing = tree.folder(path)?.listing;
        if (listing) await tell(toArrivals(path, listing), true);
      }
    },
  };
}

const isSameButCase = (a: string, b: string): boolean =>
  a.normalize().toLowerCase() === b.normalize().toLowerCase();

const isSamePlace = (a: { device: number; inode: number }, b: { device: number; inode: number }): boolean =>
  a.device === b.device && a.inode === b.inode;
