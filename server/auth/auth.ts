/**
 * Who may come in: people by name and password, programs by key. Puts the parts together and keeps the two
 * things that outlive a request: the secret of the session cookie and the removal of what has expired.
 */
import { rows, type Database } from '../../storage/database/index.js';
import type { Clock } from '../base/clock.js';
import { createSecret } from '../base/ids.js';
import type { Log } from '../base/log.js';
import { createAttempts } from './attempts.js';
import { createCsrf } from './csrf.js';
import { createKeys } from './keys.js';
import { createMembers } from './members.js';
import type { Auth, Credentials } from './model.js';
import { createPasswords } from './passwords.js';
import { createSetup } from './setup.js';
import { createSignIn } from './sign-in.js';

const SECRET_SETTING = 'session_secret';
const SWEPT_EVERY_MS = 6 * 3600 * 1000;

export interface AuthOptions {
  db: Database;
  clock: Clock;
  log: Log;
  /** Becomes the first member when there is none. */
  admin?: Credentials | undefined;
  /** The fixed API key. */
  apiKey?: string | undefined;
  /** BASE_URL begins with https: cookies are Secure even where a proxy hands the request on in plain. */
  isHttps?: boolean;
}

export function createAuth({ db, clock, log, admin, apiKey, isHttps = false }: AuthOptions): Auth {
  const members = createMembers({ db, clock, passwords: createPasswords() });
  const setup = createSetup({ db, members });
  const keys = createKeys({ db, clock, log });
  let secret: string | undefined;
  let cancelSweep = () => {};
  let sweeping: Promise<void> | undefined;

  const signIn = createSignIn({
    db,
    clock,
    members,
    attempts: createAttempts(),
    sessionSecret() {
      if (secret === undefined) throw new Error('sessions were asked for before auth had started');
      return secret;
    },
    isHttps,
  });
  const csrf = createCsrf({ isMember: (req) => signIn.viewer(req) !== undefined });

  async function addAdmin({ username, password }: Credentials) {
    const first = await members.addFirst({ username, password });
    if (first) log.info({ username }, 'first member made from the settings');
    else log.debug({ username }, 'ADMIN_USERNAME is not used any more: there is a member');
  }

  async function remove(memberId: string) {
    await members.remove(memberId);
    keys.forget();
  }

  async function sweep() {
    try {
      const removed = await db.transaction((tx) => rows.people.sessions.removeExpired(tx, clock.now()));
      if (removed > 0) log.debug({ removed }, 'expired sessions removed');
    } catch (error) {
      log.warn({ err: error }, 'expired sessions could not be removed');
    }
    cancelSweep = clock.after(SWEPT_EVERY_MS, () => void (sweeping = sweep()));
  }

  return {
    setup,
    keys,
    members: { ...members, remove },
    ...signIn,
    csrfToken: (req) => csrf.token(req),
    checkCsrf: (req, given) => csrf.check(req, given),
    async start() {
      secret = await ensureSecret(db);
      if (admin && (await setup.isOpen())) await addAdmin(admin);
      await keys.ensureFixed(apiKey);
      await (sweeping = sweep());
    },
    async close() {
      await sweeping;
      cancelSweep();
    },
  };
}

function ensureSecret(db: Database): Promise<string> {
  return db.transaction(async (tx) => {
    const present = await rows.settings.get(tx, SECRET_SETTING);
    if (present !== undefined) return present;
    const made = createSecret();
    await rows.settings.set(tx, SECRET_SETTING, made);
    return made;
  });
}
