/** The table `api_keys`. A revoked key stays on record, so that nobody wonders where it went. */
import type { Db, Tx } from '../../database.js';
import { orUndefined } from '../columns.js';

export interface ApiKeyRecord {
  id: string;
  name: string;
  keyHash: string;
  isFixed: boolean;
  /** Who made it; undefined for keys of the appliance itself. */
  memberId?: string | undefined;
  createdAtMs: number;
  lastUsedAtMs?: number | undefined;
  revokedAtMs?: number | undefined;
}

interface ApiKeyRow {
  id: string;
  name: string;
  key_hash: string;
  is_fixed: 0 | 1;
  member_id: string | null;
  created_at_ms: number;
  last_used_at_ms: number | null;
  revoked_at_ms: number | null;
}

/** Newest first. */
export async function list(db: Db): Promise<ApiKeyRecord[]> {
  const rows = await db<ApiKeyRow>('api_keys').orderBy([
    { column: 'created_at_ms', order: 'desc' },
    { column: 'id', order: 'desc' },
  ]);
  return rows.map(toRecord);
}

export async function findByHash(db: Db, keyHash: string): Promise<ApiKeyRecord | undefined> {
  const row = await db<ApiKeyRow>('api_keys').where('key_hash', keyHash).first();
  return row && toRecord(row);
}

export async function find(db: Db, id: string): Promise<ApiKeyRecord | undefined> {
  const row = await db<ApiKeyRow>('api_keys').where('id', id).first();
  return row && toRecord(row);
}

/** Those that are valid. */
export async function countOf(db: Db, memberId: string): Promise<number> {
  const [row] = await db('api_keys')
    .where('member_id', memberId)
    .whereNull('revoked_at_ms')
    .count<{ total: number }[]>('id as total');
  return row?.total ?? 0;
}

export async function isEmpty(db: Db): Promise<boolean> {
  return (await db('api_keys').first('id')) === undefined;
}

export async function insert(tx: Tx, record: ApiKeyRecord): Promise<void> {
  await tx<ApiKeyRow>('api_keys').insert({
    id: record.id,
    name: record.name,
    key_hash: record.keyHash,
    is_fixed: record.isFixed ? 1 : 0,
    member_id: record.memberId ?? null,
    created_at_ms: record.createdAtMs,
  });
}

export async function setLastUsed(tx: Tx, id: string, atMs: number): Promise<void> {
  await tx<ApiKeyRow>('api_keys').where('id', id).update({ last_used_at_ms: atMs });
}

/** True when it was valid until now. */
export async function revoke(tx: Tx, id: string, atMs: number): Promise<boolean> {
  const changed = await tx<ApiKeyRow>('api_keys')
    .where('id', id)
    .whereNull('revoked_at_ms')
    .update({ revoked_at_ms: atMs });
  return changed > 0;
}

export async function revokeAllOf(tx: Tx, memberId: string, atMs: number): Promise<void> {
  await tx<ApiKeyRow>('api_keys')
    .where('member_id', memberId)
    .whereNull('revoked_at_ms')
    .update({ revoked_at_ms: atMs });
}

/** All fixed keys but the one with this hash. */
export async function revokeFixed(tx: Tx, exceptHash: string, atMs: number): Promise<void> {
  await tx<ApiKeyRow>('api_keys')
    .where('is_fixed', 1)
    .whereNot('key_hash', exceptHash)
    .whereNull('revoked_at_ms')
    .update({ revoked_at_ms: atMs });
}

/** The owner has put this key into the settings (again). */
export async function restoreFixed(tx: Tx, id: string): Promise<void> {
  await tx<ApiKeyRow>('api_keys').where('id', id).update({ is_fixed: 1, revoked_at_ms: null });
}

function toRecord(row: ApiKeyRow): ApiKeyRecord {
  return {
    id: row.id,
    name: row.name,
    keyHash: row.key_hash,
    isFixed: row.is_fixed === 1,
    memberId: orUndefined(row.member_id),
    createdAtMs: row.created_at_ms,
    lastUsedAtMs: orUndefined(row.last_used_at_ms),
    revokedAtMs: orUndefined(row.revoked_at_ms),
  };
}
