/**
 * What the forms of lists have in common: only members send them, with the token of their session, of as many ids
 * as a page holds. Knows no noun.
 */
import { urlencoded, type Request, type Response, type Router } from 'express';
import type { Auth } from '../../auth/index.js';
import { AppError } from '../../base/errors.js';
import { isId } from '../../base/ids.js';
import { setPolicy } from './policy.js';

/** More than a page holds. */
const MOST_AT_ONCE = 500;

export type OnForm = (path: string, act: (req: Request, res: Response) => Promise<void>) => void;

/** Each form is answered by `act`. Errors: 'unauthenticated', 'forbidden'. */
export function memberForms(router: Router, auth: Pick<Auth, 'viewer' | 'checkCsrf'>): OnForm {
  const form = urlencoded({ extended: false, limit: '100kb', parameterLimit: MOST_AT_ONCE + 10 });
  return (path, act) => {
    router.post(path, form, async (req, res) => {
      if (!auth.viewer(req)) throw new AppError('unauthenticated', 'Sign in first.');
      auth.checkCsrf(req, fieldsOf(req)['csrf']);
      setPolicy(res, { keep: 'none' });
      await act(req, res);
    });
  };
}

export function fieldsOf(req: Request): Record<string, unknown> {
  return (req.body as Record<string, unknown> | undefined) ?? {};
}

/** Each once; what is no id is left out. */
export function idsIn(given: unknown): string[] {
  return [...new Set([given].flat().filter((id): id is string => typeof id === 'string' && isId(id)))];
}
