/** The table `shares`. At most one share per file and visibility, but for those that a merge has brought. */
import type { Db, Tx } from '../database.js';
import { fromJson, IN_LIST, orUndefined, toJson, type Metadata } from './columns.js';

export interface ShareRecord {
  id: string;
  fileId: string;
  title?: string | undefined;
  description?: string | undefined;
  metadata?: Metadata | undefined;
  visibility: 'public' | 'private';
  linkPreview: 'none' | 'full' | 'player';
  epoch: number;
  createdAtMs: number;
}

export interface ShareListQuery {
  fileId?: string | undefined;
  visibility?: ShareRecord['visibility'] | undefined;
  createdBeforeMs?: number | undefined;
  createdAfterMs?: number | undefined;
  limit: number;
  offset: number;
}

interface ShareRow {
  id: string;
  file_id: string;
  file_segment_id: string | null;
  title: string | null;
  description: string | null;
  metadata: string | null;
  visibility: ShareRecord['visibility'];
  link_preview: ShareRecord['linkPreview'];
  epoch: number;
  created_at_ms: number;
  merged_at_ms: number | null;
}

export async function find(db: Db, id: string): Promise<ShareRecord | undefined> {
  const row = await db<ShareRow>('shares').where('id', id).first();
  return row && toRecord(row);
}

/** The share unless it is hidden from strangers; of a hidden one nothing is read, so that it costs what a missing one does. */
export async function findShown(db: Db, id: string): Promise<ShareRecord | undefined> {
  const row = await db<ShareRow>('shares')
    .where('id', id)
    .where((where) => void where.where('visibility', 'public').orWhereNot('link_preview', 'none'))
    .first();
  return row && toRecord(row);
}

/** The share that stands in the way of another one of this visibility. */
export async function findActive(
  db: Db,
  fileId: string,
  visibility: ShareRecord['visibility'],
): Promise<ShareRecord | undefined> {
  const row = await db<ShareRow>('shares')
    .where({ file_id: fileId, visibility })
    .whereNull('file_segment_id')
    .orderBy(['merged_at_ms', 'created_at_ms'])
    .first();
  return row && toRecord(row);
}

/** Newest first. */
export async function list(
  db: Db,
  query: ShareListQuery,
): Promise<{ records: ShareRecord[]; total: number }> {
  const matching = db<ShareRow>('shares').where((where) => {
    if (query.fileId !== undefined) void where.where('file_id', query.fileId);
    if (query.visibility !== undefined) void where.where('visibility', query.visibility);
    if (query.createdBeforeMs !== undefined) void where.where('created_at_ms', '<', query.createdBeforeMs);
    if (query.createdAfterMs !== undefined) void where.where('created_at_ms', '>=', query.createdAfterMs);
  });
  const [count] = await matching.clone().count<{ total: number }[]>('id as total');
  const order = [
    { column: 'created_at_ms', order: 'desc' },
    { column: 'id', order: 'desc' },
  ];
  const page = matching.clone().select('id').orderBy(order).limit(query.limit).offset(query.offset);
  const rows = await db<ShareRow>('shares').whereIn('id', page).orderBy(order);
  return { records: rows.map(toRecord), total: count?.total ?? 0 };
}

/** Those of whole files, newest first. */
export async function ofFiles(db: Db, fileIds: readonly string[]): Promise<ShareRecord[]> {
  const rows = await db<ShareRow>('shares')
    .whereRaw(`file_id ${IN_LIST} AND file_segment_id IS NULL`, [JSON.stringify(fileIds)])
    .orderBy([
      { column: 'created_at_ms', order: 'desc' },
      { column: 'id', order: 'desc' },
    ]);
  return rows.map(toRecord);
}

export async function insert(tx: Tx, record: ShareRecord): Promise<void> {
  await tx<ShareRow>('shares').insert({
    id: record.id,
    file_id: record.fileId,
    created_at_ms: record.createdAtMs,
    visibility: record.visibility,
    ...changeable(record),
  });
}

export async function update(tx: Tx, record: ShareRecord): Promise<void> {
  await tx<ShareRow>('shares').where('id', record.id).update(changeable(record));
}

/** True when there was one. */
export async function remove(tx: Tx, id: string): Promise<boolean> {
  return (await tx('shares').where('id', id).delete()) > 0;
}

export async function removeOfFile(tx: Tx, fileId: string): Promise<void> {
  await tx('shares').where('file_id', fileId).delete();
}

/** All links of one file lead to another one; where that has its own link already, both work. */
export async function moveAll(tx: Tx, fromFileId: string, toFileId: string, nowMs: number): Promise<void> {
  await tx.raw(
    `UPDATE shares SET merged_at_ms = ? WHERE file_id = ? AND merged_at_ms IS NULL AND file_segment_id IS NULL
     AND EXISTS (SELECT 1 FROM shares other WHERE other.file_id = ? AND other.visibility = shares.visibility
       AND other.merged_at_ms IS NULL AND other.file_segment_id IS NULL)`,
    [nowMs, fromFileId, toFileId],
  );
  await tx<ShareRow>('shares').where('file_id', fromFileId).update({ file_id: toFileId });
}

function changeable(record: ShareRecord) {
  return {
    title: record.title ?? null,
    description: record.description ?? null,
    metadata: toJson(record.metadata),
    link_preview: record.linkPreview,
    epoch: record.epoch,
  };
}

function toRecord(row: ShareRow): ShareRecord {
  return {
    id: row.id,
    fileId: row.file_id,
    title: orUndefined(row.title),
    description: orUndefined(row.description),
    metadata: fromJson(row.metadata),
    visibility: row.visibility,
    linkPreview: row.link_preview,
    epoch: row.epoch,
    createdAtMs: row.created_at_ms,
  };
}
