/**
 * The door to the pages: what people see of Lanternshare. Express 5 hands every rejection to the error
 * handler behind this router, which comes back to `renderError`.
 */
import { join } from 'node:path';
import { Router } from 'express';
import type { Auth } from '../../auth/index.js';
import type { Clock } from '../../base/clock.js';
import type { Settings } from '../../base/config.js';
import { AppError } from '../../base/errors.js';
import { projectRoot } from '../../base/files.js';
import type { LibraryReader } from '../../library/model.js';
import type { Engine } from '../../render/model.js';
import type { Shares } from '../../share/model.js';
import type { Signer } from '../../sign/model.js';
import type { ApiDocument } from '../api/index.js';
import type { RenderError } from '../errors.js';
import type { Guard } from '../guard.js';
import type { Links, LinksOf } from '../links.js';
import type { Posters } from '../posters.js';
import type { ReadVisitor } from '../visitor.js';
import type { Appliance } from '../appliance.js';
import { readAbout } from './about.js';
import { createAssets } from './assets.js';
import { createClipEditor, type ClipEditorParts } from './clip-editor.js';
import { createDocsPage } from './docs-page.js';
import { createErrorPage } from './error-page.js';
import { createEvents } from './events.js';
import { createFrame } from './frame.js';
import { createFilePage, type FilePageParts } from './file-page.js';
import { createFileVerbs, type FileVerbsParts } from './file-verbs.js';
import { createLibraryPage } from './library-page.js';
import type { WatcherNews } from './library-view.js';
import { createLooks } from './looks.js';
import { createOembed } from './oembed.js';
import { createPlayCount } from './play-count.js';
import { createRemovedPage, type RemovedPageParts } from './removed-page.js';
import { createSettingsPage, type SettingsPageParts } from './settings-page.js';
import { createShareGate, type Guesses } from './share-gate.js';
import { createSharePage } from './share-page.js';
import { createSharePasses } from './share-pass.js';
import { createShareVerbs } from './share-verbs.js';
import { createSharesPage } from './shares-page.js';
import { createSignInPage } from './sign-in-page.js';
import { createViews } from './views.js';

export interface PagesParts {
  settings: Pick<Settings, 'mediaDir'>;
  library: LibraryReader & FilePageParts['library'] & RemovedPageParts['library'];
  take: RemovedPageParts['take'];
  webhooks: SettingsPageParts['webhooks'];
  appliance: Appliance;
  clips: FilePageParts['clips'] & ClipEditorParts['clips'];
  removal: FileVerbsParts['removal'];
  retry: FileVerbsParts['retry'];
  engine: Pick<Engine, 'report' | 'progress' | 'onProgress'>;
  shares: Shares;
  guard: Pick<Guard, 'visit'>;
  posters: Posters;
  auth: Auth;
  signer: Pick<Signer, 'seal' | 'unseal'>;
  guesses: Guesses;
  readVisitor: ReadVisitor;
  links: LinksOf;
  ingestStatus: () => WatcherNews;
  /** What is missed now was deleted on purpose. */
  acceptLoss: () => Promise<void>;
  describeApi: (to: Pick<Links, 'to'>) => ApiDocument;
  clock: Clock;
}

export interface Pages {
  /** Takes what it knows and passes the rest on. */
  router: Router;
  renderError: RenderError;
  /** Ends the open event streams. */
  close(): void;
}

export function createPages(parts: PagesParts): Pages {
  const { settings, library, engine, shares, guard, posters, auth, links, ingestStatus, describeApi, clock } =
    parts;
  const { removal, retry, acceptLoss } = parts;
  const folder = join(projectRoot(), 'views');
  const assets = createAssets({
    styles: join(folder, 'public/styles'),
    scripts: join(projectRoot(), 'dist/public'),
  });
  const views = createViews({ folder });
  const frame = createFrame({ auth, views, onPage: links.onPage, assetsPath: assets.path });
  const events = createEvents({ library, engine, isStillIn: (req) => auth.isStillIn(req), clock });

  const router = Router();
  router.get('/assets/:hash/:name', assets.serve);
  router.use(createOembed({ guard, library, links }));
  // Scripts and styles need nobody's session; all that follows may ask who is there.
  router.use(auth.sessionHandlers());
  const { signer, guesses, readVisitor } = parts;
  const passes = createSharePasses({ signer, isMember: frame.isMember, onPage: links.onPage });
  router.use(createShareGate({ guard, shares, guesses, passes, auth, links, frame }));
  router.use(createPlayCount({ guard, library, plays: shares.plays, passes, signer, readVisitor, clock }));
  router.use(createSharePage({ guard, library, engine, posters, links, passes, frame }));
  router.get('/files/events', (req, res, next) => {
    if (!auth.viewer(req)) throw new AppError('unauthenticated', 'Sign in first.');
    events.connect(req, res, next);
  });
  const file = { library, shares, auth, links, frame, news: ingestStatus };
  router.use(createLooks({ onPage: links.onPage }));
  router.use(createLibraryPage({ ...file, engine, mediaDir: settings.mediaDir }));
  router.use(createRemovedPage({ ...file, take: parts.take }));
  router.use(createFilePage({ ...file, clips: parts.clips, engine }));
  router.use(createClipEditor({ ...file, clips: parts.clips }));
  router.use(createFileVerbs({ ...file, removal, retry, acceptLoss }));
  const sharesPage = createSharesPage({ library, shares, auth, links, frame });
  router.use(sharesPage.router);
  router.use(createShareVerbs({ library, shares, page: sharesPage, auth, links, frame, clock }));
  router.use(createDocsPage({ describeApi, links, frame }));
  router.use(
    createSettingsPage({
      auth,
      webhooks: parts.webhooks,
      appliance: parts.appliance,
      about: readAbout(),
      links,
      frame,
    }),
  );
  router.use(createSignInPage({ auth, links, frame }));

  return { router, renderError: createErrorPage({ frame }), close: events.close };
}
