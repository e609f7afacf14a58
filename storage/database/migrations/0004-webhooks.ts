/** Who wants to be told of files, and what is still to be told. */
import type { Migration } from '../migrate.js';

const statements = [
  `CREATE TABLE webhooks (
  id TEXT PRIMARY KEY,
  endpoint TEXT NOT NULL,
  description TEXT,
  secret TEXT NOT NULL,
  is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
  events TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT`,
  `CREATE INDEX webhooks_by_time ON webhooks (created_at_ms, id)`,

  // Delivered or given up: gone. What is here is still to be told.
  `CREATE TABLE webhook_deliveries (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  event TEXT NOT NULL,
  body TEXT NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0,
  due_at_ms INTEGER NOT NULL
) STRICT`,
  `CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, number)`,
  `CREATE INDEX webhook_deliveries_by_due ON webhook_deliveries (due_at_ms, number)`,
];

export const webhooks: Migration = {
  version: 4,
  name: 'webhooks',
  async up(tx) {
    for (const statement of statements) await tx.raw(statement);
  },
};
