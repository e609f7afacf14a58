/** The table `webhooks`. Their secrets are kept as they are: each delivery is signed with one. */
import type { Db, Tx } from '../../database.js';
import { orUndefined } from '../columns.js';

export interface WebhookRecord {
  id: string;
  endpoint: string;
  description?: string | undefined;
  secret: string;
  isActive: boolean;
  events: string[];
  createdAtMs: number;
}

interface WebhookRow {
  id: string;
  endpoint: string;
  description: string | null;
  secret: string;
  is_active: 0 | 1;
  events: string;
  created_at_ms: number;
}

export async function find(db: Db, id: string): Promise<WebhookRecord | undefined> {
  const row = await db<WebhookRow>('webhooks').where('id', id).first();
  return row && toRecord(row);
}

export async function list(
  db: Db,
  { sort, limit, offset }: { sort: 'asc' | 'desc'; limit: number; offset: number },
): Promise<{ records: WebhookRecord[]; total: number }> {
  const order = ['created_at_ms', 'id'].map((column) => ({ column, order: sort }));
  const rows = await db<WebhookRow>('webhooks').orderBy(order).limit(limit).offset(offset);
  return { records: rows.map(toRecord), total: await count(db) };
}

export async function listActive(db: Db): Promise<WebhookRecord[]> {
  return (await db<WebhookRow>('webhooks').where('is_active', 1).orderBy('id')).map(toRecord);
}

export async function count(db: Db): Promise<number> {
  const [row] = await db('webhooks').count<{ total: number }[]>('id as total');
  return row?.total ?? 0;
}

export async function insert(tx: Tx, record: WebhookRecord): Promise<void> {
  await tx<WebhookRow>('webhooks').insert(toRow(record));
}

export async function update(tx: Tx, record: WebhookRecord): Promise<void> {
  await tx<WebhookRow>('webhooks').where('id', record.id).update(toRow(record));
}

/** True when there was one. Takes what it was still to be told along. */
export async function remove(tx: Tx, id: string): Promise<boolean> {
  return (await tx('webhooks').where('id', id).delete()) > 0;
}

function toRow(record: WebhookRecord): WebhookRow {
  return {
    id: record.id,
    endpoint: record.endpoint,
    description: record.description ?? null,
    secret: record.secret,
    is_active: record.isActive ? 1 : 0,
    events: JSON.stringify(record.events),
    created_at_ms: record.createdAtMs,
  };
}

function toRecord(row: WebhookRow): WebhookRecord {
  return {
    id: row.id,
    endpoint: row.endpoint,
    description: orUndefined(row.description),
    secret: row.secret,
    isActive: row.is_active === 1,
    events: JSON.parse(row.events) as string[],
    createdAtMs: row.created_at_ms,
  };
}
