/** `/`: what is in the media dir, for members; sharing and stopping by one click each. */
import { Router, urlencoded, type Request, type Response } from 'express';
import type { Auth } from '../../auth/index.js';
import { AppError, isAppError } from '../../base/errors.js';
import { isId } from '../../base/ids.js';
import type { LibraryReader, MediaFile } from '../../library/model.js';
import type { Engine } from '../../render/model.js';
import type { Share, Shares, Visibility } from '../../share/model.js';
import type { LinksOf } from '../links.js';
import type { Frame } from './frame.js';
import { mayBeMeant, viewLibrary, type Row, type WatcherNews } from './library-view.js';
import { readNextPath } from './next-path.js';
import { setPolicy } from './policy.js';
import { askToSignIn } from './to-sign-in.js';

export interface LibraryPageParts {
  library: Pick<LibraryReader, 'get' | 'list' | 'generation'>;
  engine: Pick<Engine, 'progress'>;
  shares: Pick<Shares, 'create' | 'list' | 'remove' | 'get'>;
  auth: Pick<Auth, 'viewer' | 'checkCsrf' | 'setup'>;
  links: LinksOf;
  frame: Frame;
  news: () => WatcherNews;
  acceptLoss: () => Promise<void>;
  mediaDir: string;
}

const PAGE_SIZE = 24;
const VISIBILITIES: readonly Visibility[] = ['public', 'private'];

export function createLibraryPage(parts: LibraryPageParts): Router {
  const { library, engine, shares, auth, links, frame, news, acceptLoss, mediaDir } = parts;
  const router = Router();
  const form = urlencoded({ extended: false, limit: '10kb' });

  router.get('/', async (req, res) => {
    const viewer = auth.viewer(req);
    if (!viewer) return askToSignIn(res, req.url, links.onPage);
    const pageNumber = readPageNumber(req.query['page']);
    const query = { order: 'created_at', sort: 'desc', limit: PAGE_SIZE } as const;
    const { files, total } = await library.list({ ...query, offset: (pageNumber - 1) * PAGE_SIZE });
    if (files.length === 0 && pageNumber > 1) return res.redirect(303, links.onPage.to('/'));
    const page = viewLibrary({
      rows: await Promise.all(files.map(readRow)),
      total,
      pageNumber,
      pageSize: PAGE_SIZE,
      news: news(),
      mediaDir,
      isAdmin: viewer.role === 'admin',
      onPage: links.onPage,
      absolute: links(req),
      assetsPath: frame.assetsPath,
    });
    setPolicy(res, { keep: 'none' });
    res.send(frame.render('library', { ...frame.viewerOf(req), ...page }));
  });

  router.post('/files/:id/share', form, async (req, res) => {
    checkForm(req);
    const file = isId(req.params.id) ? await library.get(req.params.id) : undefined;
    if (!file) throw new AppError('not-found', 'There is no such file any more.');
    const visibility = readVisibility(req);
    const share = (await findShare(file.id, visibility)) ?? (await createShare(file.id, visibility));
    answer(req, res, { url: links(req).shareUrl(share) });
  });

  router.post('/shares/:id/stop', form, async (req, res) => {
    checkForm(req);
    if (isId(req.params.id) && (await shares.get(req.params.id))) await shares.remove(req.params.id);
    answer(req, res, {});
  });

  router.post('/files/loss', form, async (req, res) => {
    checkForm(req);
    if (auth.viewer(req)?.role !== 'admin') throw new AppError('forbidden', 'Only an admin may do that.');
    if (mayBeMeant(news())) await acceptLoss();
    answer(req, res, {});
  });

  async function readRow(file: MediaFile): Promise<Row> {
    const progress = file.generationId ? engine.progress(file.generationId) : undefined;
    const found = await Promise.all(VISIBILITIES.map((visibility) => findShare(file.id, visibility)));
    const links = found.filter((share) => share !== undefined);
    return { file, progress, shares: links, hasPoster: await hasPoster(file) };
  }

  /** A video always has one; of audio only the content itself knows whether it came with a cover. */
  async function hasPoster(file: MediaFile): Promise<boolean> {
    if (!file.generationId || file.mediaType === 'video') return file.generationId !== undefined;
    return (await library.generation(file.generationId))?.info.cover !== undefined;
  }

  async function findShare(fileId: string, visibility: Visibility): Promise<Share | undefined> {
    return (await shares.list({ fileId, visibility, limit: 1, offset: 0 })).shares[0];
  }

  /** Two clicks at the same moment are one share. */
  async function createShare(fileId: string, visibility: Visibility): Promise<Share> {
    try {
      return await shares.create({ fileId, visibility });
    } catch (error) {
      const other = isAppError(error, 'conflict') ? await findShare(fileId, visibility) : undefined;
      if (!other) throw error;
      return other;
    }
  }

  function checkForm(req: Request): void {
    if (!auth.viewer(req)) throw new AppError('unauthenticated', 'Sign in first.');
    auth.checkCsrf(req, (req.body as Record<string, unknown> | undefined)?.['csrf']);
  }

  function answer(req: Request, res: Response, done: { url?: string }): void {
    setPolicy(res, { keep: 'none' });
    if (req.accepts(['html', 'json']) === 'json') return void res.json(done);
    const back = readNextPath((req.body as Record<string, unknown>)['back']);
    res.redirect(303, links.onPage.to(back));
  }

  return router;
}

/** Errors: 'invalid'. Nobody's file becomes public because a form said something odd. */
function readVisibility(req: Request): Visibility {
  const given = (req.body as Record<string, unknown>)['visibility'] ?? 'public';
  const visibility = VISIBILITIES.find((one) => one === given);
  if (!visibility) throw new AppError('invalid', 'A link is either public or private.');
  return visibility;
}

function readPageNumber(given: unknown): number {
  return typeof given === 'string' && /^[1-9]\d{0,6}$/.test(given) ? Number(given) : 1;
}
