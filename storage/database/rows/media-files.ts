/** The table `media_files`: one record at a time, and many new ones at once. */
import type { Db, Tx } from '../database.js';
import { fromJson, inGroups, orUndefined, toJson, type Metadata } from './columns.js';

export interface MediaFileRecord {
  id: string;
  path: string;
  device: number;
  inode: number;
  sizeBytes: number;
  mtimeMs: number;
  displayName: string;
  source: 'video' | 'upload';
  state: 'pending' | 'processing' | 'published' | 'failed';
  mediaType: 'video' | 'audio';
  error?: string | undefined;
  errorDetail?: string | undefined;
  fingerprint?: string | undefined;
  generationId?: string | undefined;
  metadata?: Metadata | undefined;
  durationSeconds?: number | undefined;
  createdAtMs: number;
  updatedAtMs: number;
  goneAtMs?: number | undefined;
  withdrawnAtMs?: number | undefined;
}

export interface MediaFileRow {
  id: string;
  path: string;
  device: string;
  inode: string;
  size_bytes: number;
  mtime_ms: string;
  display_name: string;
  source: MediaFileRecord['source'];
  state: MediaFileRecord['state'];
  media_type: MediaFileRecord['mediaType'];
  error: string | null;
  error_detail: string | null;
  fingerprint: string | null;
  generation_id: string | null;
  metadata: string | null;
  duration_seconds: number | null;
  created_at_ms: number;
  updated_at_ms: number;
  gone_at_ms: number | null;
  withdrawn_at_ms: number | null;
}

const ROWS_PER_INSERT = 500;

export async function find(db: Db, id: string): Promise<MediaFileRecord | undefined> {
  const row = await db<MediaFileRow>('media_files').where('id', id).first();
  return row && toRecord(row);
}

/** The record whose file is in this place now. */
export async function findAtPath(db: Db, path: string): Promise<MediaFileRecord | undefined> {
  const row = await db<MediaFileRow>('media_files').where('path', path).whereNull('gone_at_ms').first();
  return row && toRecord(row);
}

export async function insertMany(tx: Tx, records: readonly MediaFileRecord[]): Promise<void> {
  for (const group of inGroups(records, ROWS_PER_INSERT)) {
    const made = group.map(toRow);
    const columns = Object.keys(made[0]!) as (keyof MediaFileRow)[];
    const values = made.map((row) => columns.map((column) => row[column]));
    const picks = columns.map((_, at) => `value ->> ${at}`);
    await tx.raw(`INSERT INTO media_files (${columns.join()}) SELECT ${picks.join()} FROM json_each(?)`, [
      JSON.stringify(values),
    ]);
  }
}

/** Writes the whole record. */
export async function update(tx: Tx, record: MediaFileRecord): Promise<void> {
  await tx<MediaFileRow>('media_files').where('id', record.id).update(toRow(record));
}

/** Its shares go with it; its generations stay, as nobody's. */
export async function remove(tx: Tx, id: string): Promise<void> {
  await tx('media_files').where('id', id).delete();
}

export function toRecord(row: MediaFileRow): MediaFileRecord {
  return {
    id: row.id,
    path: row.path,
    device: Number(row.device),
    inode: Number(row.inode),
    sizeBytes: row.size_bytes,
    mtimeMs: Number(row.mtime_ms),
    displayName: row.display_name,
    source: row.source,
    state: row.state,
    mediaType: row.media_type,
    error: orUndefined(row.error),
    errorDetail: orUndefined(row.error_detail),
    fingerprint: orUndefined(row.fingerprint),
    generationId: orUndefined(row.generation_id),
    metadata: fromJson(row.metadata),
    durationSeconds: orUndefined(row.duration_seconds),
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    goneAtMs: orUndefined(row.gone_at_ms),
    withdrawnAtMs: orUndefined(row.withdrawn_at_ms),
  };
}

function toRow(record: MediaFileRecord): MediaFileRow {
  return {
    id: record.id,
    path: record.path,
    device: String(record.device),
    inode: String(record.inode),
    size_bytes: record.sizeBytes,
    mtime_ms: String(record.mtimeMs),
    display_name: record.displayName,
    source: record.source,
    state: record.state,
    media_type: record.mediaType,
    error: record.error ?? null,
    error_detail: record.errorDetail ?? null,
    fingerprint: record.fingerprint ?? null,
    generation_id: record.generationId ?? null,
    metadata: toJson(record.metadata),
    duration_seconds: record.durationSeconds ?? null,
    created_at_ms: record.createdAtMs,
    updated_at_ms: record.updatedAtMs,
    gone_at_ms: record.goneAtMs ?? null,
    withdrawn_at_ms: record.withdrawnAtMs ?? null,
  };
}
