/** The table `members`. User names differ by more than case. */
import type { Db, Tx } from '../database.js';

export interface MemberRecord {
  id: string;
  username: string;
  passwordHash: string;
  role: 'admin' | 'member';
  createdAtMs: number;
}

interface MemberRow {
  id: string;
  username: string;
  password_hash: string;
  role: MemberRecord['role'];
  created_at_ms: number;
}

export async function count(db: Db): Promise<number> {
  const [row] = await db('members').count<{ total: number }[]>('id as total');
  return row?.total ?? 0;
}

export async function find(db: Db, id: string): Promise<MemberRecord | undefined> {
  const row = await db<MemberRow>('members').where('id', id).first();
  return row && toRecord(row);
}

export async function findByUsername(db: Db, username: string): Promise<MemberRecord | undefined> {
  const row = await db<MemberRow>('members').where('username', username).first();
  return row && toRecord(row);
}

export async function insert(tx: Tx, record: MemberRecord): Promise<void> {
  await tx<MemberRow>('members').insert({
    id: record.id,
    username: record.username,
    password_hash: record.passwordHash,
    role: record.role,
    created_at_ms: record.createdAtMs,
  });
}

function toRecord(row: MemberRow): MemberRecord {
  return {
    id: row.id,
    username: row.username,
    passwordHash: row.password_hash,
    role: row.role,
    createdAtMs: row.created_at_ms,
  };
}
