/** The table `members`. User names differ by more than case. */
import type { Db, Tx } from '../../database.js';

export interface MemberRecord {
  id: string;
  username: string;
  passwordHash: string;
  role: 'admin' | 'member';
  /** Sessions of an earlier epoch are over. */
  sessionEpoch: number;
  createdAtMs: number;
}

interface MemberRow {
  id: string;
  username: string;
  password_hash: string;
  role: MemberRecord['role'];
  session_epoch: number;
  created_at_ms: number;
}

export async function count(db: Db, role?: MemberRecord['role']): Promise<number> {
  const matching = role === undefined ? db('members') : db('members').where('role', role);
  const [row] = await matching.count<{ total: number }[]>('id as total');
  return row?.total ?? 0;
}

/** Oldest first. */
export async function list(db: Db): Promise<MemberRecord[]> {
  return (await db<MemberRow>('members').orderBy(['created_at_ms', 'id'])).map(toRecord);
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
    session_epoch: record.sessionEpoch,
    created_at_ms: record.createdAtMs,
  });
}

export async function update(tx: Tx, record: MemberRecord): Promise<void> {
  await tx<MemberRow>('members').where('id', record.id).update({
    password_hash: record.passwordHash,
    role: record.role,
    session_epoch: record.sessionEpoch,
  });
}

/** Takes the member's sessions along. */
export async function remove(tx: Tx, id: string): Promise<void> {
  await tx('members').where('id', id).delete();
}

function toRecord(row: MemberRow): MemberRecord {
  return {
    id: row.id,
    username: row.username,
    passwordHash: row.password_hash,
    role: row.role,
    sessionEpoch: row.session_epoch,
    createdAtMs: row.created_at_ms,
  };
}
