/** Shares of clips: at most one of each visibility, and it goes with its clip. No share had a clip before. */
import type { Migration } from '../migrate.js';

const statements = [
  'DROP INDEX shares_active',
  'ALTER TABLE shares DROP COLUMN file_segment_id',
  'ALTER TABLE shares ADD COLUMN file_segment_id TEXT REFERENCES clips (id) ON DELETE CASCADE',
  `CREATE UNIQUE INDEX shares_active ON shares (file_id, visibility)
  WHERE file_segment_id IS NULL AND merged_at_ms IS NULL`,
  `CREATE UNIQUE INDEX shares_of_clip ON shares (file_segment_id, visibility)
  WHERE file_segment_id IS NOT NULL`,
];

export const sharedClips: Migration = {
  version: 7,
  name: 'shared-clips',
  async up(tx) {
    for (const statement of statements) await tx.raw(statement);
  },
};
