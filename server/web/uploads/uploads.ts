/**
 * `/v1/uploads`: files that arrive in parts and go on after a cut (tus 1.0). Who may do so is decided before; what is
 * taken, and where to, by the library.
 */
import { Router, type Request } from 'express';
import { Server } from '@tus/server';
import { isAppError } from '../../base/errors.js';
import type { createUploads } from '../../library/index.js';
import type { Refuse } from '../errors.js';
import type { Links } from '../links.js';
import { createStore } from './store.js';

export interface UploadsParts {
  partial: ReturnType<typeof createUploads>['partial'];
  /** An upload takes as long as it takes. */
  liftDeadline: (req: Request) => void;
  onPage: Pick<Links, 'to'>;
  refuse: Refuse;
}

const PATH = '/v1/uploads';
const METHODS = new Set(['POST', 'HEAD', 'PATCH', 'DELETE', 'OPTIONS']);

export function createUploadsRouter({ partial, liftDeadline, onPage, refuse }: UploadsParts): Router {
  const server = new Server({
    path: PATH,
    datastore: createStore({ partial }),
    // Only its path: the client knows under which name it reaches us.
    generateUrl: (_req, { id }) => `${onPage.to(PATH)}/${id}`,
    getFileIdFromRequest: (_req, last) => (last && /^[0-9a-f]{32}$/.test(last) ? last : undefined),
    // Our own pages need no permission, and nobody else's get one.
    allowedOrigins: () => false,
    async onUploadFinish(_req, { id }) {
      const fileId = (await partial.find(id))?.fileId;
      return fileId === undefined ? {} : { headers: { 'X-File-Id': fileId } };
    },
    onResponseError(req, error) {
      // What the protocol itself refuses has its status already.
      if (!isAppError(error) && 'status_code' in error) return undefined;
      const { status, message } = refuse(error, { method: req.method ?? '', url: PATH });
      return { status_code: status, body: `${message}\n` };
    },
  });

  const router = Router();
  router.use((req, res, next) => {
    if (!METHODS.has(req.method)) return next();
    liftDeadline(req);
    server.handle(req, res).catch(next);
  });
  return router;
}
