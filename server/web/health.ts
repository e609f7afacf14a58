/**
 * For those who watch the appliance: is the process alive, can files be shared. Nothing here needs a sign-in, so
 * what it is given to tell is fit for strangers: states and numbers, no names.
 */
import { Router } from 'express';
import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';

export interface Readiness {
  ready: boolean;
  /** By name of the check: what failed, and what the watcher does. */
  checks: object;
}

export function createHealth({ readiness, log }: { readiness: () => Promise<Readiness>; log: Log }): Router {
  const router = Router();
  router.use((_req, res, next) => {
    res.setHeader('Cache-Control', 'no-store');
    next();
  });
  router.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  router.get('/readyz', async (_req, res) => {
    const state = await readiness().catch((error: unknown) => {
      log.warn({ reason: messageOf(error) }, 'readiness could not be told');
      return { ready: false, checks: {} };
    });
    res.status(state.ready ? 200 : 503).json(state);
  });
  return router;
}
