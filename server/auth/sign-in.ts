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
import type { MemberBook } from './members.js';
import type { Auth, Credentials, Viewer } from './model.js';
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
}

export function createSignIn(
  options: SignInOptions,
): Pick<Auth, 'sessionHandlers' | 'signIn' | 'signOut' | 'viewer'> {
  const { db, clock, members, attempts, sessionSecret } = options;
  const gate = createGate(members);
  const store = new SessionStore({ db, clock });

  /** Once a day the cookie is renewed: who comes back within 30 days stays signed in. */
  const roll: RequestHandler = (req, _res, next) => {
    if (req.user && clock.now() - (req.session.rolledAtMs ?? 0) >= ROLLED_EVERY_MS) {
      req.session.rolledAtMs = clock.now();
    }
    next();
  };

  return {
    sessionHandlers: () => [lazySession(store, sessionSecret), gate.initialize(), gate.session(), roll],
    viewer: (req) => req.user as Viewer | undefined,
    async signIn(req, username, password) {
      const address = req.ip ?? '';
      await attempts.begin(username, address);
      const viewer = await authenticate(gate, req, { username, password });
      if (!viewer) throw new AppError('unauthenticated', 'The user name or the password is wrong.');
      await attempts.forgive(username, address);
      await promised((done) => req.logIn(viewer, done));
      req.session.rolledAtMs = clock.now();
      return viewer;
    },
    async signOut(req) {
      await promised((done) => req.session.destroy(done));
      req.user = undefined;
      req.res?.clearCookie(COOKIE, { path: '/' });
    },
  };
}

function createGate(members: MemberBook): passport.Authenticator {
  const gate = new passport.Passport();
  gate.use(
    new Strategy((username, password, done) => {
      members.recognise({ username, password }).then((viewer) => done(null, viewer ?? false), done);
    }),
  );
  gate.serializeUser((viewer, done) => done(null, (viewer as Viewer).memberId));
  gate.deserializeUser((memberId: string, done) => {
    members.get(memberId).then((viewer) => done(null, viewer ?? false), done);
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
): Promise<Viewer | undefined> {
  const asked = Object.create(req, { body: { value: credentials }, query: { value: {} } }) as Request;
  return new Promise((resolve, reject) => {
    const settle = (error: unknown, viewer?: Viewer | false | null) =>
      error ? reject(error) : resolve(viewer || undefined);
    const handler = gate.authenticate('local', { session: false }, settle) as RequestHandler;
    handler(asked, req.res!, reject);
  });
}

function promised(work: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    work((error) => (error ? reject(error) : resolve()));
  });
}
