/** The tables `segmentations` and `clips`: time ranges of media files, and the askings that made them. */
import type { Db, Tx } from '../database.js';
import { fromJson, IN_LIST, inGroups, orUndefined, toJson, type Metadata } from './columns.js';

export interface ClipRecord {
  id: string;
  fileId: string;
  segmentationId?: string | undefined;
  startSeconds: number;
  endSeconds: number;
  metadata?: Metadata | undefined;
}

export interface SegmentationRecord {
  id: string;
  fileId: string;
  /** Kept as JSON text and never looked into here. */
  config: Metadata;
  hasThumbnails: boolean;
  status: 'pending' | 'processing' | 'completed' | 'failed';
  createdAtMs: number;
}

export interface ClipListQuery {
  fileId?: string | undefined;
  segmentationId?: string | undefined;
  ids?: readonly string[] | undefined;
  /** Only of segmentations that want thumbnails. */
  withThumbnails?: boolean | undefined;
  startsFromSeconds?: number | undefined;
  endsBySeconds?: number | undefined;
  minSeconds?: number | undefined;
  maxSeconds?: number | undefined;
  limit: number;
  offset: number;
}

interface ClipRow {
  id: string;
  file_id: string;
  segmentation_id: string | null;
  start_seconds: number;
  end_seconds: number;
  metadata: string | null;
}

interface SegmentationRow {
  id: string;
  file_id: string;
  config: string;
  has_thumbnails: 0 | 1;
  status: SegmentationRecord['status'];
  created_at_ms: number;
}

const ROWS_PER_INSERT = 500;

export async function find(db: Db, id: string): Promise<ClipRecord | undefined> {
  const row = await db<ClipRow>('clips').where('id', id).first();
  return row && toClip(row);
}

/** In the order of their times. */
export async function list(db: Db, query: ClipListQuery): Promise<{ records: ClipRecord[]; total: number }> {
  const matching = db<ClipRow>('clips').where((where) => {
    const { fileId, segmentationId, ids, withThumbnails } = query;
    if (fileId !== undefined) void where.where('file_id', fileId);
    if (segmentationId !== undefined) void where.where('segmentation_id', segmentationId);
    if (ids !== undefined) void where.whereRaw(`id ${IN_LIST}`, [JSON.stringify(ids)]);
    if (withThumbnails) {
      void where.whereIn('segmentation_id', db('segmentations').select('id').where('has_thumbnails', 1));
    }
    const { startsFromSeconds, endsBySeconds, minSeconds, maxSeconds } = query;
    if (startsFromSeconds !== undefined) void where.where('start_seconds', '>=', startsFromSeconds);
    if (endsBySeconds !== undefined) void where.where('end_seconds', '<=', endsBySeconds);
    if (minSeconds !== undefined) void where.whereRaw('end_seconds - start_seconds >= ?', [minSeconds]);
    if (maxSeconds !== undefined) void where.whereRaw('end_seconds - start_seconds <= ?', [maxSeconds]);
  });
  const [count] = await matching.clone().count<{ total: number }[]>('id as total');
  const rows = await matching
    .clone()
    .orderBy(['start_seconds', 'end_seconds', 'id'])
    .limit(query.limit)
    .offset(query.offset);
  return { records: rows.map(toClip), total: count?.total ?? 0 };
}

export async function insertMany(tx: Tx, records: readonly ClipRecord[]): Promise<void> {
  for (const group of inGroups(records, ROWS_PER_INSERT)) {
    const values = group.map((one) => [
      one.id,
      one.fileId,
      one.segmentationId ?? null,
      one.startSeconds,
      one.endSeconds,
      toJson(one.metadata),
    ]);
    await tx.raw(
      `INSERT INTO clips (id, file_id, segmentation_id, start_seconds, end_seconds, metadata)
       SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM json_each(?)`,
      [JSON.stringify(values)],
    );
  }
}

export async function setMetadata(tx: Tx, id: string, metadata: Metadata | undefined): Promise<void> {
  await tx<ClipRow>('clips')
    .where('id', id)
    .update({ metadata: toJson(metadata) });
}

export async function findSegmentation(db: Db, id: string): Promise<SegmentationRecord | undefined> {
  const row = await db<SegmentationRow>('segmentations').where('id', id).first();
  return row && toSegmentation(row);
}

/** Newest first. */
export async function listSegmentations(
  db: Db,
  { fileId, limit, offset }: { fileId: string; limit: number; offset: number },
): Promise<{ records: SegmentationRecord[]; total: number }> {
  const matching = db<SegmentationRow>('segmentations').where('file_id', fileId);
  const [count] = await matching.clone().count<{ total: number }[]>('id as total');
  const order = [
    { column: 'created_at_ms', order: 'desc' },
    { column: 'id', order: 'desc' },
  ];
  const rows = await matching.clone().orderBy(order).limit(limit).offset(offset);
  return { records: rows.map(toSegmentation), total: count?.total ?? 0 };
}

/** Oldest first. */
export async function unfinishedSegmentations(db: Db): Promise<SegmentationRecord[]> {
  const rows = await db<SegmentationRow>('segmentations')
    .whereIn('status', ['pending', 'processing'])
    .orderBy(['created_at_ms', 'id']);
  return rows.map(toSegmentation);
}

export async function insertSegmentation(tx: Tx, record: SegmentationRecord): Promise<void> {
  await tx<SegmentationRow>('segmentations').insert({
    id: record.id,
    file_id: record.fileId,
    config: JSON.stringify(record.config),
    has_thumbnails: record.hasThumbnails ? 1 : 0,
    status: record.status,
    created_at_ms: record.createdAtMs,
  });
}

/** False when it is no longer there. */
export async function setStatus(tx: Tx, id: string, status: SegmentationRecord['status']): Promise<boolean> {
  return (await tx<SegmentationRow>('segmentations').where('id', id).update({ status })) > 0;
}

/** Its clips go with it. True when there was one. */
export async function removeSegmentation(tx: Tx, id: string): Promise<boolean> {
  return (await tx('segmentations').where('id', id).delete()) > 0;
}

/** Its segmentation goes with it when that has no other. */
export async function remove(tx: Tx, id: string): Promise<void> {
  const clip = await find(tx, id);
  if (!clip) return;
  await tx('clips').where('id', id).delete();
  const { segmentationId } = clip;
  if (segmentationId === undefined) return;
  const other = await tx<ClipRow>('clips').where('segmentation_id', segmentationId).first('id');
  if (!other) await removeSegmentation(tx, segmentationId);
}

export async function removeOfFile(tx: Tx, fileId: string): Promise<void> {
  await tx('segmentations').where('file_id', fileId).delete();
  await tx('clips').where('file_id', fileId).delete();
}

export async function moveAll(tx: Tx, fromFileId: string, toFileId: string): Promise<void> {
  await tx('segmentations').where('file_id', fromFileId).update({ file_id: toFileId });
  await tx('clips').where('file_id', fromFileId).update({ file_id: toFileId });
}

function toClip(row: ClipRow): ClipRecord {
  return {
    id: row.id,
    fileId: row.file_id,
    segmentationId: orUndefined(row.segmentation_id),
    startSeconds: row.start_seconds,
    endSeconds: row.end_seconds,
    metadata: fromJson(row.metadata),
  };
}

function toSegmentation(row: SegmentationRow): SegmentationRecord {
  return {
    id: row.id,
    fileId: row.file_id,
    config: JSON.parse(row.config) as Metadata,
    hasThumbnails: row.has_thumbnails === 1,
    status: row.status,
    createdAtMs: row.created_at_ms,
  };
}
