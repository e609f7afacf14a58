/**
 * Files that people took out of the library while they stay in the media folder. The lists of what is shown leave
 * them out by their indexes.
 */
import type { Migration } from '../migrate.js';

const statements = [
  'ALTER TABLE media_files ADD COLUMN withdrawn_at_ms INTEGER',
  'DROP INDEX media_files_unfinished',
  'DROP INDEX media_files_by_time',
  'DROP INDEX media_files_by_name',
  `CREATE INDEX media_files_unfinished ON media_files (created_at_ms, id, state, gone_at_ms, withdrawn_at_ms)
  WHERE state IN ('pending', 'processing') AND gone_at_ms IS NULL AND withdrawn_at_ms IS NULL`,
  `CREATE INDEX media_files_by_time ON media_files (created_at_ms, id, state, gone_at_ms, withdrawn_at_ms)
  WHERE gone_at_ms IS NULL AND withdrawn_at_ms IS NULL`,
  `CREATE INDEX media_files_by_name
  ON media_files (display_name COLLATE NOCASE, id, state, created_at_ms, gone_at_ms, withdrawn_at_ms)
  WHERE gone_at_ms IS NULL AND withdrawn_at_ms IS NULL`,
  `CREATE INDEX media_files_withdrawn ON media_files (created_at_ms, id) WHERE withdrawn_at_ms IS NOT NULL`,
];

export const withdrawnFiles: Migration = {
  version: 3,
  name: 'withdrawn-files',
  async up(tx) {
    for (const statement of statements) await tx.raw(statement);
  },
};
