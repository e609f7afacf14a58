import type { Knex } from 'knex';
import type { Log } from '../../server/base/log.js';

export type Db = Knex;
export type Tx = Knex.Transaction;

export interface Database {
  /** For reading only; a write through it is refused by the database. */
  knex: Db;
  /** Writes happen here, one transaction after the other. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Errors: AppError with one sentence for the operator. */
export async function openDatabase(_options: { file: string; log: Log }): Promise<Database> {
  throw new Error('being written');
}
