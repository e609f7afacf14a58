/** Clips of media files, and the segmentations that most of them come from. Configurations are kept as they were asked. */
import type { Migration } from '../migrate.js';

const statements = [
  `CREATE TABLE segmentations (
  id TEXT PRIMARY KEY,
  file_id TEXT NOT NULL REFERENCES media_files (id) ON DELETE CASCADE,
  config TEXT NOT NULL,
  has_thumbnails INTEGER NOT NULL CHECK (has_thumbnails IN (0, 1)),
  status TEXT NOT NULL CHECK (status IN ('pending', 'processing', 'completed', 'failed')),
  created_at_ms INTEGER NOT NULL
) STRICT`,
  `CREATE INDEX segmentations_by_file ON segmentations (file_id, created_at_ms, id)`,
  `CREATE INDEX segmentations_unfinished ON segmentations (created_at_ms, id)
  WHERE status IN ('pending', 'processing')`,

  `CREATE TABLE clips (
  id TEXT PRIMARY KEY,
  file_id TEXT NOT NULL REFERENCES media_files (id) ON DELETE CASCADE,
  segmentation_id TEXT REFERENCES segmentations (id) ON DELETE CASCADE,
  start_seconds REAL NOT NULL,
  end_seconds REAL NOT NULL,
  metadata TEXT,
  CHECK (start_seconds >= 0 AND start_seconds < end_seconds)
) STRICT`,
  `CREATE INDEX clips_by_file ON clips (file_id, start_seconds, end_seconds, id)`,
  `CREATE INDEX clips_by_segmentation ON clips (segmentation_id, start_seconds, end_seconds, id)`,
];

export const clips: Migration = {
  version: 5,
  name: 'clips',
  async up(tx) {
    for (const statement of statements) await tx.raw(statement);
  },
};
