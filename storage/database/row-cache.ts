/**
 * Keeps rows that are read all the time. True as long as every writer in this process drops what it has
 * changed after its commit; a read that was under way at that moment is not kept.
 */
import { LRUCache } from 'lru-cache';

export interface RowCache<T> {
  get(id: string): Promise<T | undefined>;
  drop(id: string): void;
  /** Drops what is so, and keeps nothing that is being read at this moment. */
  dropWhere(isSo: (row: T) => boolean): void;
}

export interface RowCacheOptions<T> {
  /** Bound on the sum of `sizeOf`, which is 1 per row unless told. */
  maxSize: number;
  sizeOf?: (row: T) => number;
  /** Reads one row; absence is not kept. */
  load(id: string): Promise<T | undefined>;
}

export function createRowCache<T extends object>(options: RowCacheOptions<T>): RowCache<T> {
  const { maxSize, sizeOf = () => 1, load } = options;
  const kept = new LRUCache<string, T>({ maxSize, sizeCalculation: (row) => Math.max(1, sizeOf(row)) });
  const loading = new Map<string, Promise<T | undefined>>();

  function loadOnce(id: string): Promise<T | undefined> {
    const running: Promise<T | undefined> = load(id)
      .then((row) => {
        if (row && loading.get(id) === running) kept.set(id, row);
        return row;
      })
      .finally(() => {
        if (loading.get(id) === running) loading.delete(id);
      });
    loading.set(id, running);
    return running;
  }

  return {
    get: async (id) => kept.get(id) ?? loading.get(id) ?? loadOnce(id),
    drop(id) {
      kept.delete(id);
      loading.delete(id);
    },
    dropWhere(isSo) {
      for (const [id, row] of kept.entries()) if (isSo(row)) kept.delete(id);
      loading.clear();
    },
  };
}
