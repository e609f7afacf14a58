/** The words of the hall: media files, their states, their generations. Plain data. */
import type { rows } from '../../storage/database/index.js';
import type { MediaInfo } from '../media/info.js';
import type { Plan } from '../media/plan.js';

/**
 * pending    known, waiting for its turn to be probed
 * processing being probed and planned
 * published  playable; rendering goes on behind
 * failed     not playable; `error` says why in one sentence
 */
export type FileState = 'pending' | 'processing' | 'published' | 'failed';

/** What tells one content at one place from another without reading it. */
export interface FileSignature {
  device: number;
  inode: number;
  sizeBytes: number;
  mtimeMs: number;
}

export interface MediaFile extends FileSignature {
  id: string;
  /** Relative to the media dir, as on disk (exact bytes in UTF-8), `/` between parts. */
  path: string;
  /** What people see: the base name unless it was renamed here. */
  displayName: string;
  source: 'video' | 'upload';
  state: FileState;
  mediaType: 'video' | 'audio';
  /** One sentence for the owner; with state failed. */
  error?: string;
  /** ffprobe's or ffmpeg's words; with state failed. */
  errorDetail?: string;
  fingerprint?: string;
  /** The published content; stays the old one while a new content is being probed. */
  generationId?: string;
  metadata?: Record<string, unknown>;
  durationSeconds?: number;
  createdAtMs: number;
  updatedAtMs: number;
  /** Since when it is not in its place; its record is kept for 30 days. */
  goneAtMs?: number;
  /**
   * Since when people do not want it here although it stays in its folder. Only ingest sees such a record, and
   * knows the file by it; another content, or a restore, makes it one like others again.
   */
  withdrawnAtMs?: number;
}

export interface Generation {
  id: string;
  fileId: string;
  /** Content as published; reading the original later must find the same. */
  sizeBytes: number;
  mtimeMs: number;
  info: MediaInfo;
  plan: Plan;
  createdAtMs: number;
}

/** See the words of storage: a field or a path into the metadata, an operator, texts to compare with. */
export type FileCriterion = rows.mediaFileLists.Criterion;

export interface FileQuery {
  state?: FileState[];
  createdBeforeMs?: number;
  createdAfterMs?: number;
  order?: 'created_at' | 'filename';
  sort?: 'asc' | 'desc';
  /** What people withdrew is left out unless told. */
  withdrawn?: 'no' | 'also' | 'only';
  /** All must hold. */
  criteria?: FileCriterion[];
  limit: number;
  offset: number;
}

/** How people walk through the library: see the words of storage. */
export type FileWalk = rows.mediaFileLists.walks.WalkQuery;
export type FileKey = rows.mediaFileLists.walks.WalkKey;

export interface FilePage {
  files: MediaFile[];
  /** From where the page before and the page after are asked for, where there is one. */
  before?: FileKey;
  after?: FileKey;
}

/** The read side, for pages, the API and streams. */
export interface LibraryReader {
  get(id: string): Promise<MediaFile | undefined>;
  list(query: FileQuery): Promise<{ files: MediaFile[]; total: number }>;
  walk(query: FileWalk): Promise<FilePage>;
  /** How many a walk without end would give. */
  count(query: Omit<FileWalk, 'from' | 'limit'>): Promise<number>;
  totals(): Promise<{ files: number; sizeBytes: number }>;
  /** The names of the folders that lie in one and hold media, at most 500. */
  foldersIn(folder: string): Promise<string[]>;
  generation(id: string): Promise<Generation | undefined>;
  /** Absolute path of the generation's original now. Errors: 'source-missing', 'source-changed'. */
  locate(generationId: string): Promise<string>;
  /** After any change of a file's record or state. */
  onChange(listener: (fileId: string) => void): () => void;
}

/** The write side, for ingest only. Every method is one transaction. */
export interface LibraryWriter {
  /** All records that are not purged, as compact rows for the diff against a scan. */
  known(): Promise<KnownFile[]>;
  /** The same page by page, for a library of any size in little memory. */
  knownPages(): AsyncIterable<KnownFile[]>;
  knownIn(folder: string): Promise<KnownFile[]>;
  /** The records whose files are in these places; nothing for a place without one. */
  at(paths: string[]): Promise<MediaFile[]>;
  /** A settled file at a new path becomes a record in state pending. */
  admit(
    found: { path: string; signature: FileSignature; source?: 'video' | 'upload' }[],
  ): Promise<MediaFile[]>;
  /** Same content, new place (or new inode with the same fingerprint). Clears goneAtMs. Keeps a display name given by people. */
  move(id: string, to: { path: string; signature: FileSignature }): Promise<void>;
  /** Another content at the same place: back to pending; the published generation stays until the next is there. */
  replace(id: string, signature: FileSignature): Promise<void>;
  /** Same content, touched: only the signature changes. */
  touch(id: string, signature: FileSignature): Promise<void>;
  setProcessing(id: string): Promise<void>;
  /**
   * Publishes a new generation, of a content that was being probed or is published already; the record points at it
   * from now on. Returns the generation that it replaced.
   */
  publish(
    id: string,
    made: { signature: FileSignature; info: MediaInfo; plan: Plan },
  ): Promise<{ generation: Generation; replacedId?: string }>;
  fail(id: string, error: string, detail?: string): Promise<void>;
  setFingerprint(id: string, fingerprint: string): Promise<void>;
  findByFingerprint(fingerprint: string, sizeBytes: number): Promise<MediaFile[]>;
  /** Records whose file is not in its place and whose size is this one, for copy-and-delete. */
  goneWithSize(sizeBytes: number): Promise<MediaFile[]>;
  markGone(ids: string[]): Promise<void>;
  /** The two records are one content: `keepId` takes the place of `dropId`, whose shares move over. */
  merge(keepId: string, dropId: string): Promise<void>;
  /** Removes a record, its shares and generations. Returns the generations whose renditions are to be removed. */
  remove(id: string): Promise<string[]>;
  goneSince(beforeMs: number): Promise<string[]>;
  /** Files to be (re)probed after a start: state pending or processing, not gone. */
  unfinished(): Promise<MediaFile[]>;
  /** Generations that no file points at. */
  orphanGenerations(): Promise<string[]>;
  dropGeneration(id: string): Promise<void>;
}

/** What members may change. Every method is one transaction. Errors: 'not-found', 'invalid'. */
export interface LibraryKeeper {
  /** null takes the metadata away; what is undefined stays. */
  update(
    id: string,
    change: { displayName?: string | undefined; metadata?: Record<string, unknown> | null | undefined },
  ): Promise<MediaFile>;
  /**
   * The record of a file that people have just put here; the watcher may have told of it already. Errors:
   * 'conflict' when the place is another file's.
   */
  takeUpload(upload: {
    path: string;
    signature: FileSignature;
    displayName: string;
    metadata?: Record<string, unknown> | undefined;
  }): Promise<MediaFile>;
  /** Out of the library while the file stays where it is. Returns the generations that are to be removed. */
  withdraw(id: string): Promise<string[]>;
  /** Takes a withdrawn file back, to be probed anew. Errors: 'not-found' also for one that is not withdrawn. */
  restore(id: string): Promise<MediaFile>;
}

export interface KnownFile extends FileSignature {
  id: string;
  path: string;
  state: FileState;
  isGone: boolean;
}

export type Library = LibraryReader & LibraryWriter & LibraryKeeper;
