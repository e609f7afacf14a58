/** The way to sign-in that leads back to where a visitor wanted to go. */
import type { Response } from 'express';
import type { Links } from '../links.js';
import { readNextPath } from './next-path.js';
import { setPolicy } from './policy.js';

/** `wanted` is the path and query of the request, without BASE_URL's prefix. */
export function signInPath(wanted: string, onPage: Pick<Links, 'to'>): string {
  const next = readNextPath(wanted);
  return onPage.to(next === '/' ? '/login' : `/login?next=${encodeURIComponent(next)}`);
}

/** Sends who is signed out there. */
export function askToSignIn(res: Response, wanted: string, onPage: Pick<Links, 'to'>): void {
  setPolicy(res, { keep: 'none' });
  res.redirect(303, signInPath(wanted, onPage));
}
