/**
 * Keeps the indexes of the originals that are being watched open. Few are: each holds a file descriptor and
 * some megabytes. The ones unused for longest are closed first, and never while somebody reads.
 */
import type { Clock } from '../base/clock.js';
import { AppError, isAppError } from '../base/errors.js';
import type { MediaInfo } from '../media/info.js';
import type { SourceIndex } from '../media/source-index.js';
import type { RenderSource } from './model.js';

export type OpenIndex = (path: string, info: MediaInfo) => Promise<SourceIndex | undefined>;

export interface IndexCache {
  /**
   * Lends the index to `read`. Errors: 'source-missing', 'source-changed', 'source-damaged' when the original
   * has no index any more, and what `read` throws.
   */
  use<T>(source: RenderSource, read: (index: SourceIndex) => Promise<T>): Promise<T>;
  /** Takes over an index that was opened elsewhere just now. */
  put(source: RenderSource, index: SourceIndex): void;
  drop(generationId: string): Promise<void>;
  close(): Promise<void>;
}

interface Entry {
  opening: Promise<SourceIndex>;
  index?: SourceIndex;
  users: number;
  usedAtMs: number;
  /** Taken out of the cache: closed by its last user, who says so to those who wait for it. */
  isOut: boolean;
  isClosing: boolean;
  closed: Promise<void>;
  tellClosed(): void;
}

const LIMITS = { count: 64, heapBytes: 256 * 1024 * 1024 };
/** A deleted original must not be held on the disk by us for long. */
const IDLE_MS = 60_000;

export function createIndexCache(deps: { openIndex: OpenIndex; clock: Clock }): IndexCache {
  const { openIndex, clock } = deps;
  /** In the order of last use. */
  const entries = new Map<string, Entry>();
  let cancelSweep: (() => void) | undefined;
  let isClosed = false;

  async function open(source: RenderSource): Promise<SourceIndex> {
    const index = await openIndex(await source.locate(), source.info);
    if (!index) throw new AppError('source-damaged', 'The original has no index any more.');
    return index;
  }

  function begin(source: RenderSource, opening = open(source)): Entry {
    let tellClosed!: () => void;
    const closed = new Promise<void>((resolve) => {
      tellClosed = resolve;
    });
    const state = { users: 0, usedAtMs: clock.now(), isOut: false, isClosing: false };
    const entry: Entry = { opening, ...state, closed, tellClosed };
    entry.opening.then(
      (index) => {
        entry.index = index;
        shrink();
      },
      () => void takeOut(source.generationId, entry),
    );
    return entry;
  }

  /** Resolves when it is closed. */
  function takeOut(generationId: string, entry: Entry): Promise<void> {
    if (entries.get(generationId) === entry) entries.delete(generationId);
    entry.isOut = true;
    closeUnused(entry);
    return entry.closed;
  }

  function closeUnused(entry: Entry) {
    if (!entry.isOut || entry.users > 0 || entry.isClosing) return;
    entry.isClosing = true;
    const closing = entry.opening.then((index) => index.close());
    // What cannot be opened or closed holds nothing.
    void closing.catch(() => {}).then(entry.tellClosed);
  }

  function shrink() {
    let heapBytes = 0;
    for (const { index } of entries.values()) heapBytes += index?.heapBytes ?? 0;
    for (const [id, entry] of entries) {
      if (entries.size <= LIMITS.count && heapBytes <= LIMITS.heapBytes) break;
      if (entries.size === 1) break;
      heapBytes -= entry.index?.heapBytes ?? 0;
      void takeOut(id, entry);
    }
  }

  function sweepLater() {
    cancelSweep ??= clock.after(IDLE_MS, () => {
      cancelSweep = undefined;
      for (const [id, entry] of entries) {
        if (entry.users === 0 && clock.now() - entry.usedAtMs >= IDLE_MS) void takeOut(id, entry);
      }
      if (entries.size > 0) sweepLater();
    });
  }

  return {
    async use(source, read) {
      const id = source.generationId;
      const known = entries.get(id);
      const entry = known ?? begin(source);
      entries.delete(id);
      entries.set(id, entry);
      entry.users++;
      sweepLater();
      try {
        // An open descriptor would outlive its file: whether that is still there is asked each time.
        const [index] = await Promise.all([entry.opening, known ? source.locate() : undefined]);
        return await read(index);
      } catch (error) {
        if (isAppError(error, 'source-changed')) void takeOut(id, entry);
        throw error;
      } finally {
        entry.users--;
        entry.usedAtMs = clock.now();
        closeUnused(entry);
      }
    },
    put(source, index) {
      const id = source.generationId;
      if (entries.has(id) || isClosed) return void index.close();
      entries.set(id, begin(source, Promise.resolve(index)));
      sweepLater();
    },
    async drop(generationId) {
      const entry = entries.get(generationId);
      if (entry) await takeOut(generationId, entry);
    },
    async close() {
      isClosed = true;
      cancelSweep?.();
      await Promise.all([...entries].map(([id, entry]) => takeOut(id, entry)));
    },
  };
}
