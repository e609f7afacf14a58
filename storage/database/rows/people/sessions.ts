/** The table `sessions`. Only hashes of session ids are kept: who reads the table cannot sign in with it. */
import type { Db, Tx } from '../../database.js';
import { orUndefined } from '../columns.js';

export interface SessionRecord {
  idHash: string;
  memberId?: string | undefined;
  dataJson: string;
  expiresAtMs: number;
}

interface SessionRow {
  id_hash: string;
  member_id: string | null;
  data: string;
  expires_at_ms: number;
}

export async function find(db: Db, idHash: string): Promise<SessionRecord | undefined> {
  const row = await db<SessionRow>('sessions').where('id_hash', idHash).first();
  return (
    row && {
      idHash: row.id_hash,
      memberId: orUndefined(row.member_id),
      dataJson: row.data,
      expiresAtMs: row.expires_at_ms,
    }
  );
}

export async function put(tx: Tx, record: SessionRecord): Promise<void> {
  await tx<SessionRow>('sessions')
    .insert({
      id_hash: record.idHash,
      member_id: record.memberId ?? null,
      data: record.dataJson,
      expires_at_ms: record.expiresAtMs,
    })
    .onConflict('id_hash')
    .merge();
}

export async function remove(tx: Tx, idHash: string): Promise<void> {
  await tx('sessions').where('id_hash', idHash).delete();
}

export async function removeAllOf(tx: Tx, memberId: string): Promise<void> {
  await tx('sessions').where('member_id', memberId).delete();
}

/** How many there were. */
export async function removeExpired(tx: Tx, nowMs: number): Promise<number> {
  return tx('sessions').where('expires_at_ms', '<=', nowMs).delete();
}
