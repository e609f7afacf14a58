/** The table `webhook_deliveries`: what webhooks are still to be told, oldest first. */
import type { Db, Tx } from '../../database.js';

export interface DeliveryRecord {
  id: string;
  webhookId: string;
  event: string;
  body: string;
  /** How often it was tried in vain. */
  failures: number;
  dueAtMs: number;
}

interface DeliveryRow {
  number: number;
  id: string;
  webhook_id: string;
  event: string;
  body: string;
  failures: number;
  due_at_ms: number;
}

export async function insert(tx: Tx, record: DeliveryRecord): Promise<void> {
  await tx<DeliveryRow>('webhook_deliveries').insert({
    id: record.id,
    webhook_id: record.webhookId,
    event: record.event,
    body: record.body,
    failures: record.failures,
    due_at_ms: record.dueAtMs,
  });
}

/** The one that has waited longest of those for other webhooks than `busyIds`, due or not. */
export async function next(db: Db, busyIds: readonly string[]): Promise<DeliveryRecord | undefined> {
  const row = await db<DeliveryRow>('webhook_deliveries')
    .whereNotIn('webhook_id', busyIds)
    .orderBy(['due_at_ms', 'number'])
    .first();
  return row && toRecord(row);
}

export async function countOf(db: Db, webhookId: string): Promise<number> {
  const matching = db('webhook_deliveries').where('webhook_id', webhookId);
  const [row] = await matching.count<{ total: number }[]>('number as total');
  return row?.total ?? 0;
}

/** Tried in vain: again at `dueAtMs`, and nothing else of the same webhook before `othersAtMs`. */
export async function postpone(
  tx: Tx,
  { id, webhookId, failures }: Pick<DeliveryRecord, 'id' | 'webhookId' | 'failures'>,
  { dueAtMs, othersAtMs }: { dueAtMs: number; othersAtMs: number },
): Promise<void> {
  const table = () => tx<DeliveryRow>('webhook_deliveries');
  await table()
    .where('webhook_id', webhookId)
    .where('due_at_ms', '<', othersAtMs)
    .update('due_at_ms', othersAtMs);
  await table().where('id', id).update({ failures, due_at_ms: dueAtMs });
}

export async function remove(tx: Tx, id: string): Promise<void> {
  await tx('webhook_deliveries').where('id', id).delete();
}

export async function removeAllOf(tx: Tx, webhookId: string): Promise<void> {
  await tx('webhook_deliveries').where('webhook_id', webhookId).delete();
}

/** Keeps the newest `kept` of a webhook. How many were too old. */
export async function removeOldest(tx: Tx, webhookId: string, kept: number): Promise<number> {
  const old = tx<DeliveryRow>('webhook_deliveries')
    .where('webhook_id', webhookId)
    .orderBy('number', 'desc')
    .limit(-1)
    .offset(kept)
    .select('number');
  return tx<DeliveryRow>('webhook_deliveries').whereIn('number', old).delete();
}

function toRecord(row: DeliveryRow): DeliveryRecord {
  return {
    id: row.id,
    webhookId: row.webhook_id,
    event: row.event,
    body: row.body,
    failures: row.failures,
    dueAtMs: row.due_at_ms,
  };
}
