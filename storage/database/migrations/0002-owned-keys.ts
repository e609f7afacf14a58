/** Keys belong to who made them; a member's sessions can be ended all at once. */
import type { Migration } from '../migrate.js';

const statements = [
  // A session carries the epoch of its beginning and is nobody's once the member's has moved on.
  `ALTER TABLE members ADD COLUMN session_epoch INTEGER NOT NULL DEFAULT 0`,
  // NULL: made by the appliance, by the settings or from the shell.
  `ALTER TABLE api_keys ADD COLUMN member_id TEXT REFERENCES members (id) ON DELETE SET NULL`,
  `CREATE INDEX api_keys_by_member ON api_keys (member_id)`,
];

export const ownedKeys: Migration = {
  version: 2,
  name: 'owned-keys',
  async up(tx) {
    for (const statement of statements) await tx.raw(statement);
  },
};
