/**
 * Where express-session keeps sessions: in the database, under the hash of their id. The end of a session is
 * by our clock and is set anew by every save.
 */
import session, { type SessionData } from 'express-session';
import { LRUCache } from 'lru-cache';
import { rows, type Database } from '../../storage/database/index.js';
import type { Clock } from '../base/clock.js';
import { hashSecret } from '../base/ids.js';

export const SESSION_MS = 30 * 24 * 3600 * 1000;

const ENDED_REMEMBERED = 1000;

declare module 'express-session' {
  interface SessionData {
    /** Passport's: the member who signed in, and the epoch of their sessions at that moment. */
    passport?: { user?: { memberId: string; epoch: number } };
    /** When its cookie was last renewed. */
    rolledAtMs?: number;
  }
}

type Done<T = void> = (error: unknown, result?: T) => void;

/** express-session demands a subclass of its Store. It has no `touch`: reading a page writes nothing. */
export class SessionStore extends session.Store {
  readonly #db: Database;
  readonly #clock: Clock;
  /** A request that was under way at sign-out must not bring its session back by saving it. */
  readonly #ended = new LRUCache<string, true>({ max: ENDED_REMEMBERED });

  constructor({ db, clock }: { db: Database; clock: Clock }) {
    super();
    this.#db = db;
    this.#clock = clock;
  }

  override get(id: string, done: Done<SessionData | null>): void {
    answer(this.#read(id), done);
  }

  override set(id: string, data: SessionData, done: Done = () => {}): void {
    const idHash = hashSecret(id);
    const memberId = data.passport?.user?.memberId;
    const record = {
      idHash,
      memberId,
      dataJson: JSON.stringify(data),
      expiresAtMs: this.#clock.now() + SESSION_MS,
    };
    const write = this.#db.transaction(async (tx) => {
      if (this.#ended.has(idHash)) return;
      // The member was removed while this request was under way.
      if (memberId !== undefined && !(await rows.people.members.find(tx, memberId))) return;
      await rows.people.sessions.put(tx, record);
    });
    answer(write, done);
  }

  override destroy(id: string, done: Done = () => {}): void {
    const idHash = hashSecret(id);
    this.#ended.set(idHash, true);
    answer(
      this.#db.transaction((tx) => rows.people.sessions.remove(tx, idHash)),
      done,
    );
  }

  async has(id: string): Promise<boolean> {
    return (await this.#read(id)) !== null;
  }

  async #read(id: string): Promise<SessionData | null> {
    const record = await rows.people.sessions.find(this.#db.knex, hashSecret(id));
    if (!record || record.expiresAtMs <= this.#clock.now()) return null;
    return JSON.parse(record.dataJson) as SessionData;
  }
}

/** Outside of the promise, so that an error in what follows is not taken for one of the store. */
function answer<T>(work: Promise<T>, done: Done<T>): void {
  work.then(
    (result) => process.nextTick(done, null, result),
    (error: unknown) => process.nextTick(done, error),
  );
}
