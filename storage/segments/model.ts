/**
 * What every keeper of rendered segments promises. A segment is some bytes with a number; a rendition is a
 * row of them, kept in chunks of neighbours. Nothing here knows what the bytes mean.
 */

export interface RenditionKey {
  generationId: string;
  /** Version of the recipe by which it was made. */
  recipe: string;
  renditionId: string;
}

/** First and last number, both included. */
export type SegmentRange = readonly [first: number, last: number];

export interface SegmentStore {
  /** Removes what an earlier process left unfinished. Before anything is written. */
  start(): Promise<void>;
  /** What exists, ascending, neighbours merged. */
  ranges(rendition: RenditionKey): Promise<SegmentRange[]>;
  /**
   * Bytes exactly as they were appended. Undefined where there are none: never written, removed, or found
   * damaged just now, in which case the whole chunk is gone from `ranges` too.
   */
  read(rendition: RenditionKey, n: number): Promise<Buffer | undefined>;
  /** Bytes of each segment that exists. Chunks found damaged are gone afterwards. */
  sizes(rendition: RenditionKey): Promise<Map<number, number>>;
  /** A new chunk whose first segment is `first`. Errors: AppError 'no-space'. */
  write(rendition: RenditionKey, first: number): Promise<ChunkWriter>;
  /** Removes the chunk that holds segment n and tells what went with it. */
  discard(rendition: RenditionKey, n: number): Promise<SegmentRange | undefined>;

  /** A small whole thing beside the segments; `name` is relative to the generation, parts joined by `/`. */
  readBlob(generationId: string, name: string): Promise<Buffer | undefined>;
  hasBlob(generationId: string, name: string): Promise<boolean>;
  /** Appears whole or not at all, in place of what was there. Errors: AppError 'no-space'. */
  writeBlob(generationId: string, name: string, content: Buffer): Promise<void>;

  /** For programs that write a file by themselves: nothing is at the path before, nor afterwards. */
  withTemporaryFile<T>(use: (path: string) => Promise<T>): Promise<T>;

  /** What lies directly in a folder of blobs: names of blobs and folders, in no order. */
  listBlobs(generationId: string, folder: string): Promise<string[]>;
  /** Removes a blob, or a folder with all in it. */
  removeBlobs(generationId: string, name: string): Promise<void>;

  /** Everything of a generation. The caller has ended its own writers of it first. */
  remove(generationId: string): Promise<void>;
  /** Of all that is kept. */
  usedBytes(): Promise<number>;
  /** Bytes that may still be written. */
  freeBytes(): Promise<number>;
}

/** One chunk in the making. Its segments can be read at once; they outlive the process after `finish` only. */
export interface ChunkWriter {
  /** The next segment. Errors: AppError 'no-space'; after any error only `discard` is left to do. */
  append(segment: Buffer): Promise<void>;
  /** Keeps what was appended (nothing at all, if nothing was) under its final name. */
  finish(): Promise<void>;
  /** Removes it, with all that was appended. Safe to call at any time; does nothing after `finish`. */
  discard(): Promise<void>;
}
