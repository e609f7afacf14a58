/** What an owner may say of a link: password, end, number of views, no download, where it may be embedded. */
import type { Migration } from '../migrate.js';

const statements = [
  'ALTER TABLE shares ADD COLUMN password_hash TEXT',
  'ALTER TABLE shares ADD COLUMN expires_at_ms INTEGER',
  'ALTER TABLE shares ADD COLUMN max_views INTEGER',
  'ALTER TABLE shares ADD COLUMN view_count INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE shares ADD COLUMN is_stream_only INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE shares ADD COLUMN allowed_origins TEXT',
];

export const shareControls: Migration = {
  version: 8,
  name: 'share-controls',
  async up(tx) {
    for (const statement of statements) await tx.raw(statement);
  },
};
