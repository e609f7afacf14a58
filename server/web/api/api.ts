/** The REST API below /v1: access first, then the routes, then a plain answer for what is not here. JSON only. */
import { Router } from 'express';
import { AppError } from '../../base/errors.js';
import type { LibraryReader } from '../../library/model.js';
import type { Engine } from '../../render/model.js';
import type { Shares } from '../../share/index.js';
import { answerJson, createErrorHandler, type Refuse } from '../errors.js';
import type { LinksOf } from '../links.js';
import { requireAccess, type ApiAuth } from './access.js';
import { whyElsewhere } from './elsewhere.js';
import { createFilesApi } from './files.js';
import { createSharesApi } from './shares.js';

export function createApi({
  library,
  engine,
  shares,
  auth,
  links,
  refuse,
}: {
  library: Pick<LibraryReader, 'get' | 'list' | 'generation' | 'locate'>;
  engine: Pick<Engine, 'progress' | 'report'>;
  shares: Shares;
  auth: ApiAuth;
  links: LinksOf;
  refuse: Refuse;
}): Router {
  const router = Router();
  router.use((_req, res, next) => {
    // Answers hold signed addresses.
    res.setHeader('Cache-Control', 'no-store');
    next();
  });
  requireAccess(router, auth);
  router.use(createFilesApi({ library, engine, links }), createSharesApi({ library, shares, links }));
  router.use((req) => {
    const why = whyElsewhere(req.path);
    if (why !== undefined) throw new AppError('not-implemented', why);
    throw new AppError('not-found', `There is nothing at ${req.method} /v1${req.path}.`);
  });
  router.use(createErrorHandler(refuse, (_req, res, refusal) => answerJson(res, refusal)));
  return router;
}
