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

/** What an owner may say of a link besides who it is for. What is left out restricts nothing. */
export interface Controls {
  expiresAtMs?: number;
  /** Visitors, each counted once; see plays.ts. */
  maxViews?: number;
  /** Nothing of it may be saved. */
  isStreamOnly?: boolean;
  /** Sites whose pages may hold the player; left out: any. */
  allowedOrigins?: readonly string[];
}

/** Why a link that exists opens nothing any more. */
export type Ending = 'expired' | 'used-up';

/** Whoever asks, as far as plays are told apart by it. */
export interface Visitor {
  address: string;
  /** The name that the program gives itself; '' without one. */
  agent: string;
}

export interface Share extends Controls {
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
  /** Asked of visitors before they see anything. It is kept as a hash, and not here. */
  hasPassword?: boolean;
  /** As written down; `Plays.viewsOf` knows what came since. */
  viewCount?: number;
}

/** Whoever has the link may see it, as often as they like: the same for all, so that it may lie in shared caches. */
export function isForEverybody(share: Pick<Share, 'visibility' | 'hasPassword' | 'maxViews'>): boolean {
  return share.visibility === 'public' && !share.hasPassword && share.maxViews === undefined;
}

/** null takes away, what is left out stays as it is. */
export interface ControlsChange {
  password?: string | null;
  expiresAtMs?: number | null;
  maxViews?: number | null;
  isStreamOnly?: boolean;
  allowedOrigins?: readonly string[] | null;
}

export interface ShareDraft extends ControlsChange {
  fileId: string;
  /** Of that file. */
  segmentId?: string;
  title?: string;
  description?: string;
  metadata?: Record<string, unknown>;
  visibility?: Visibility;
  linkPreview?: LinkPreview;
}

/** null clears a text. */
export interface ShareChange extends ControlsChange {
  title?: string | null;
  description?: string | null;
  metadata?: Record<string, unknown> | null;
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

/** As people walk through them: newest first, page by page. */
export interface ShareWalk {
  /** All must be in the title, the description or the name of the file. */
  words: readonly string[];
  asset?: 'file' | 'clip' | undefined;
  kind?: 'public' | 'private' | 'password' | 'ended' | undefined;
  /** The page that follows this key, or the one that ends before it; the first one without. */
  from?: { key: ShareKey; isBackwards: boolean } | undefined;
  limit: number;
}

/** Where a share stands among all. */
export type ShareKey = [createdAtMs: number, id: string];

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
  /**
   * Why it opens nothing at this moment; undefined: it does. Without a visitor: to somebody new. Whom the last view
   * was counted for may go on.
   */
  endingOf(share: Share, visitor?: Visitor): Ending | undefined;
  /** Whether that is its password. False where it has none. */
  unlock(id: string, password: string): Promise<boolean>;
  /** `previous` and `next` are keys of pages that are there. */
  walk(query: ShareWalk): Promise<{ shares: Share[]; previous?: ShareKey; next?: ShareKey }>;
  /** Newest first. */
  list(query: ShareQuery): Promise<{ shares: Share[]; total: number }>;
  /** Those of whole files, newest first. */
  ofFiles(fileIds: readonly string[]): Promise<Share[]>;
  /** Those of their clips, too. */
  countOfFiles(fileIds: readonly string[]): Promise<number>;
  /** A new password ends what was opened with the one before. Errors: 'not-found', 'invalid'. */
  update(id: string, change: ShareChange): Promise<Share>;
  /** The same share under a new link, seen by nobody yet; the old link is that of no share. Errors: 'not-found'. */
  reissue(id: string): Promise<Share>;
  /** Its links stop at once. Errors: 'not-found'. */
  remove(id: string): Promise<void>;
  /** Clips were removed, and their shares with them: nothing that was read before is believed. */
  forgetRead(): void;
  plays: Plays;
  /** Writes down what was counted. */
  close(): Promise<void>;
}

/** Who has seen what, as numbers: visitors are known by keyed hashes in memory, never by name or address. */
export interface Plays {
  /** Up to this moment. */
  viewsOf(share: Share): number;
  /** No more views are meant, and none of them was this visitor's. */
  isUsedUp(share: Share, visitor?: Visitor): boolean;
  /** That visitor has played so much of it, by what a page of ours tells. */
  played(share: Share, visitor: Visitor): void;
  /** So many of its seconds went to that visitor. */
  delivered(share: Share, visitor: Visitor, part: { seconds: number; ofSeconds: number }): void;
  /** What makes a play of something that lasts so long. */
  enoughOf(seconds: number): number;
  /** Writes down what was counted. */
  flush(): Promise<void>;
}
