/** The words of a share: a link to a media file (later also to a clip). Plain data and the verbs. */

export type Visibility = 'public' | 'private';
export type LinkPreview = 'none' | 'full' | 'player';

export interface Share {
  id: string;
  fileId: string;
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
  title?: string;
  description?: string;
  metadata?: Record<string, unknown>;
  visibility?: Visibility;
  linkPreview?: LinkPreview;
}

export interface ShareQuery {
  fileId?: string;
  visibility?: Visibility;
  createdBeforeMs?: number;
  createdAfterMs?: number;
  limit: number;
  offset: number;
}

export interface Shares {
  /** Errors: 'not-found' (no such file), 'conflict' (an active share of that visibility exists; message names its id). */
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
}
