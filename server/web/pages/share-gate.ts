/**
 * What stands before a share that is not simply open: the question for its password, or that it has ended. Nothing
 * below `/share/:id` is reached past it. Who may pass is decided by the guard.
 */
import { Router, urlencoded, type Request, type Response } from 'express';
import type { Auth } from '../../auth/index.js';
import { AppError, isAppError } from '../../base/errors.js';
import { isId } from '../../base/ids.js';
import type { Shares } from '../../share/model.js';
import type { Guard, Visit } from '../guard.js';
import type { LinksOf } from '../links.js';
import { checkFormOrigin, isFromOurs } from './form-origin.js';
import type { Frame } from './frame.js';
import { viewEnded, viewLock } from './lock-view.js';
import { setPolicy } from './policy.js';
import type { SharePasses } from './share-pass.js';
import { isMinimal } from './share-view.js';

/** How often one may guess. */
export interface Guesses {
  /** Errors: 'too-many'. */
  begin(shareId: string, address: string): Promise<void>;
  forgive(shareId: string, address: string): Promise<void>;
}

export interface ShareGateParts {
  guard: Pick<Guard, 'visit'>;
  shares: Pick<Shares, 'unlock'>;
  guesses: Guesses;
  passes: SharePasses;
  auth: Pick<Auth, 'csrfToken' | 'checkCsrf'>;
  links: LinksOf;
  frame: Frame;
}

type Locked = Extract<Visit, { sight: 'locked' }>['of'];
type Ended = Extract<Visit, { sight: 'ended' }>;

const LONGEST_PASSWORD = 256;

export function createShareGate(parts: ShareGateParts): Router {
  const { guard, shares, guesses, passes, auth, links, frame } = parts;
  const router = Router();
  const form = urlencoded({ extended: false, limit: '10kb' });
  const visit = async (req: Request): Promise<Visit> =>
    isId(req.params['id'])
      ? guard.visit(req.params['id'], passes.askingOf(req))
      : Promise.resolve({ sight: 'nothing' });

  router.post('/share/:id/password', form, async (req, res, next) => {
    const found = await visit(req);
    if (found.sight === 'locked') {
      try {
        await unlock(req, found.of);
      } catch (error) {
        if (!isAppError(error, 'unauthenticated') && !isAppError(error, 'too-many')) throw error;
        const status = error.code === 'too-many' ? 429 : 401;
        if (error.retryAfterSeconds !== undefined) res.set('Retry-After', String(error.retryAfterSeconds));
        return showLock(req, res, found.of, { status, error: error.message });
      }
    }
    const path = `/share/${req.params.id}${new URL(req.url, 'http://nowhere.invalid').search}`;
    if (!isMinimal(req.query)) return leave(res, path);
    // In a frame of another site the cookie may not come back: the player comes with this answer.
    req.method = 'GET';
    req.url = path;
    next();
  });

  router.use('/share/:id', async (req, res, next) => {
    const found = await visit(req);
    const isPage = req.path === '/' && (req.method === 'GET' || req.method === 'HEAD');
    if (found.sight === 'locked') {
      if (isPage) return showLock(req, res, found.of, { status: 200 });
      if (req.path === '/download') return leave(res, `/share/${found.of.share.id}`);
      throw new AppError('forbidden', 'This link asks for its password first.');
    }
    if (found.sight === 'ended') {
      if (isPage || req.path === '/download') return showEnded(req, res, found);
      throw new AppError('not-found', 'This link is no longer available.');
    }
    next();
  });

  /** Errors: 'forbidden' (not a form of ours), 'too-many', 'unauthenticated' (wrong). */
  async function unlock(req: Request, { share }: Locked): Promise<void> {
    const fields = (req.body ?? {}) as Record<string, unknown>;
    checkFormOrigin(req, links, 'Open the link');
    // A frame of another site has no cookie that the token could belong to; there the browser's word has to do.
    if (!isFromOurs(req, links)) auth.checkCsrf(req, fields['csrf']);
    const password = typeof fields['password'] === 'string' ? fields['password'] : '';
    const address = req.ip ?? '';
    await guesses.begin(share.id, address);
    if (password.length > LONGEST_PASSWORD || !(await shares.unlock(share.id, password))) {
      throw new AppError('unauthenticated', 'This is not the password of this link.');
    }
    await guesses.forgive(share.id, address);
    passes.give(req, share, { isFramed: isMinimal(req.query) });
  }

  function showLock(
    req: Request,
    res: Response,
    { share, file }: Locked,
    { status, error }: { status: number; error?: string },
  ): void {
    const isBare = isMinimal(req.query);
    const page = viewLock({
      share,
      file,
      error,
      search: new URL(req.originalUrl, 'http://nowhere.invalid').search,
      isMinimal: isBare,
      onPage: links.onPage,
      absolute: links(req),
      assetsPath: frame.assetsPath,
    });
    setPolicy(res, {
      isFramable: isBare,
      frameOrigins: share.allowedOrigins,
      keep: 'none',
      sendsOrigin: true,
    });
    const csrf = isBare ? '' : auth.csrfToken(req);
    res.status(status).send(frame.render('share-password', { ...page, csrf }));
  }

  function showEnded(req: Request, res: Response, { ending, of: { share } }: Ended): void {
    const isBare = isMinimal(req.query);
    const viewer = isBare ? {} : frame.viewerOf(req);
    const page = viewEnded({
      share,
      ending: frame.isMember(req) ? ending : undefined,
      isMinimal: isBare,
      onPage: links.onPage,
      assetsPath: frame.assetsPath,
    });
    setPolicy(res, { isFramable: isBare, frameOrigins: share.allowedOrigins, keep: 'none' });
    res.status(404).send(frame.render('share-ended', { ...viewer, ...page }));
  }

  function leave(res: Response, path: string): void {
    setPolicy(res, { keep: 'none' });
    res.redirect(303, links.onPage.to(path));
  }

  return router;
}
