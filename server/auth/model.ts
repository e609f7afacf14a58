/** The words of who may come in: members, sessions, API keys, and the verbs. Plain data; express only as types. */
import type { Request, RequestHandler } from 'express';

export type Role = 'admin' | 'member';

export interface Viewer {
  memberId: string;
  username: string;
  role: Role;
}

/** A viewer as others see them in a list. */
export interface Member extends Viewer {
  createdAtMs: number;
}

export interface Credentials {
  username: string;
  password: string;
}

/** The one-time road to the first member. */
export interface Setup {
  /** A new token; the one before is dead. undefined once a member exists. */
  begin(): Promise<string | undefined>;
  /** True while there is no member. */
  isOpen(): Promise<boolean>;
  /** Whether `redeem` would take this token now, for showing the form. */
  accepts(token: string): Promise<boolean>;
  /** Errors: 'not-found' (wrong or used token), 'invalid' (user name or password not usable). */
  redeem(token: string, first: Credentials): Promise<Viewer>;
}

export interface ApiKey {
  id: string;
  name: string;
  /** Comes from the settings, not from people. */
  isFixed: boolean;
  /** Who made it; undefined for keys of the appliance itself and of the shell. */
  memberId?: string | undefined;
  createdAtMs: number;
  lastUsedAtMs?: number | undefined;
  revokedAtMs?: number | undefined;
}

export interface Keys {
  /**
   * The key is told here only; it ends with its member. Errors: 'invalid' (name empty or longer than 100),
   * 'conflict' (the member has too many).
   */
  create(name: string, memberId?: string): Promise<{ id: string; key: string }>;
  /** `bearer` is the key itself, without the word Bearer. */
  verify(bearer: string): Promise<{ id: string; name: string } | undefined>;
  /** Newest first, revoked ones too; with a member only theirs. */
  list(memberId?: string): Promise<ApiKey[]>;
  /** With a member only if it is theirs. Errors: 'not-found'. */
  revoke(id: string, memberId?: string): Promise<void>;
  /** The key of the settings is the only fixed one; undefined revokes what was fixed before. */
  ensureFixed(key: string | undefined): Promise<void>;
  /** Makes the first key when there never was one. */
  ensureFirst(): Promise<string | undefined>;
}

export interface Members {
  count(): Promise<number>;
  get(id: string): Promise<Viewer | undefined>;
  /** Oldest first. */
  list(): Promise<Member[]>;
  /** Errors: 'invalid', 'conflict' (user name taken). */
  add(credentials: Credentials, role: Role): Promise<Viewer>;
  /** Ends all sessions of the member. Errors: 'not-found', 'invalid'. */
  resetPassword(id: string, password: string): Promise<void>;
  /** Ends the member's sessions and revokes their keys. Errors: 'not-found', 'conflict' (the last admin). */
  remove(id: string): Promise<void>;
}

export interface Auth {
  setup: Setup;
  keys: Keys;
  members: Members;
  /** Session, then who it belongs to; in this order, before any page. */
  sessionHandlers(): RequestHandler[];
  /** Errors: 'unauthenticated', 'too-many'. */
  signIn(req: Request, username: string, password: string): Promise<Viewer>;
  signOut(req: Request): Promise<void>;
  /** This session and all others of the viewer. */
  signOutEverywhere(req: Request): Promise<void>;
  /** Ends all other sessions of the viewer. Errors: 'unauthenticated' (wrong password), 'too-many', 'invalid'. */
  changePassword(req: Request, current: string, next: string): Promise<void>;
  viewer(req: Request): Viewer | undefined;
  /** For requests that last: false once the session has ended, here or elsewhere. */
  isStillIn(req: Request): Promise<boolean>;
  /** For a form or header of this visitor. Before sign-in it sets a cookie, so ask only when a form is shown. */
  csrfToken(req: Request): string;
  /** Errors: 'forbidden'. */
  checkCsrf(req: Request, given: unknown): void;
  /** First member and fixed key from the settings; from then on expired sessions are removed. */
  start(): Promise<void>;
  close(): Promise<void>;
}
