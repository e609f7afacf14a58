/** Where a form was sent from, by what browsers say of it and pages cannot forge. */
import type { Request } from 'express';
import { AppError } from '../../base/errors.js';
import type { LinksOf } from '../links.js';

/** Whether it is known to be a page of ours; undefined: the browser says nothing. */
export function isFromOurs(req: Request, links: LinksOf): boolean | undefined {
  const site = req.headers['sec-fetch-site'];
  const { origin } = req.headers;
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return origin === undefined ? undefined : origin === new URL(links(req).base).origin;
}

/** Errors: 'forbidden', for a form that is known to come from elsewhere; `verb` says what may be done at ours. */
export function checkFormOrigin(req: Request, links: LinksOf, verb: string): void {
  if (isFromOurs(req, links) !== false) return;
  const { origin } = new URL(links(req).base);
  throw new AppError('forbidden', `This form was sent from another address. ${verb} at ${origin}.`);
}
