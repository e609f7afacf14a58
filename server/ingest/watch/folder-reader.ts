/**
 * Reads one folder of the media dir, or looks at one name in it: files with what tells them apart, folders to
 * go into, links that stay inside. Blocks its thread, which is why it has one of its own.
 */
import { lstatSync, readdirSync, realpathSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { hasErrno, messageOf } from '../../base/errors.js';
import { isLeftOutFolder, judgeName } from '../../media/names.js';
import type { SeenFile } from './model.js';
import { joinPath, nameOf, NUMBERS_PER_FILE, parentOf, writeSeen, type Listing } from './tree.js';

export type Entry =
  | { kind: 'file'; seen: SeenFile; linkTo?: string }
  /** `realPath` relative to the media dir; `linkTo` says that it is a link to there. */
  | { kind: 'folder'; realPath: string; linkTo?: string };

export interface FolderContent {
  device: number;
  inode: number;
  listing: Listing;
  /** Names of which nothing could be told this time. */
  unread: string[];
  subfolders: { name: string; realPath: string }[];
  links: { path: string; target: string }[];
}

/** `unreadable`: nothing is known of what is in it. `missing`: it is not there. */
export type Unread = 'missing' | 'unreadable';

/**
 * `realPaths` are those of the folder, last, and of all above it as the walk came there: a link to any of them
 * would go round in circles.
 */
export interface FolderReader {
  /** `knownAs` tells what a file was that cannot be looked at now. */
  read(
    path: string,
    realPaths: readonly string[],
    knownAs: (name: string) => SeenFile | undefined,
  ): FolderContent | Unread;
  /** undefined: it is none of ours. `unreadable`: it could not be told. */
  look(path: string, realPaths: readonly string[], name: string): Entry | Unread | undefined;
}

/** `root` is the real path of the media dir. */
export function createFolderReader(options: {
  root: string;
  onNotice: (message: string, path: string) => void;
}): FolderReader {
  const { root, onNotice } = options;
  const full = (path: string) => (path === '' ? root : join(root, path));

  return {
    read(path, realPaths, knownAs) {
      let names: string[];
      let folder: Stats;
      try {
        folder = statSync(full(path));
        names = readdirSync(full(path)).sort();
      } catch (error) {
        if (hasErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return 'missing';
        onNotice(`A folder cannot be read (${messageOf(error)}); what was in it is left as it was.`, path);
        return 'unreadable';
      }
      const found: string[] = [];
      const numbers = new Float64Array(names.length * NUMBERS_PER_FILE);
      const content: Omit<FolderContent, 'listing'> = {
        device: folder.dev,
        inode: folder.ino,
        unread: [],
        subfolders: [],
        links: [],
      };
      for (const name of names) {
        const entry = lookAt(path, realPaths, name);
        if (!entry || entry === 'missing') continue;
        if (entry === 'unreadable') {
          content.unread.push(name);
          const seen = knownAs(name);
          if (seen) writeSeen(numbers, found.push(name) - 1, seen);
          continue;
        }
        if (entry.linkTo !== undefined)
          content.links.push({ path: joinPath(path, name), target: entry.linkTo });
        if (entry.kind === 'folder') content.subfolders.push({ name, realPath: entry.realPath });
        else writeSeen(numbers, found.push(name) - 1, entry.seen);
      }
      return {
        ...content,
        listing: { names: found, numbers: numbers.slice(0, found.length * NUMBERS_PER_FILE) },
      };
    },
    look: lookAt,
  };

  function lookAt(path: string, realPaths: readonly string[], name: string): Entry | Unread | undefined {
    const filePath = joinPath(path, name);
    let stats: Stats | undefined;
    try {
      stats = lstatSync(full(filePath), { throwIfNoEntry: false });
    } catch (error) {
      if (hasErrno(error, 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG')) return 'missing';
      onNotice(
        `Files in a folder cannot be looked at (${messageOf(error)}); they are left as they were.`,
        path,
      );
      return 'unreadable';
    }
    if (!stats) {
      // Bytes that are not UTF-8 come as U+FFFD, under which name nothing is there.
      if (name.includes('\ufffd')) onNotice(NOT_UTF8, filePath);
      return 'missing';
    }
    if (stats.isDirectory()) {
      const realPath = joinPath(realPaths.at(-1) ?? '', name);
      return isLeftOutFolder(name) ? undefined : { kind: 'folder', realPath };
    }
    const kind = judgeName(name);
    if (stats.isSymbolicLink()) return kind === 'other' ? undefined : follow(filePath, realPaths, name);
    return stats.isFile() && kind !== 'other' ? { kind: 'file', seen: toSeen(stats) } : undefined;
  }

  /** Only to what lies in the media dir, is not left out there, and does not hold the link itself. */
  function follow(filePath: string, realPaths: readonly string[], name: string): Entry | undefined {
    let target: string;
    let stats: Stats;
    try {
      target = realpathSync(full(filePath));
      stats = statSync(target);
    } catch {
      return undefined; // it leads nowhere, or in circles
    }
    if (target !== root && !target.startsWith(`${root}/`)) {
      onNotice('A link that leads out of the media folder was left alone.', filePath);
      return undefined;
    }
    const linkTo = target.slice(root.length + 1);
    if (stats.isFile()) {
      const isOurs = !isLeftOut(parentOf(linkTo)) && judgeName(nameOf(linkTo)) === 'media';
      return isOurs ? { kind: 'file', seen: toSeen(stats), linkTo } : undefined;
    }
    const isCircle = realPaths.some((above) => `${above}/`.startsWith(`${linkTo}/`)) || linkTo === '';
    if (!stats.isDirectory() || isCircle || isLeftOutFolder(name) || isLeftOut(linkTo)) return undefined;
    return { kind: 'folder', realPath: linkTo, linkTo };
  }
}

const isLeftOut = (folder: string): boolean => folder !== '' && folder.split('/').some(isLeftOutFolder);

const NOT_UTF8 =
  'A name is not valid UTF-8, so the file cannot be shared. Rename it, for example with: convmv -f latin1 -t utf8.';

const toSeen = (stats: Stats): SeenFile => ({
  device: stats.dev,
  inode: stats.ino,
  sizeBytes: stats.size,
  mtimeMs: stats.mtimeMs,
  birthtimeMs: stats.birthtimeMs,
});
