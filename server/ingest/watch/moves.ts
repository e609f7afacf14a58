/** Pairs what vanished with what appeared: the same file under another name. Pure. */
import type { SeenFile } from './model.js';

export interface Lost {
  path: string;
  seen: SeenFile;
}

export interface Move {
  from: string;
  path: string;
  before: SeenFile;
  seen: SeenFile;
}

/** An inode alone proves nothing: it is given to a new file as soon as the old one is deleted. */
export function isSameFile(a: SeenFile, b: SeenFile): boolean {
  const haveBirth = a.birthtimeMs > 0 && b.birthtimeMs > 0;
  return haveBirth ? a.inode === b.inode && a.birthtimeMs === b.birthtimeMs : isUnchanged(a, b);
}

export function isUnchanged(a: SeenFile, b: SeenFile): boolean {
  return a.inode === b.inode && a.sizeBytes === b.sizeBytes && a.mtimeMs === b.mtimeMs;
}

/** Each lost file is found again at most once; what is in `moves` is in neither of the other two. */
export function pairMoves(
  lost: readonly Lost[],
  found: readonly Lost[],
): { moves: Move[]; lost: Lost[]; found: Lost[] } {
  const byInode = new Map<number, Lost[]>();
  for (const one of lost) byInode.set(one.seen.inode, [...(byInode.get(one.seen.inode) ?? []), one]);
  const moves: Move[] = [];
  const restFound: Lost[] = [];
  for (const one of found) {
    const candidates = byInode.get(one.seen.inode) ?? [];
    const at = candidates.findIndex(({ path, seen }) => path !== one.path && isSameFile(seen, one.seen));
    const [match] = at < 0 ? [] : candidates.splice(at, 1);
    if (match) moves.push({ from: match.path, path: one.path, before: match.seen, seen: one.seen });
    else restFound.push(one);
  }
  const paired = new Set(moves.map(({ from }) => from));
  return { moves, lost: lost.filter(({ path }) => !paired.has(path)), found: restFound };
}
