/** The table `media_files` by the many: each list walks an index, so that its cost follows what it returns. */
import type { Db, Tx } from '../database.js';
import { IN_LIST } from './columns.js';
import { toSql, type Criterion } from './media-file-criteria.js';
import { toRecord, type MediaFileRecord, type MediaFileRow } from './media-files.js';

export type { Criterion };
export * as walks from './media-file-walks.js';

export interface KnownRecord {
  id: string;
  path: string;
  device: number;
  inode: number;
  sizeBytes: number;
  mtimeMs: number;
  state: MediaFileRecord['state'];
  isGone: boolean;
}

export interface ListQuery {
  state?: MediaFileRecord['state'][] | undefined;
  createdBeforeMs?: number | undefined;
  createdAfterMs?: number | undefined;
  order?: 'created_at' | 'filename' | undefined;
  sort?: 'asc' | 'desc' | undefined;
  /** Records that people took out of the library while their files stay: left out unless told. */
  withdrawn?: 'no' | 'also' | 'only' | undefined;
  /** All must hold. */
  criteria?: readonly Criterion[] | undefined;
  limit: number;
  offset: number;
}

type KnownRow = [
  id: string,
  path: string,
  device: string,
  inode: string,
  sizeBytes: number,
  mtimeMs: string,
  state: KnownRecord['state'],
  isGone: 0 | 1,
];

const KNOWN = 'json_array(id, path, device, inode, size_bytes, mtime_ms, state, gone_at_ms IS NOT NULL)';

/** Rows become objects on the main thread: in pages, so that others get their turn in between. */
const KNOWN_PER_PAGE = 1000;

/** Spelt as in the index, or SQLite would not take it. */
const SHOWN = 'gone_at_ms IS NULL AND withdrawn_at_ms IS NULL';
const UNFINISHED = `state IN ('pending', 'processing') AND ${SHOWN}`;

const WITHDRAWN = {
  no: SHOWN,
  also: 'gone_at_ms IS NULL',
  only: 'gone_at_ms IS NULL AND withdrawn_at_ms IS NOT NULL',
};

/** Everything that is recorded, also what is gone, page by page: for those who need not hold it all. */
export async function* knownPages(db: Db): AsyncGenerator<KnownRecord[]> {
  let after = -1;
  for (;;) {
    // One JSON text per page: four times faster than as many rows through the driver.
    const [page] = await db.raw<{ last: number | null; list: string }[]>(
      `SELECT max(rowid) AS last, json_group_array(${KNOWN}) AS list
       FROM (SELECT rowid, * FROM media_files WHERE rowid > ? ORDER BY rowid LIMIT ${KNOWN_PER_PAGE})`,
      [after],
    );
    if (!page || page.last === null) return;
    yield (JSON.parse(page.list) as KnownRow[]).map(toKnown);
    after = page.last;
  }
}

/** The same at once. */
export async function known(db: Db): Promise<KnownRecord[]> {
  const all: KnownRecord[] = [];
  for await (const page of knownPages(db)) for (const record of page) all.push(record);
  return all;
}

/** The same below one folder, at any depth; '' is the whole. */
export async function knownIn(db: Db, folder: string): Promise<KnownRecord[]> {
  if (folder === '') return known(db);
  // '0' follows '/' in the order of bytes.
  const range = [`${folder}/`, `${folder}0`];
  const [found] = await db.raw<{ list: string }[]>(
    `SELECT json_group_array(${KNOWN}) AS list FROM (
       SELECT * FROM media_files WHERE gone_at_ms IS NULL AND path > ? AND path < ?
       UNION ALL SELECT * FROM media_files WHERE gone_at_ms IS NOT NULL AND path > ? AND path < ?)`,
    [...range, ...range],
  );
  return (JSON.parse(found?.list ?? '[]') as KnownRow[]).map(toKnown);
}

/** Records in their place, sorted and counted from an index alone; only the page itself is read whole. */
export async function list(db: Db, query: ListQuery): Promise<{ records: MediaFileRecord[]; total: number }> {
  // Named, since the planner would rather read every record than the whole of a wider index.
  const index = indexFor(query);
  const conditions = [index === 'media_files_unfinished' ? UNFINISHED : WITHDRAWN[query.withdrawn ?? 'no']];
  const values: (string | number)[] = [];
  const when = (condition: string, value: string | number | undefined) => {
    if (value === undefined) return;
    conditions.push(condition);
    values.push(value);
  };
  when(`state ${IN_LIST}`, query.state && JSON.stringify(query.state));
  when('created_at_ms < ?', query.createdBeforeMs);
  when('created_at_ms >= ?', query.createdAfterMs);
  for (const criterion of query.criteria ?? []) {
    const { sql, bindings } = toSql(criterion);
    conditions.push(sql);
    values.push(...bindings);
  }
  const where = conditions.join(' AND ');
  const sort = query.sort === 'asc' ? 'ASC' : 'DESC';
  const column = query.order === 'filename' ? 'display_name COLLATE NOCASE' : 'created_at_ms';
  const hint = index === undefined ? '' : `INDEXED BY ${index}`;
  const order = `ORDER BY ${column} ${sort}, id ${sort}`;

  const [count] = await db.raw<{ total: number }[]>(
    `SELECT count(*) AS total FROM media_files ${hint} WHERE ${where}`,
    values,
  );
  const rows = await db.raw<MediaFileRow[]>(
    `SELECT * FROM media_files WHERE id IN (SELECT id FROM media_files ${hint} WHERE ${where} ${order} LIMIT ? OFFSET ?) ${order}`,
    [...values, query.limit, query.offset],
  );
  return { records: rows.map(toRecord), total: count?.total ?? 0 };
}

/** The backlog has an index of its own, so that taking its next costs the same however many are done. */
function indexFor({ state, order, withdrawn = 'no' }: ListQuery): string | undefined {
  if (withdrawn !== 'no') return undefined;
  if (order === 'filename') return 'media_files_by_name';
  const isBacklog = state?.every((one) => one === 'pending' || one === 'processing');
  return isBacklog ? 'media_files_unfinished' : 'media_files_by_time';
}

/** The records in their place at these paths. */
export async function atPaths(db: Db, paths: readonly string[]): Promise<MediaFileRecord[]> {
  return records(db, `path ${IN_LIST} AND gone_at_ms IS NULL`, JSON.stringify(paths));
}

export async function byFingerprint(
  db: Db,
  fingerprint: string,
  sizeBytes: number,
): Promise<MediaFileRecord[]> {
  return records(
    db,
    'fingerprint = ? AND size_bytes = ? AND withdrawn_at_ms IS NULL',
    fingerprint,
    sizeBytes,
  );
}

export async function goneWithSize(db: Db, sizeBytes: number): Promise<MediaFileRecord[]> {
  return records(db, 'size_bytes = ? AND gone_at_ms IS NOT NULL', sizeBytes);
}

export async function goneSince(db: Db, beforeMs: number): Promise<string[]> {
  return db('media_files').where('gone_at_ms', '<', beforeMs).pluck<string[]>('id');
}

/** Oldest first. */
export async function unfinished(db: Db): Promise<MediaFileRecord[]> {
  return records(db, `${UNFINISHED} ORDER BY created_at_ms, id`);
}

/** Those of `ids` that were in their place until now. */
export async function markGone(tx: Tx, ids: readonly string[], goneAtMs: number): Promise<string[]> {
  const rows = await tx.raw<{ id: string }[]>(
    `UPDATE media_files SET gone_at_ms = ?, updated_at_ms = ? WHERE id ${IN_LIST} AND gone_at_ms IS NULL RETURNING id`,
    [goneAtMs, goneAtMs, JSON.stringify(ids)],
  );
  return rows.map((row) => row.id);
}

async function records(
  db: Db,
  condition: string,
  ...values: (string | number)[]
): Promise<MediaFileRecord[]> {
  const rows = await db.raw<MediaFileRow[]>(`SELECT * FROM media_files WHERE ${condition}`, values);
  return rows.map(toRecord);
}

function toKnown([id, path, device, inode, sizeBytes, mtimeMs, state, isGone]: KnownRow): KnownRecord {
  return {
    id,
    path,
    device: Number(device),
    inode: Number(inode),
    sizeBytes,
    mtimeMs: Number(mtimeMs),
    state,
    isGone: isGone === 1,
  };
}
