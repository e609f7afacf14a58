/** The people who may sign in. Knows no session and no request. */
import { isUniqueViolation, rows, type Database, type Tx } from '../../storage/database/index.js';
import type { Clock } from '../base/clock.js';
import { AppError } from '../base/errors.js';
import { createId } from '../base/ids.js';
import type { Credentials, Members, Role, Viewer } from './model.js';
import type { Passwords } from './passwords.js';

export interface MemberBook extends Members {
  /** Only while there is no member, and only if `isAllowed` still holds then; else undefined. Errors: 'invalid'. */
  addFirst(first: Credentials, isAllowed?: (tx: Tx) => Promise<boolean>): Promise<Viewer | undefined>;
  /** The member with this name and password; takes the same time whether the name exists or not. */
  recognise(credentials: Credentials): Promise<Viewer | undefined>;
}

const USERNAME = /^[\w.@+-]{1,64}$/;
const SHORTEST_PASSWORD = 8;
const LONGEST_PASSWORD = 256;

export function createMembers(options: { db: Database; clock: Clock; passwords: Passwords }): MemberBook {
  const { db, clock, passwords } = options;

  async function prepare({ username, password }: Credentials, role: Role) {
    checkCredentials({ username, password });
    const passwordHash = await passwords.hash(password);
    return { id: createId(), username, passwordHash, role, createdAtMs: clock.now() };
  }

  return {
    count: () => rows.members.count(db.knex),
    async get(id) {
      return asViewer(await rows.members.find(db.knex, id));
    },
    async add(credentials, role) {
      const member = await prepare(credentials, role);
      try {
        await db.transaction((tx) => rows.members.insert(tx, member));
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        throw new AppError('conflict', `There is a member named ${credentials.username} already.`);
      }
      return asViewer(member)!;
    },
    async addFirst(first, isAllowed = async () => true) {
      const member = await prepare(first, 'admin');
      return db.transaction(async (tx) => {
        if ((await rows.members.count(tx)) > 0 || !(await isAllowed(tx))) return undefined;
        await rows.members.insert(tx, member);
        return asViewer(member);
      });
    },
    async recognise({ username, password }) {
      if (password.length > LONGEST_PASSWORD) return undefined;
      const member = USERNAME.test(username)
        ? await rows.members.findByUsername(db.knex, username)
        : undefined;
      return (await passwords.isRight(password, member?.passwordHash)) ? asViewer(member) : undefined;
    },
  };
}

/** Errors: 'invalid', naming what would do. */
function checkCredentials({ username, password }: Credentials): void {
  if (!USERNAME.test(username)) {
    throw new AppError('invalid', 'The user name must be 1 to 64 letters, digits or . _ @ + -');
  }
  if (password.length < SHORTEST_PASSWORD || password.length > LONGEST_PASSWORD) {
    throw new AppError(
      'invalid',
      `The password must have ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters.`,
    );
  }
}

function asViewer(member: rows.members.MemberRecord | undefined): Viewer | undefined {
  return member && { memberId: member.id, username: member.username, role: member.role };
}
