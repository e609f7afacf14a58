/** The cookie of who knew a share's password: sealed, sent to that share's address and no other, gone in 12 hours. */
import type { Request } from 'express';
import type { Share } from '../../share/model.js';
import type { Signer } from '../../sign/model.js';
import { passParts, type Asking } from '../guard.js';
import type { Links } from '../links.js';

export interface SharePasses {
  /** What the guard asks of a visitor. */
  askingOf(req: Request): Asking;
  /** From now on also in this request. `isFramed`: the page may stand in one of another site. */
  give(req: Request, share: Share, options: { isFramed: boolean }): void;
}

const COOKIE = 'lanternshare_pass';
const IN_HEADER = new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w.-]{1,400})(?:;|$)`);
const LIVES_MS = 12 * 3600 * 1000;

export function createSharePasses({
  signer,
  isMember,
  onPage,
}: {
  signer: Pick<Signer, 'seal'>;
  isMember: (req: Request) => boolean;
  onPage: Pick<Links, 'to'>;
}): SharePasses {
  const justGiven = new WeakMap<Request, string>();

  return {
    askingOf: (req) => ({
      isMember: isMember(req),
      pass: justGiven.get(req) ?? IN_HEADER.exec(req.headers.cookie ?? '')?.[1],
      req,
    }),
    give(req, share, { isFramed }) {
      const pass = signer.seal('pass', passParts(share), LIVES_MS);
      justGiven.set(req, pass);
      // A frame on another site gets a cookie only by https, and one that is kept apart for that site.
      const isApart = isFramed && req.secure;
      req.res?.cookie(COOKIE, pass, {
        httpOnly: true,
        secure: req.secure,
        sameSite: isApart ? 'none' : 'lax',
        partitioned: isApart,
        path: onPage.to(`/share/${share.id}`),
        maxAge: LIVES_MS,
      });
    },
  };
}
