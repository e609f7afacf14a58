/**
 * Collects what a pass over the tree finds to be otherwise, and tells it as differences once the pass is
 * over: only then can what vanished here be known again there.
 */
import { judgePath } from '../../media/names.js';
import type { Arrival } from '../settle.js';
import type { Difference, SeenFile } from './model.js';
import { isSameFile, isUnchanged, pairMoves, type Lost, type Move } from './moves.js';
import { joinPath, seenAt, type Listing, type Tree } from './tree.js';

export interface Changes {
  /** `was`: before the first change of this pass. */
  note(path: string, was: SeenFile | undefined): void;
  /** A name that nothing has now nor had before, and yet something happened to it: it came and went. */
  notePassing(): void;
  /** Where else files that turned up had been seen: the other end of a move may not be read yet. */
  otherEnds(): { path: string; foundAt: string }[];
  take(): Difference[];
}

export function createChanges(tree: Tree): Changes {
  const before = new Map<string, SeenFile | undefined>();
  let hasPassing = false;

  /** Both ends of what differs between then and now. */
  function ends(): { lost: Lost[]; found: Lost[]; grown: Lost[] } {
    const lost: Lost[] = [];
    const found: Lost[] = [];
    const grown: Lost[] = [];
    for (const [path, was] of before) {
      const is = tree.file(path);
      if (was && is && isUnchanged(was, is)) continue;
      if (was && is && isSameFile(was, is)) grown.push({ path, seen: is });
      else {
        if (was) lost.push({ path, seen: was });
        if (is) found.push({ path, seen: is });
      }
    }
    return { lost, found, grown };
  }

  return {
    note(path, was) {
      if (!before.has(path)) before.set(path, was);
    },
    notePassing() {
      hasPassing = true;
    },
    otherEnds() {
      const { found } = ends();
      if (found.length === 0) return [];
      const newPaths = new Set(found.map(({ path }) => path));
      const known = tree.pathsWithInode(new Set(found.map(({ seen }) => seen.inode)));
      return found.flatMap(({ path: foundAt, seen }) =>
        (known.get(seen.inode) ?? [])
          .filter((path) => !newPaths.has(path))
          .map((path) => ({ path, foundAt })),
      );
    },
    take() {
      const { lost, found, grown } = ends();
      before.clear();
      // Written under another name and renamed, all within the moment that we wait.
      const arrival = hasPassing ? 'renamed' : 'found';
      hasPassing = false;
      const paired = pairMoves(lost, found);
      const occupied = new Set([...found, ...grown].map(({ path }) => path));
      const outOfPlace = new Set(paired.lost.map(({ path }) => path));
      return [
        ...paired.moves.flatMap((move) => toDifferences(move, outOfPlace.has(move.path))),
        ...paired.lost.filter(({ path }) => isOurs(path) && !occupied.has(path)).map(toAbsent),
        ...paired.found.filter(({ path }) => isOurs(path)).map((one) => toPresent(one, arrival)),
        ...grown.filter(({ path }) => isOurs(path)).map((one) => toPresent(one, 'found')),
      ];
    },
  };
}

/** Everything in a folder, as new. */
export function toArrivals(folder: string, listing: Listing): Difference[] {
  const files = listing.names.map((name, at) => ({
    path: joinPath(folder, name),
    seen: seenAt(listing, at),
  }));
  return files.filter(({ path }) => isOurs(path)).map((one) => toPresent(one, 'found'));
}

const isOurs = (path: string): boolean => judgePath(path) === 'media';
const toAbsent = ({ path, seen }: Lost): Difference => ({
  kind: 'absent',
  path,
  signature: toSignature(seen),
});
const toPresent = ({ path, seen }: Lost, arrival: Arrival): Difference => ({
  kind: 'present',
  path,
  signature: toSignature(seen),
  arrival,
});

/** A name that is left out on one side of a move makes it an arrival, or a departure. */
function toDifferences({ from, path, before, seen }: Move, replaces: boolean): Difference[] {
  const signature = toSignature(seen);
  if (isOurs(from) && isOurs(path)) {
    return [{ kind: 'moved', from, path, before: toSignature(before), signature, replaces }];
  }
  if (isOurs(path)) return [{ kind: 'present', path, signature, arrival: 'renamed' }];
  return isOurs(from) ? [{ kind: 'absent', path: from, signature: toSignature(before) }] : [];
}

function toSignature({ device, inode, sizeBytes, mtimeMs }: SeenFile) {
  return { device, inode, sizeBytes, mtimeMs };
}
