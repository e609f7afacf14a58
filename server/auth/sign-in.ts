/**
 * From a name and a password to a session, by passport. A new session id comes with every sign-in, and none is
 * given to those who only look.
 */
import session from 'express-session';
import type { Request, RequestHandler } from 'express';
import passport from 'passport';
import { Strategy } from 'passport-local';
import type { Database } from '../../storage/database/index.js';
import type { Clock } from '../base/clock.js';
import { AppError } from '../base/errors.js';
import type { Attempts } from './attempts.js';
import type { MemberBook, SessionOwner } from './members.js';
import type { Auth, Credentials } from './model.js';
import { SESSION_MS, SessionStore } from './session-store.js';

const COOKIE = 'lanternshare_session';
const ROLLED_EVERY_MS = 24 * 3600 * 1000;

export interface SignInOptions {
  db: Database;
  clock: Clock;
  members: MemberBook;
  attempts: Attempts;
  /** Signs the session cookie; known once auth has started. */
  sessionSecret: () => string;
  /** People reach us by https, whatever the last stretch to us is. */
  isHttps: boolean;
}

type SignIn = Pick<
  Auth,
  'sessionHandlers' | 'signIn' | 'signOut' | 'signOutEverywhere' | 'changePassword' | 'viewer' | 'isStillIn'
>;

export function createSignIn(options: SignInOptions): SignIn {
  const { db, clock, members, attempts, sessionSecret, isHttps } = options;
  const gate = createGate(members);
  const store = new SessionStore({ db, clock });

  /** Once a day the cookie is renewed: who comes back within 30 days stays signed in. */
  const roll: RequestHandler = (req, _res, next) => {
    if (req.user && clock.now() - (req.session.rolledAtMs ?? 0) >= ROLLED_EVERY_MS) {
      req.session.rolledAtMs = clock.now();
    }
    next();
  };

  /** Errors: 'unauthenticated', with this sentence; 'too-many'. */
  async function prove(req: Request, credentials: Credentials, otherwise: string): Promise<SessionOwner> {
    const address = req.ip ?? '';
    await attempts.begin(credentials.username, address);
    const owner = await authenticate(gate, req, credentials);
    if (!owner) throw new AppError('unauthenticated', otherwise);
    await attempts.forgive(credentials.username, address);
    return owner;
  }

  async function beginSession(req: Request, owner: SessionOwner): Promise<void> {
    await promised((done) => req.logIn(owner, done));
    req.session.rolledAtMs = clock.now();
  }

  async function endSession(req: Request): Promise<void> {
    await promised((done) => req.session.destroy(done));
    req.user = undefined;
    req.res?.clearCookie(COOKIE, { path: '/' });
  }

  return {
    sessionHandlers: () => [
      ...(isHttps ? [arriveByHttps] : []),
      lazySession(store, sessionSecret),
      gate.initialize(),
      gate.session(),
      roll,
    ],
    viewer: (req) => ownerIn(req),
    async isStillIn(req) {
      const owner = ownerIn(req);
      if (!owner || !(await store.has(req.sessionID))) return false;
      return (await members.ownerOf(owner.memberId, owner.sessionEpoch)) !== undefined;
    },
    async signIn(req, username, password) {
      const owner = await prove(req, { username, password }, 'The user name or the password is wrong.');
      await beginSession(req, owner);
      return owner;
    },
    signOut: endSession,
    async signOutEverywhere(req) {
      const owner = mustOwn(req);
      await members.endSessions(owner.memberId);
      await endSession(req);
    },
    async changePassword(req, current, next) {
      const { username } = mustOwn(req);
      const owner = await prove(req, { username, password: current }, 'The current password is wrong.');
      await beginSession(req, await members.changePassword(owner, next));
    },
  };
}

const ownerIn = (req: Request): SessionOwner | undefined => req.user as SessionOwner | undefined;

function mustOwn(req: Request): SessionOwner {
  const owner = ownerIn(req);
  if (!owner) throw new AppError('unauthenticated', 'Sign in first.');
  return owner;
}

/** Cookies are Secure where the request is: express-session and ours ask the same property. */
const arriveByHttps: RequestHandler = (req, _res, next) => {
  Object.defineProperty(req, 'secure', { value: true, configurable: true });
  next();
};

function createGate(members: MemberBook): passport.Authenticator {
  const gate = new passport.Passport();
  gate.use(
    new Strategy((username, password, done) => {
      members.recognise({ username, password }).then((owner) => done(null, owner ?? false), done);
    }),
  );
  gate.serializeUser((owner, done) => {
    const { memberId, sessionEpoch } = owner as SessionOwner;
    done(null, { memberId, epoch: sessionEpoch });
  });
  gate.deserializeUser(({ memberId, epoch }: { memberId?: string; epoch?: number }, done) => {
    if (memberId === undefined || epoch === undefined) return done(null, false);
    members.ownerOf(memberId, epoch).then((owner) => done(null, owner ?? false), done);
  });
  return gate;
}

/** express-session wants its secret at once; ours is in the database until auth has started. */
function lazySession(store: SessionStore, sessionSecret: () => string): RequestHandler {
  let handler: RequestHandler | undefined;
  return (req, res, next) => {
    handler ??= session({
      name: COOKIE,
      secret: sessionSecret(),
      store,
      resave: false,
      saveUninitialized: false,
      cookie: { path: '/', httpOnly: true, sameSite: 'lax', secure: 'auto', maxAge: SESSION_MS },
    });
    return handler(req, res, next);
  };
}

/** passport-local reads fields of the request; it gets the two that were given, and nothing of the URL. */
function authenticate(
  gate: passport.Authenticator,
  req: Request,
  credentials: Credentials,
): Promise<SessionOwner | undefined> {
  const asked = Object.create(req, { body: { value: credentials }, query: { value: {} } }) as Request;
  return new Promise((resolve, reject) => {
    const settle = (error: unknown, owner?: SessionOwner | false | null) =>
      error ? reject(error) : resolve(owner || undefined);
    const handler = gate.authenticate('local', { session: false }, settle) as RequestHandler;
    handler(asked, req.res!, reject);
  });
}

function promised(work: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    work((error) => (error ? reject(error) : resolve()));
  });
}
