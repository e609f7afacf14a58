/** The people who may sign in. Knows no session and no request. */
import { isUniqueViolation, rows, type Database, type Tx } from '../../storage/database/index.js';
import type { Clock } from '../base/clock.js';
import { AppError } from '../base/errors.js';
import { createId } from '../base/ids.js';
import type { Credentials, Members, Role, Viewer } from './model.js';
import type { Passwords } from './passwords.js';

/** A viewer of a session: that of an earlier epoch is nobody's. */
export interface SessionOwner extends Viewer {
  sessionEpoch: number;
}

export interface MemberBook extends Members {
  /** Only while there is no member, and only if `isAllowed` still holds then; else undefined. Errors: 'invalid'. */
  addFirst(first: Credentials, isAllowed?: (tx: Tx) => Promise<boolean>): Promise<Viewer | undefined>;
  /** The member with this name and password; takes the same time whether the name exists or not. */
  recognise(credentials: Credentials): Promise<SessionOwner | undefined>;
  /** The owner of a session of this epoch, if it is still theirs. */
  ownerOf(id: string, sessionEpoch: number): Promise<SessionOwner | undefined>;
  /** A new password, if nobody was faster. Errors: 'invalid', 'conflict'. */
  changePassword(owner: SessionOwner, password: string): Promise<SessionOwner>;
  /** Ends all sessions of the member. */
  endSessions(id: string): Promise<void>;
}

const USERNAME = /^[\w.@+-]{1,64}$/;
const SHORTEST_PASSWORD = 8;
const LONGEST_PASSWORD = 256;

export function createMembers(options: { db: Database; clock: Clock; passwords: Passwords }): MemberBook {
  const { db, clock, passwords } = options;

  async function prepare({ username, password }: Credentials, role: Role) {
    checkCredentials({ username, password });
    const passwordHash = await passwords.hash(password);
    return { id: createId(), username, passwordHash, role, sessionEpoch: 0, createdAtMs: clock.now() };
  }

  /** From now on no session of before is the member's, whoever still holds one. Errors: 'not-found'. */
  async function beginEpoch(
    tx: Tx,
    member: rows.people.members.MemberRecord | undefined,
    passwordHash?: string,
  ) {
    if (!member) throw new AppError('not-found', 'There is no such member any more.');
    const changed = {
      ...member,
      passwordHash: passwordHash ?? member.passwordHash,
      sessionEpoch: member.sessionEpoch + 1,
    };
    await rows.people.members.update(tx, changed);
    await rows.people.sessions.removeAllOf(tx, member.id);
    return asOwner(changed);
  }

  return {
    count: () => rows.people.members.count(db.knex),
    async get(id) {
      return asViewer(await rows.people.members.find(db.knex, id));
    },
    async list() {
      const all = await rows.people.members.list(db.knex);
      return all.map((member) => ({ ...asViewer(member)!, createdAtMs: member.createdAtMs }));
    },
    async ownerOf(id, sessionEpoch) {
      const member = await rows.people.members.find(db.knex, id);
      return member?.sessionEpoch === sessionEpoch ? asOwner(member) : undefined;
    },
    async add(credentials, role) {
      const member = await prepare(credentials, role);
      try {
        await db.transaction((tx) => rows.people.members.insert(tx, member));
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        throw new AppError('conflict', `There is a member named ${credentials.username} already.`);
      }
      return asViewer(member)!;
    },
    async addFirst(first, isAllowed = async () => true) {
      const member = await prepare(first, 'admin');
      return db.transaction(async (tx) => {
        if ((await rows.people.members.count(tx)) > 0 || !(await isAllowed(tx))) return undefined;
        await rows.people.members.insert(tx, member);
        return asViewer(member);
      });
    },
    async recognise({ username, password }) {
      if (password.length > LONGEST_PASSWORD) return undefined;
      const member = USERNAME.test(username)
        ? await rows.people.members.findByUsername(db.knex, username)
        : undefined;
      const isRight = await passwords.isRight(password, member?.passwordHash);
      return isRight && member ? asOwner(member) : undefined;
    },
    async resetPassword(id, password) {
      checkPassword(password);
      const passwordHash = await passwords.hash(password);
      await db.transaction(async (tx) =>
        beginEpoch(tx, await rows.people.members.find(tx, id), passwordHash),
      );
    },
    async changePassword({ memberId, sessionEpoch }, password) {
      checkPassword(password);
      const passwordHash = await passwords.hash(password);
      return db.transaction(async (tx) => {
        const member = await rows.people.members.find(tx, memberId);
        if (member?.sessionEpoch === sessionEpoch) return beginEpoch(tx, member, passwordHash);
        throw new AppError(
          'conflict',
          'The password was changed elsewhere at the same moment. Sign in again.',
        );
      });
    },
    async endSessions(id) {
      await db.transaction(async (tx) => beginEpoch(tx, await rows.people.members.find(tx, id)));
    },
    async remove(id) {
      await db.transaction(async (tx) => {
        const member = await rows.people.members.find(tx, id);
        if (!member) throw new AppError('not-found', 'There is no such member any more.');
        if (member.role === 'admin' && (await rows.people.members.count(tx, 'admin')) === 1) {
          throw new AppError('conflict', `${member.username} is the last admin. Add another admin first.`);
        }
        await rows.people.apiKeys.revokeAllOf(tx, id, clock.now());
        await rows.people.members.remove(tx, id);
      });
    },
  };
}

/** Errors: 'invalid', naming what would do. */
function checkCredentials({ username, password }: Credentials): void {
  if (!USERNAME.test(username)) {
    throw new AppError('invalid', 'The user name must be 1 to 64 letters, digits or . _ @ + -');
  }
  checkPassword(password);
}

function checkPassword(password: string): void {
  if (password.length < SHORTEST_PASSWORD || password.length > LONGEST_PASSWORD) {
    throw new AppError(
      'invalid',
      `The password must have ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters.`,
    );
  }
}

function asViewer(member: rows.people.members.MemberRecord | undefined): Viewer | undefined {
  return member && { memberId: member.id, username: member.username, role: member.role };
}

function asOwner(member: rows.people.members.MemberRecord): SessionOwner {
  return { ...asViewer(member)!, sessionEpoch: member.sessionEpoch };
}
