/**
 * The table `shares`. At most one share per file and visibility, but for those that a merge has brought; at most
 * one per clip and visibility, which ends with its clip.
 */
import type { Db, Tx } from '../database.js';
import { IN_LIST, toJson } from './columns.js';
import { toRecord, toSegment, withClip, type ShareRecord, type ShareRow } from './share-record.js';

export { walk } from './share-walks.js';

export interface ShareListQuery {
  fileId?: string | undefined;
  /** null: shares of whole files only. */
  segmentId?: string | null | undefined;
  visibility?: ShareRecord['visibility'] | undefined;
  createdBeforeMs?: number | undefined;
  createdAfterMs?: number | undefined;
  limit: number;
  offset: number;
}

export async function find(db: Db, id: string): Promise<ShareRecord | undefined> {
  const row = await withClip(db).where('shares.id', id).first();
  return row && toRecord(row);
}

/** The share unless it is hidden from strangers; of a hidden one nothing is read, so that it costs what a missing one does. */
export async function findShown(db: Db, id: string): Promise<ShareRecord | undefined> {
  const row = await withClip(db)
    .where('shares.id', id)
    .where((where) => void where.where('visibility', 'public').orWhereNot('link_preview', 'none'))
    .first();
  return row && toRecord(row);
}

/** The share that stands in the way of another one of this visibility. */
export async function findActive(
  db: Db,
  asset: { fileId: string; segmentId: string | undefined },
  visibility: ShareRecord['visibility'],
): Promise<ShareRecord | undefined> {
  const row = await withClip(db)
    .where({ 'shares.file_id': asset.fileId, visibility, file_segment_id: asset.segmentId ?? null })
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
    if (query.segmentId !== undefined) void where.where({ file_segment_id: query.segmentId });
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
  const rows = await withClip(db)
    .whereIn('shares.id', page)
    .orderBy(order.map((by) => ({ ...by, column: `shares.${by.column}` })));
  return { records: rows.map(toRecord), total: count?.total ?? 0 };
}

/** Those of whole files, newest first. */
export async function ofFiles(db: Db, fileIds: readonly string[]): Promise<ShareRecord[]> {
  const rows = await withClip(db)
    .whereRaw(`shares.file_id ${IN_LIST} AND file_segment_id IS NULL`, [JSON.stringify(fileIds)])
    .orderBy([
      { column: 'shares.created_at_ms', order: 'desc' },
      { column: 'shares.id', order: 'desc' },
    ]);
  return rows.map(toRecord);
}

/** Also those of clips. */
export async function countOfFiles(db: Db, fileIds: readonly string[]): Promise<number> {
  const [counted] = await db<{ count: number }>('shares')
    .whereRaw(`file_id ${IN_LIST}`, [JSON.stringify(fileIds)])
    .count({ count: '*' });
  return Number(counted!.count);
}

/** Every clip that has a share, with its file. */
export async function sharedClips(
  db: Db,
): Promise<{ fileId: string; segment: NonNullable<ShareRecord['segment']> }[]> {
  const found = await withClip(db).whereNotNull('file_segment_id');
  return found.map((row) => ({ fileId: row.file_id, segment: toSegment(row)! }));
}

export async function findPasswordHash(db: Db, id: string): Promise<string | undefined> {
  const row = await db<ShareRow>('shares').where('id', id).first('password_hash');
  return row?.password_hash ?? undefined;
}

/** Without a password and without views, whatever the record says of them. */
export async function insert(tx: Tx, record: ShareRecord): Promise<void> {
  await tx<ShareRow>('shares').insert({
    id: record.id,
    file_id: record.fileId,
    file_segment_id: record.segment?.id ?? null,
    created_at_ms: record.createdAtMs,
    visibility: record.visibility,
    ...changeable(record),
  });
}

export async function update(tx: Tx, record: ShareRecord): Promise<void> {
  await tx<ShareRow>('shares').where('id', record.id).update(changeable(record));
}

/** undefined: none is asked for any more. */
export async function setPasswordHash(tx: Tx, id: string, hash: string | undefined): Promise<void> {
  await tx<ShareRow>('shares')
    .where('id', id)
    .update({ password_hash: hash ?? null });
}

/** The same share under another id: nothing leads to it from the old one, and nobody has seen it. */
export async function rename(
  tx: Tx,
  id: string,
  next: Pick<ShareRecord, 'id' | 'epoch' | 'createdAtMs'>,
): Promise<void> {
  await tx<ShareRow>('shares')
    .where('id', id)
    .update({ id: next.id, epoch: next.epoch, created_at_ms: next.createdAtMs, view_count: 0 });
}

/** What has gone meanwhile is left out. */
export async function addViews(tx: Tx, views: ReadonlyMap<string, number>): Promise<void> {
  for (const [id, more] of views) {
    await tx<ShareRow>('shares').where('id', id).increment('view_count', more);
  }
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
    expires_at_ms: record.expiresAtMs ?? null,
    max_views: record.maxViews ?? null,
    is_stream_only: record.isStreamOnly ? 1 : 0,
    allowed_origins: record.allowedOrigins ? JSON.stringify(record.allowedOrigins) : null,
  };
}
