/** Puts what is on record into the tree: told in any order, gathered by folder in little memory. */
import { nameOf, NUMBERS_PER_FILE, parentOf, type Listing, type Tree } from './tree.js';

export interface Seed {
  add(paths: readonly string[], numbers: Float64Array): void;
  /** Once all are told; later it does nothing. */
  plant(): void;
}

export function createSeed(tree: Tree): Seed {
  const folders = new Map<string, { names: string[]; numbers: number[] }>();
  return {
    add(paths, numbers) {
      paths.forEach((path, n) => {
        let folder = folders.get(parentOf(path));
        if (!folder) folders.set(parentOf(path), (folder = { names: [], numbers: [] }));
        folder.names.push(nameOf(path));
        for (let at = 0; at < NUMBERS_PER_FILE; at++)
          folder.numbers.push(numbers[n * NUMBERS_PER_FILE + at]!);
      });
    },
    plant() {
      for (const [path, gathered] of folders) {
        tree.setListing(tree.ensureFolder(path, path), sort(gathered));
        folders.delete(path);
      }
    },
  };
}

function sort({ names, numbers }: { names: string[]; numbers: number[] }): Listing {
  const order = names.map((_, at) => at).sort((a, b) => (names[a]! < names[b]! ? -1 : 1));
  const sorted = new Float64Array(numbers.length);
  order.forEach((from, to) => {
    for (let n = 0; n < NUMBERS_PER_FILE; n++) {
      sorted[to * NUMBERS_PER_FILE + n] = numbers[from * NUMBERS_PER_FILE + n]!;
    }
  });
  return { names: order.map((at) => names[at]!), numbers: sorted };
}
