/**
 * The read wing put together: what is under a token goes straight to its deliverer, everything else through
 * Express: health, API, pages. Owns the HTTP server and nothing that must survive.
 */
import type { RequestListener } from 'node:http';
import express, { type Express } from 'express';
import { createAttempts, type Auth } from '../auth/index.js';
import { AppError } from '../base/errors.js';
import type { Clock } from '../base/clock.js';
import type { Settings } from '../base/config.js';
import type { Log } from '../base/log.js';
import type { Library } from '../library/model.js';
import type { Engine } from '../render/model.js';
import type { Shares } from '../share/index.js';
import type { Signer } from '../sign/index.js';
import type { Webhooks } from '../webhooks/index.js';
import { withAccessLog } from './access-log.js';
import { createAppliance, type WatcherFacts } from './appliance.js';
import { createApi, type ApiParts } from './api/index.js';
import { createBodyDeadline } from './body-deadline.js';
import { createDeliveries } from './deliveries.js';
import { answerText, createErrorHandler, createRefuse } from './errors.js';
import { createGuard } from './guard.js';
import { createHealth, type Readiness } from './health.js';
import { createLinks, prefixOf } from './links.js';
import { createPages, type PagesParts } from './pages/index.js';
import { createPosters } from './posters.js';
import { createRenderBudget } from './render-budget.js';
import { createSecurityHeaders } from './security-headers.js';
import { createServer } from './server.js';
import { isStreamPath } from './stream-path.js';
import { createStreams } from './streams.js';
import { createTargetReader } from './target.js';
import { createVisitorReader } from './visitor.js';

export interface WebOptions {
  settings: Pick<Settings, 'port' | 'host' | 'baseUrl' | 'trustProxy' | 'logLevel' | 'mediaDir' | 'dataDir'>;
  library: Library;
  removal: ApiParts['removal'];
  uploads: ApiParts['uploads'];
  retry: PagesParts['retry'];
  /** The file may be probed. */
  take: ApiParts['take'];
  clips: ApiParts['clips'];
  engine: Engine;
  shares: Shares;
  webhooks: Webhooks;
  signer: Signer;
  auth: Auth;
  ingestStatus: () => WatcherFacts;
  /** Of all that was rendered. */
  renderedBytes: () => Promise<number>;
  acceptLoss: PagesParts['acceptLoss'];
  readiness: () => Promise<Readiness>;
  clock: Clock;
  log: Log;
}

export interface Web {
  /** Errors: 'invalid' when the port or host cannot be had, in a sentence for the operator. */
  listen(): Promise<{ port: number }>;
  close(): Promise<void>;
  /** What answers every request, with or without the server. */
  app: RequestListener;
}

export function createWeb(options: WebOptions): Web {
  const { settings, library, engine, shares, signer, readiness, clock, log } = options;
  const refuse = createRefuse({ log });
  const app = createExpress(settings);
  const readVisitor = createVisitorReader(
    app.get('trust proxy fn') as Parameters<typeof createVisitorReader>[0],
  );
  const guard = createGuard({ signer, shares, library, readVisitor });
  const links = createLinks({ signer, clock, settings });
  const posters = createPosters({ engine });
  const budget = createRenderBudget({ clock });
  const deliveries = createDeliveries({ plays: shares.plays, readVisitor });
  const streams = createStreams({ guard, engine, posters, library, budget, deliveries, refuse });
  const deadline = createBodyDeadline({ clock });
  const api = createApi({ ...options, links, refuse, liftDeadline: deadline.lift });
  const pages = createPages({
    ...options,
    links,
    guard,
    posters,
    appliance: createAppliance({ ...options, usedBytes: options.renderedBytes }),
    guesses: createAttempts(),
    readVisitor,
    describeApi: api.describe,
  });

  app.use(createHealth({ readiness, log }));
  app.use(createSecurityHeaders({ isHttps: settings.baseUrl?.startsWith('https:') ?? false }));
  app.use('/v1', api.router);
  app.use(pages.router);
  app.use(() => {
    throw new AppError('not-found', 'There is no such page.');
  });
  app.use(
    createErrorHandler(refuse, (req, res, { status, kind }) => pages.renderError(req, res, status, kind)),
  );

  const readTarget = createTargetReader(prefixOf(settings.baseUrl));
  const listener = withAccessLog(
    (req, res) => {
      deadline.watch(req, res);
      req.url = readTarget(req.url!);
      if (isStreamPath(req.url)) streams(req, res);
      else if (req.url.startsWith('/')) app(req, res);
      else answerText(res, { status: 400, message: 'The request target is not a path.' });
    },
    { log, logLevel: settings.logLevel },
  );
  const server = createServer({ app, listener, settings, log });

  return {
    app: listener,
    listen: () => server.listen(),
    close() {
      pages.close(); // event streams would otherwise hold the server open
      return server.close();
    },
  };
}

function createExpress({ trustProxy }: Pick<Settings, 'trustProxy'>): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  try {
    app.set('trust proxy', trustProxy);
  } catch (cause) {
    const shown = JSON.stringify(trustProxy);
    throw new AppError(
      'invalid',
      `TRUST_PROXY is ${shown}; it must be true, false, a number of proxies or a list of their addresses such as 10.0.0.0/8,loopback.`,
      { cause },
    );
  }
  return app;
}
