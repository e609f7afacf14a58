/** The words of clips: time ranges of media files, and the segmentations that cut a file into them. Plain data. */

export interface Clip {
  id: string;
  fileId: string;
  segmentationId?: string | undefined;
  startSeconds: number;
  endSeconds: number;
  metadata?: Record<string, unknown> | undefined;
}

export interface TimeRange {
  startSeconds: number;
  endSeconds: number;
}

/** How a file is to be cut; already known to be sound in itself. */
export type Cutting =
  | { strategy: 'uniform'; windowSeconds: number; hopSeconds: number; range: Partial<TimeRange> }
  | { strategy: 'manual'; ranges: TimeRange[]; range: Partial<TimeRange> }
  | { strategy: 'shots'; shots: ShotRules; range: Partial<TimeRange> };

export interface ShotRules {
  /** content: a change of so much; adaptive: a change so many times that of the frames around it. */
  detector: 'content' | 'adaptive';
  /** content: 0 to 100; adaptive: a ratio. */
  threshold: number;
  minSeconds: number;
  maxSeconds: number | undefined;
  /** False: what is shorter than the minimum is left out instead of joined to its neighbour. */
  fillsGaps: boolean;
}

export interface Segmentation {
  id: string;
  fileId: string;
  /** As it was asked, to be told again. */
  config: Record<string, unknown>;
  hasThumbnails: boolean;
  status: 'pending' | 'processing' | 'completed' | 'failed';
  createdAtMs: number;
}

export interface Page {
  limit: number;
  offset: number;
}

export interface ClipQuery extends Page {
  fileId?: string | undefined;
  segmentationId?: string | undefined;
  ids?: readonly string[] | undefined;
  withThumbnails?: boolean | undefined;
  startsFromSeconds?: number | undefined;
  endsBySeconds?: number | undefined;
  minSeconds?: number | undefined;
  maxSeconds?: number | undefined;
}

export interface Clips {
  get(id: string): Promise<Clip | undefined>;
  /** In the order of their times. */
  list(query: ClipQuery): Promise<{ clips: Clip[]; total: number }>;
  /** With its shares; what made it goes with the last one that it made. Nothing happens where there is none. */
  remove(id: string): Promise<void>;
  /** null takes the metadata away. Errors: 'not-found'. */
  setMetadata(id: string, metadata: Record<string, unknown> | null): Promise<Clip>;

  /**
   * Uniform and manual cuts are there when this resolves; shots are looked for behind. Errors: 'not-found',
   * 'conflict' (the file cannot be played), 'invalid' (outside of the file, or too many), 'too-many'.
   */
  segment(
    fileId: string,
    asked: { cutting: Cutting; config: Record<string, unknown>; hasThumbnails: boolean },
  ): Promise<Segmentation>;
  getSegmentation(id: string): Promise<Segmentation | undefined>;
  /** Newest first. */
  listSegmentations(
    query: Page & { fileId: string },
  ): Promise<{ segmentations: Segmentation[]; total: number }>;
  /** With its clips. Errors: 'not-found'. */
  removeSegmentation(id: string): Promise<void>;

  /** Takes up what an earlier run left unfinished. */
  start(): Promise<void>;
  /** Resolves when nothing is being looked for any more. */
  close(): Promise<void>;
}
