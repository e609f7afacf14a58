/**
 * For walking through the library by folder, size and length. The folder of a file follows from its path; one wide
 * index answers all that is asked of a folder and what lies below it, also by words, without reading the table.
 */
import type { Migration } from '../migrate.js';

const statements = [
  // With its slash at the end, '' for the media dir itself: what lies below is one range.
  `ALTER TABLE media_files ADD COLUMN folder TEXT GENERATED ALWAYS AS (rtrim(path, replace(path, '/', ''))) VIRTUAL`,
  `CREATE INDEX media_files_by_folder ON media_files
  (folder, created_at_ms, id, display_name, path, size_bytes, duration_seconds, media_type, state, gone_at_ms, withdrawn_at_ms)
  WHERE gone_at_ms IS NULL AND withdrawn_at_ms IS NULL`,
  `CREATE INDEX media_files_by_size ON media_files (size_bytes, id, gone_at_ms, withdrawn_at_ms)
  WHERE gone_at_ms IS NULL AND withdrawn_at_ms IS NULL`,
  `CREATE INDEX media_files_by_duration ON media_files (ifnull(duration_seconds, 0), id, gone_at_ms, withdrawn_at_ms)
  WHERE gone_at_ms IS NULL AND withdrawn_at_ms IS NULL`,
  `CREATE INDEX media_files_failed ON media_files (created_at_ms, id, gone_at_ms, withdrawn_at_ms)
  WHERE state = 'failed' AND gone_at_ms IS NULL AND withdrawn_at_ms IS NULL`,
];

export const folders: Migration = {
  version: 6,
  name: 'folders',
  async up(tx) {
    for (const statement of statements) await tx.raw(statement);
  },
};
