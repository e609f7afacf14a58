/** A row of the table `shares` with the times of its clip, and back to a plain object. */
import type { Db } from '../database.js';
import { fromJson, orUndefined, type Metadata } from './columns.js';

export interface ShareRecord {
  id: string;
  fileId: string;
  /** The clip of the file, where only that is shared. Its times cannot change. */
  segment?: { id: string; startSeconds: number; endSeconds: number } | undefined;
  title?: string | undefined;
  description?: string | undefined;
  metadata?: Metadata | undefined;
  visibility: 'public' | 'private';
  linkPreview: 'none' | 'full' | 'player';
  epoch: number;
  createdAtMs: number;
  /** Its hash never leaves this module but by `findPasswordHash`. */
  hasPassword?: boolean;
  expiresAtMs?: number | undefined;
  maxViews?: number | undefined;
  viewCount?: number;
  isStreamOnly?: boolean;
  allowedOrigins?: readonly string[] | undefined;
}

export interface ShareRow {
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
  password_hash: string | null;
  expires_at_ms: number | null;
  max_views: number | null;
  view_count: number;
  is_stream_only: number;
  allowed_origins: string | null;
}

/** With its clip's times. */
export type FoundRow = ShareRow & { start_seconds: number | null; end_seconds: number | null };

export function withClip(db: Db) {
  return db('shares')
    .leftJoin('clips', 'clips.id', 'shares.file_segment_id')
    .select<FoundRow[]>('shares.*', 'clips.start_seconds', 'clips.end_seconds');
}

export function toRecord(row: FoundRow): ShareRecord {
  return {
    id: row.id,
    fileId: row.file_id,
    segment: toSegment(row),
    title: orUndefined(row.title),
    description: orUndefined(row.description),
    metadata: fromJson(row.metadata),
    visibility: row.visibility,
    linkPreview: row.link_preview,
    epoch: row.epoch,
    createdAtMs: row.created_at_ms,
    hasPassword: row.password_hash !== null,
    expiresAtMs: orUndefined(row.expires_at_ms),
    maxViews: orUndefined(row.max_views),
    viewCount: row.view_count,
    isStreamOnly: row.is_stream_only === 1,
    allowedOrigins: row.allowed_origins === null ? undefined : (JSON.parse(row.allowed_origins) as string[]),
  };
}

export function toSegment({
  file_segment_id: id,
  start_seconds,
  end_seconds,
}: FoundRow): ShareRecord['segment'] {
  return id === null ? undefined : { id, startSeconds: start_seconds!, endSeconds: end_seconds! };
}
