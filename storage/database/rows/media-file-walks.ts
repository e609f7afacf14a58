/**
 * The table `media_files` as people walk through it: one folder or all below it, searched, filtered, in four orders,
 * page by page from a key. Each question is answered from an index; only the page itself is read whole.
 */
import type { Db } from '../database.js';
import { toRecord, type MediaFileRecord, type MediaFileRow } from './media-files.js';

export type WalkOrder = 'newest' | 'name' | 'largest' | 'longest';

export interface WalkQuery {
  /** '' is the media dir itself, `trips/2024/` a folder in it. */
  folder: string;
  /** Also what lies in the folders below. */
  isDeep: boolean;
  /** All must be in the name or the path. */
  words: readonly string[];
  kind?: 'video' | 'audio' | 'shared' | 'failed' | undefined;
  order: WalkOrder;
  /** The page that follows this key, or the one that ends before it; the first one without. */
  from?: { key: WalkKey; isBackwards: boolean } | undefined;
  limit: number;
}

/** Where a file stands in an order. */
export type WalkKey = [value: string | number, id: string];

const SHOWN = 'gone_at_ms IS NULL AND withdrawn_at_ms IS NULL';

/** Newest, largest and longest come first. Spelt as in the indexes. */
const ORDERS: Record<WalkOrder, { column: string; index: string; sort: 'ASC' | 'DESC' }> = {
  newest: { column: 'created_at_ms', index: 'media_files_by_time', sort: 'DESC' },
  name: { column: 'display_name COLLATE NOCASE', index: 'media_files_by_name', sort: 'ASC' },
  largest: { column: 'size_bytes', index: 'media_files_by_size', sort: 'DESC' },
  longest: { column: 'ifnull(duration_seconds, 0)', index: 'media_files_by_duration', sort: 'DESC' },
};

/** In the order asked for, whichever way was walked. */
export async function walk(db: Db, query: WalkQuery): Promise<MediaFileRecord[]> {
  const { column, sort } = ORDERS[query.order];
  const { from, hint, where, values } = selection(query);
  const isBackwards = query.from?.isBackwards ?? false;
  const walked = isBackwards === (sort === 'DESC') ? 'ASC' : 'DESC';
  const after = query.from ? ` AND (${column}, id) ${walked === 'ASC' ? '>' : '<'} (?, ?)` : '';
  const found = await db.raw<MediaFileRow[]>(
    `SELECT * FROM media_files WHERE id IN (SELECT id FROM ${from} ${hint} WHERE ${where}${after}
       ORDER BY ${column} ${walked}, id ${walked} LIMIT ?) ORDER BY ${column} ${sort}, id ${sort}`,
    [...values, ...(query.from?.key ?? []), query.limit],
  );
  return found.map(toRecord);
}

/** How many a walk without end would give. */
export async function count(db: Db, query: Omit<WalkQuery, 'from' | 'limit'>): Promise<number> {
  const { from, hint, where, values } = selection(query);
  const [row] = await db.raw<{ total: number }[]>(
    `SELECT count(*) AS total FROM ${from} ${hint} WHERE ${where}`,
    values,
  );
  return row?.total ?? 0;
}

/** Of all that is there. */
export async function totals(db: Db): Promise<{ files: number; sizeBytes: number }> {
  const [row] = await db.raw<{ files: number; sizeBytes: number | null }[]>(
    `SELECT count(*) AS files, sum(size_bytes) AS sizeBytes FROM media_files INDEXED BY media_files_by_size
     WHERE ${SHOWN}`,
  );
  return { files: row?.files ?? 0, sizeBytes: row?.sizeBytes ?? 0 };
}

export function keyOf(record: MediaFileRecord, order: WalkOrder): WalkKey {
  const values = {
    newest: record.createdAtMs,
    name: record.displayName,
    largest: record.sizeBytes,
    longest: record.durationSeconds ?? 0,
  };
  return [values[order], record.id];
}

/** The names of the folders in a folder, in the order of their bytes. Jumps from one to the next. */
export async function foldersIn(db: Db, folder: string, limit: number): Promise<string[]> {
  const first = (bound: string) =>
    `SELECT (SELECT folder FROM media_files INDEXED BY media_files_by_folder
      WHERE ${SHOWN} AND folder ${bound} AND folder < :end ORDER BY folder LIMIT 1)`;
  const child = `substr(found, 1, length(:folder) + instr(substr(found, length(:folder) + 1), '/') - 1)`;
  // '0' follows '/' in the order of bytes: all that lies below a child is jumped over.
  const rows = await db.raw<{ child: string }[]>(
    `WITH RECURSIVE firsts (found) AS (
       ${first('> :folder')}
       UNION ALL ${first(`>= ${child} || '0'`)} FROM firsts WHERE found IS NOT NULL
     ) SELECT ${child} AS child FROM firsts WHERE found IS NOT NULL LIMIT :limit`,
    { folder, end: endOf(folder), limit },
  );
  return rows.map((row) => row.child.slice(folder.length));
}

/** The first text after all that begins with this folder. */
const endOf = (folder: string): string => (folder === '' ? '\u{10ffff}' : `${folder.slice(0, -1)}0`);

function selection({ folder, isDeep, words, kind, order }: Omit<WalkQuery, 'from' | 'limit'>) {
  const conditions = [SHOWN];
  const values: (string | number)[] = [];
  if (!isDeep) {
    conditions.push('folder = ?');
    values.push(folder);
  } else if (folder !== '') {
    conditions.push('folder >= ? AND folder < ?');
    values.push(folder, endOf(folder));
  }
  if (kind === 'video' || kind === 'audio') {
    conditions.push('media_type = ?');
    values.push(kind);
  }
  if (kind === 'failed') conditions.push("state = 'failed'");
  if (kind === 'shared') conditions.push('id IN (SELECT file_id FROM shares)');
  for (const word of words) {
    const patterns = spellingsOf(word);
    conditions.push(
      `(${patterns.map(() => "display_name LIKE ? ESCAPE '\\' OR path LIKE ? ESCAPE '\\'").join(' OR ')})`,
    );
    values.push(...patterns.flatMap((pattern) => [pattern, pattern]));
  }
  const isPlain = isDeep && folder === '' && words.length === 0 && kind === undefined;
  return {
    from: 'media_files',
    hint: hintFor(kind, isPlain ? ORDERS[order].index : 'media_files_by_folder'),
    where: conditions.join(' AND '),
    values,
  };
}

/** Few are failed, and few are shared: those are looked up one by one. */
function hintFor(kind: WalkQuery['kind'], index: string): string {
  if (kind === 'shared') return '';
  return `INDEXED BY ${kind === 'failed' ? 'media_files_failed' : index}`;
}

/** SQLite knows the case of ASCII letters only; the two whole spellings help with most others. */
function spellingsOf(word: string): string[] {
  const escaped = word.replaceAll(/[\\%_]/g, '\\$&');
  return [...new Set([escaped, escaped.toLowerCase(), escaped.toUpperCase()])].map((one) => `%${one}%`);
}
