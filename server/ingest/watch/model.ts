/** The words between the thread that watches the media dir and the one that acts on it. Plain data. */
import type { FileSignature } from '../../library/model.js';
import type { Arrival } from '../settle.js';

/** What the file system tells of a file; followed through a link. */
export interface SeenFile extends FileSignature {
  /** 0 where the file system does not know. Tells a file from a later one that got its inode. */
  birthtimeMs: number;
}

/** What is otherwise than it was last told. Paths are relative to the media dir. May be told twice. */
export type Difference =
  | { kind: 'present'; path: string; signature: FileSignature; arrival: Arrival }
  /**
   * The same file under another name; `before` differs from `signature` when it was written to as well.
   * `replaces`: what had that name before is in no place any more.
   */
  | {
      kind: 'moved';
      from: string;
      path: string;
      before: FileSignature;
      signature: FileSignature;
      replaces: boolean;
    }
  | { kind: 'absent'; path: string; signature: FileSignature };

export interface RootReport {
  isThere: boolean;
  /** Why it is not. */
  reason?: string;
  device: number;
  inode: number;
  /** Some of it lies on a file system where others' changes cause no events. */
  isRemote: boolean;
}

export interface Counts {
  files: number;
  folders: number;
}

export type ToWorker =
  /** What is on record, before the first scan. Five numbers a path: see tree.ts. */
  | { type: 'known'; paths: string[]; numbers: Float64Array }
  | { type: 'scan'; request: number }
  /** Tell of these again at the next scan. */
  | { type: 'forget'; paths: string[] }
  /** The differences were taken in; the next of their kind may come. */
  | { type: 'go-on'; isBulk: boolean };

export type FromWorker =
  /** `isBulk`: of what was there before us; goes at the pace at which it is taken in, and holds up nothing. */
  | { type: 'differences'; isBulk: boolean; differences: Difference[]; counts: Counts }
  /** `request`: the scan was asked for by this one; 0 when the thread saw the need itself. */
  | { type: 'scanned'; request: number; root: RootReport; counts: Counts; tookMs: number }
  /** `reason`: why not every folder is watched, and what to do. */
  | { type: 'watching'; reason?: string }
  | { type: 'notice'; message: string; path: string };
