/** The words of a share: a link to a media file, or to a clip of it and nothing else. Plain data and the verbs. */

export type Visibility = 'public' | 'private';
export type LinkPreview = 'none' | 'full' | 'player';

/** A part of a content: [startMs, endMs). */
export interface Window {
  startMs: number;
  endMs: number;
}

/** A part of what is shared, as it is asked for. */
export interface Asked {
  startSeconds: number;
  endSeconds: number;
}

export interface Share {
  id: string;
  fileId: string;
  /** The clip, where that is all that is shared. The share ends with it. */
  segment?: { id: string; startSeconds: number; endSeconds: number };
  title?: string;
  description?: string;
  metadata?: Record<string, unknown>;
  visibility: Visibility;
  linkPreview: LinkPreview;
  /** Part of every token; raising it refuses all tokens minted before. */
  epoch: number;
  createdAtMs: number;
}

export interface ShareDraft {
  fileId: string;
  /** Of that file. */
  segmentId?: string;
  title?: string;
  description?: string;
  metadata?: Record<string, unknown>;
  visibility?: Visibility;
  linkPreview?: LinkPreview;
}

export interface ShareQuery {
  /** Also the shares of its clips. */
  fileId?: string;
  /** null: only shares of whole files. */
  segmentId?: string | null;
  visibility?: Visibility;
  createdBeforeMs?: number;
  createdAfterMs?: number;
  limit: number;
  offset: number;
}

export interface Shares {
  /**
   * Errors: 'not-found' (no such file, or no such segment of it), 'conflict' (an active share of that visibility
   * exists; message names its id).
   */
  create(draft: ShareDraft): Promise<Share>;
  get(id: string): Promise<Share | undefined>;
  /**
   * The share as far as a stranger may know of it: a private one without a preview is absent, and looking for
   * it costs the same as looking for one that never was.
   */
  getForStranger(id: string): Promise<Share | undefined>;
  /** Newest first. */
  list(query: ShareQuery): Promise<{ shares: Share[]; total: number }>;
  /** Those of whole files, newest first. */
  ofFiles(fileIds: readonly string[]): Promise<Share[]>;
  /** null clears a text. Errors: 'not-found'. */
  update(
    id: string,
    change: {
      title?: string | null;
      description?: string | null;
      metadata?: Record<string, unknown> | null;
      linkPreview?: LinkPreview;
    },
  ): Promise<Share>;
  /** Its links stop at once. Errors: 'not-found'. */
  remove(id: string): Promise<void>;
  /** Clips were removed, and their shares with them: nothing that was read before is believed. */
  forgetRead(): void;
}
