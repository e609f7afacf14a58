/**
 * Proof that a form was shown by us. For a member it follows from the session; for a visitor, who has none, from
 * a cookie of its own that is set when a form is shown and not before.
 */
import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { AppError } from '../base/errors.js';
import { createSecret, isSameSecret } from '../base/ids.js';

export interface Csrf {
  token(req: Request): string;
  /** Errors: 'forbidden'. */
  check(req: Request, given: unknown): void;
}

const COOKIE = 'lanternshare_form';
const IN_HEADER = new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]{43})(?:;|$)`);

export function createCsrf({ isMember }: { isMember: (req: Request) => boolean }): Csrf {
  /** Two forms on one page get one cookie. */
  const justSet = new WeakMap<Request, string>();

  function visitorSecret(req: Request): string | undefined {
    return justSet.get(req) ?? IN_HEADER.exec(req.headers.cookie ?? '')?.[1];
  }

  function giveCookie(req: Request): string {
    const secret = createSecret(32);
    req.res?.cookie(COOKIE, secret, { httpOnly: true, sameSite: 'lax', secure: req.secure, path: '/' });
    justSet.set(req, secret);
    return secret;
  }

  return {
    token: (req) =>
      isMember(req)
        ? derive('member', req.sessionID)
        : derive('visitor', visitorSecret(req) ?? giveCookie(req)),
    check(req, given) {
      const secret = isMember(req) ? req.sessionID : visitorSecret(req);
      const expected = secret && derive(isMember(req) ? 'member' : 'visitor', secret);
      if (expected && typeof given === 'string' && isSameSecret(given, expected)) return;
      throw new AppError(
        'forbidden',
        'This form is out of date. Load the page again and repeat what you did; this site needs its cookies.',
      );
    },
  };
}

const derive = (whose: 'member' | 'visitor', secret: string): string =>
  createHash('sha256').update(`csrf ${whose} ${secret}`).digest('base64url');
