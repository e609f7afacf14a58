/**
 * The table `shares` as people walk through it: searched by what is shared and what it is called, filtered, newest
 * first, page by page from a key.
 */
import type { Db } from '../database.js';
import { toRecord, withClip, type ShareRecord } from './share-record.js';

export interface ShareWalkQuery {
  /** All must be in the title, the description or the name of the file. */
  words: readonly string[];
  asset?: 'file' | 'clip' | undefined;
  /** `ended` is by time or by views that are written down. */
  kind?: 'public' | 'private' | 'password' | 'ended' | undefined;
  nowMs: number;
  /** The page that follows this key, or the one that ends before it; the first one without. */
  from?: { key: ShareKey; isBackwards: boolean } | undefined;
  limit: number;
}

/** Where a share stands. */
export type ShareKey = [createdAtMs: number, id: string];

const ENDED =
  '((expires_at_ms IS NOT NULL AND expires_at_ms <= ?) OR (max_views IS NOT NULL AND view_count >= max_views))';

/** Newest first, whichever way was walked. */
export async function walk(db: Db, query: ShareWalkQuery): Promise<ShareRecord[]> {
  const { from, limit } = query;
  const isBackwards = from?.isBackwards ?? false;
  const order = isBackwards ? 'ASC' : 'DESC';
  const matching = select(db, query);
  if (from) {
    void matching.whereRaw(`(shares.created_at_ms, shares.id) ${isBackwards ? '>' : '<'} (?, ?)`, from.key);
  }
  const found = await matching.orderByRaw(`shares.created_at_ms ${order}, shares.id ${order}`).limit(limit);
  const records = found.map(toRecord);
  return isBackwards ? records.reverse() : records;
}

function select(db: Db, { words, asset, kind, nowMs }: ShareWalkQuery) {
  const matching = withClip(db);
  if (asset === 'file') void matching.whereNull('file_segment_id');
  if (asset === 'clip') void matching.whereNotNull('file_segment_id');
  if (kind === 'public' || kind === 'private') void matching.where('visibility', kind);
  if (kind === 'password') void matching.whereNotNull('password_hash');
  if (kind === 'ended') void matching.whereRaw(ENDED, [nowMs]);
  for (const word of words) {
    const patterns = spellingsOf(word);
    void matching.where((where) => {
      for (const pattern of patterns) {
        void where
          .orWhereRaw("shares.title LIKE ? ESCAPE '\\'", [pattern])
          .orWhereRaw("shares.description LIKE ? ESCAPE '\\'", [pattern])
          .orWhereRaw(
            "shares.file_id IN (SELECT id FROM media_files WHERE display_name LIKE ? ESCAPE '\\')",
            [pattern],
          );
      }
    });
  }
  return matching;
}

/** SQLite knows the case of ASCII letters only; the two whole spellings help with most others. */
function spellingsOf(word: string): string[] {
  const escaped = word.replaceAll(/[\\%_]/g, '\\$&');
  return [...new Set([escaped, escaped.toLowerCase(), escaped.toUpperCase()])].map((one) => `%${one}%`);
}
