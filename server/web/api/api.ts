/**
 * The REST API below /v1: its own description for everybody, access, then the routes, then a plain answer for
 * what is not here. JSON only.
 */
import { Router } from 'express';
import { z } from 'zod';
import { AppError } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { Library } from '../../library/model.js';
import type { Engine } from '../../render/model.js';
import type { Shares } from '../../share/index.js';
import { answerJson, createErrorHandler, type Refuse } from '../errors.js';
import type { Links, LinksOf } from '../links.js';
import { requireAccess, type ApiAuth } from './access.js';
import { describeRoutes, type ApiDocument } from './document.js';
import { whyElsewhere } from './elsewhere.js';
import { createDescribeFile } from './describe-file.js';
import { createFilesApi, type FilesApiParts } from './files.js';
import { defineRoute, serveRoutes } from './route.js';
import { createSegmentationsApi, type SegmentsApiParts } from './segmentations.js';
import { createSegmentsApi } from './segments.js';
import { createSharesApi } from './shares.js';
import { createUploadsRouter } from '../uploads/index.js';
import { createUploadApi, type UploadApiParts } from './upload.js';
import { createWebhooksApi, type WebhookBook } from './webhooks.js';

export interface Api {
  router: Router;
  /** The OpenAPI document as it is true under these links. */
  describe(to: Pick<Links, 'to'>): ApiDocument;
}

export type ApiParts = Pick<FilesApiParts, 'removal' | 'take'> &
  Pick<UploadApiParts, 'uploads' | 'liftDeadline'> &
  Pick<SegmentsApiParts, 'clips'> & {
    library: Pick<Library, 'get' | 'list' | 'generation' | 'locate' | 'update' | 'restore'>;
    engine: Pick<Engine, 'progress' | 'report'>;
    shares: Shares;
    webhooks: WebhookBook;
    auth: ApiAuth;
    links: LinksOf;
    refuse: Refuse;
    log: Log;
  };

/** Of the API, not of the program: it changes when callers have to look. */
const VERSION = '1.0';

export function createApi({
  library,
  removal,
  take,
  uploads,
  liftDeadline,
  clips,
  engine,
  shares,
  webhooks,
  auth,
  links,
  refuse,
  log,
}: ApiParts): Api {
  const describe = createDescribeFile({ library, engine });
  const routes = [
    ...createFilesApi({ library, removal, take, describe, links }),
    ...createUploadApi({ uploads, liftDeadline, describe, links }),
    ...createSegmentationsApi({ library, clips, links }),
    ...createSegmentsApi({ library, clips, links }),
    ...createSharesApi({ library, shares, links }),
    ...createWebhooksApi({ webhooks }),
  ];
  const open = [
    defineRoute(
      {
        method: 'get',
        path: '/openapi.json',
        topic: 'About',
        summary: 'Read this description',
        answer: z.record(z.string(), z.unknown()),
      },
      async ({ req }) => ({ ...describeApi(links(req)) }),
    ),
  ];
  const describeApi: Api['describe'] = ({ to }) =>
    describeRoutes({ routes, open }, { url: to('/v1'), version: VERSION });

  const router = Router();
  router.use((_req, res, next) => {
    // Answers hold signed addresses.
    res.setHeader('Cache-Control', 'no-store');
    next();
  });
  router.use(serveRoutes(open, { log }));
  requireAccess(router, auth);
  router.use(serveRoutes(routes, { log }));
  router.use(
    '/uploads',
    createUploadsRouter({ partial: uploads.partial, liftDeadline, onPage: links.onPage, refuse }),
  );
  router.use((req) => {
    const why = whyElsewhere(req.path);
    if (why !== undefined) throw new AppError('not-implemented', why);
    throw new AppError('not-found', `There is nothing at ${req.method} /v1${req.path}.`);
  });
  router.use(createErrorHandler(refuse, (_req, res, refusal) => answerJson(res, refusal)));
  return { router, describe: describeApi };
}
