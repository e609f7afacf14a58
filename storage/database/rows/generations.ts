/** The table `generations`. What was probed and planned is kept as JSON text and never looked into here. */
import type { Db, Tx } from '../database.js';
import { orUndefined } from './columns.js';

export interface GenerationRecord {
  id: string;
  /** Absent when its file is no longer recorded. */
  fileId?: string | undefined;
  sizeBytes: number;
  mtimeMs: number;
  createdAtMs: number;
  infoJson: string;
  planJson: string;
}

interface GenerationRow {
  id: string;
  file_id: string | null;
  size_bytes: number;
  mtime_ms: string;
  created_at_ms: number;
  info: string;
  plan: string;
}

export async function find(db: Db, id: string): Promise<GenerationRecord | undefined> {
  const row = await db<GenerationRow>('generations').where('id', id).first();
  if (!row) return undefined;
  return {
    id: row.id,
    fileId: orUndefined(row.file_id),
    sizeBytes: row.size_bytes,
    mtimeMs: Number(row.mtime_ms),
    createdAtMs: row.created_at_ms,
    infoJson: row.info,
    planJson: row.plan,
  };
}

export async function insert(tx: Tx, record: GenerationRecord): Promise<void> {
  await tx<GenerationRow>('generations').insert({
    id: record.id,
    file_id: record.fileId ?? null,
    size_bytes: record.sizeBytes,
    mtime_ms: String(record.mtimeMs),
    created_at_ms: record.createdAtMs,
    info: record.infoJson,
    plan: record.planJson,
  });
}

/** Oldest first. */
export async function idsOf(db: Db, fileId: string): Promise<string[]> {
  return db('generations').where('file_id', fileId).orderBy(['created_at_ms', 'id']).pluck<string[]>('id');
}

/** The same content has another time of change now. */
export async function setSignature(
  tx: Tx,
  id: string,
  signature: { sizeBytes: number; mtimeMs: number },
): Promise<void> {
  await tx<GenerationRow>('generations')
    .where('id', id)
    .update({ size_bytes: signature.sizeBytes, mtime_ms: String(signature.mtimeMs) });
}

export async function give(tx: Tx, id: string, fileId: string): Promise<void> {
  await tx<GenerationRow>('generations').where('id', id).update({ file_id: fileId });
}

/** Those that are not the published one of a file. */
export async function orphans(db: Db): Promise<string[]> {
  const rows = await db.raw<{ id: string }[]>(
    `SELECT g.id FROM generations g LEFT JOIN media_files f ON f.id = g.file_id WHERE f.generation_id IS NOT g.id`,
  );
  return rows.map((row) => row.id);
}

/** Whether a file shows this generation. */
export async function isPublished(db: Db, id: string): Promise<boolean> {
  return (await db('media_files').where('generation_id', id).first('id')) !== undefined;
}

export async function remove(tx: Tx, id: string): Promise<void> {
  await tx('generations').where('id', id).delete();
}
