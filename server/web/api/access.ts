/** Who may call the API: an API key, or a signed-in person whose writes carry the CSRF token of their session. */
import type { Request, RequestHandler, Router } from 'express';
import type { Auth } from '../../auth/index.js';
import { AppError, isAppError } from '../../base/errors.js';

export interface ApiAuth {
  keys: Pick<Auth['keys'], 'verify'>;
  sessionHandlers: Auth['sessionHandlers'];
  viewer: Auth['viewer'];
  checkCsrf: Auth['checkCsrf'];
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Adds the check to the router: nothing after it is reached without it. */
export function requireAccess(router: Router, auth: ApiAuth): void {
  const byKey: RequestHandler = async (req, res, next) => {
    const header = req.headers.authorization;
    if (header === undefined) return next();
    const bearer = /^Bearer +([!-~]{1,512})$/i.exec(header)?.[1];
    if (!bearer || !(await auth.keys.verify(bearer))) {
      throw new AppError('unauthenticated', 'The API key is not valid.');
    }
    res.locals['hasKey'] = true;
    next();
  };
  const bySession: RequestHandler = (req, res, next) => {
    if (res.locals['hasKey']) return next();
    if (!auth.viewer(req)) {
      throw new AppError('unauthenticated', 'An API key is needed: Authorization: Bearer <key>.');
    }
    if (!READS.has(req.method)) checkWrite(req);
    next();
  };
  /** Errors: 'forbidden', in words for programs. */
  function checkWrite(req: Request): void {
    try {
      auth.checkCsrf(req, req.headers['x-csrf-token']);
    } catch (cause) {
      if (!isAppError(cause, 'forbidden')) throw cause;
      const sentence = 'With a session, X-CSRF-Token must hold its CSRF token; an API key needs none.';
      throw new AppError('forbidden', sentence, { cause });
    }
  }
  const sessions = auth.sessionHandlers().map<RequestHandler>((handler) => (req, res, next) => {
    if (res.locals['hasKey']) next();
    else void handler(req, res, next);
  });
  router.use(byKey, ...sessions, bySession);
}
