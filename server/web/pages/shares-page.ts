/** `/shares`: every link there is, and the page of each on which it is changed; for members. Changes nothing. */
import { Router, type Request, type Response } from 'express';
import type { Auth } from '../../auth/index.js';
import { AppError } from '../../base/errors.js';
import { isId } from '../../base/ids.js';
import type { LibraryReader } from '../../library/model.js';
import type { Share, Shares } from '../../share/model.js';
import type { LinksOf } from '../links.js';
import type { Frame } from './frame.js';
import { setPolicy } from './policy.js';
import { viewShareEdit, type ShareEditInput } from './share-edit-view.js';
import { readSharesQuery, sharesPath, toShareWalk } from './shares-query.js';
import { viewShares, type ShareRow } from './shares-view.js';
import { askToSignIn } from './to-sign-in.js';

export interface SharesPageParts {
  library: Pick<LibraryReader, 'get' | 'generation'>;
  shares: Pick<Shares, 'walk' | 'get' | 'endingOf' | 'plays'>;
  auth: Pick<Auth, 'viewer'>;
  links: LinksOf;
  frame: Frame;
}

export interface SharesPage {
  router: Router;
  /** The page of one share, with what is to be said beside it. Errors: 'not-found'. */
  showEdit(
    req: Request,
    res: Response,
    id: string,
    news: Pick<ShareEditInput, 'done' | 'error' | 'typed'>,
  ): Promise<void>;
}

const PAGE_SIZE = 50;
/** What may stand after `?done=`; other words there mean nothing. */
const DONE = new Map([
  ['saved', 'Saved.'],
  ['reissued', 'The share has a new link. The old one has stopped.'],
  ['revoked', 'Revoked.'],
]);

export function createSharesPage(parts: SharesPageParts): SharesPage {
  const { library, shares, auth, links, frame } = parts;
  const router = Router();
  const doneOf = (req: Request) => DONE.get(String(req.query['done']));

  router.get('/shares', async (req, res) => {
    if (!auth.viewer(req)) return askToSignIn(res, req.url, links.onPage);
    setPolicy(res, { keep: 'none' });
    const query = readSharesQuery(req.query);
    const { shares: found, ...keys } = await shares.walk({ ...toShareWalk(query), limit: PAGE_SIZE });
    if (found.length === 0 && query.from) {
      return res.redirect(303, links.onPage.to(sharesPath({ ...query, from: undefined })));
    }
    const rows = await Promise.all(found.map(readRow));
    const page = viewShares({
      query,
      keys,
      rows: rows.filter((row) => row !== undefined),
      done: doneOf(req),
      onPage: links.onPage,
      absolute: links(req),
      assetsPath: frame.assetsPath,
    });
    res.send(frame.render('shares', { ...frame.viewerOf(req), ...page }));
  });

  router.get('/shares/:id', async (req, res) => {
    if (!auth.viewer(req)) return askToSignIn(res, req.url, links.onPage);
    await showEdit(req, res, req.params.id, { done: doneOf(req) });
  });

  const showEdit: SharesPage['showEdit'] = async (req, res, id, news) => {
    const share = isId(id) ? await shares.get(id) : undefined;
    const file = share && (await library.get(share.fileId));
    if (!file) throw new AppError('not-found', 'There is no such share any more.');
    const page = viewShareEdit({
      share,
      file,
      ...news,
      onPage: links.onPage,
      absolute: links(req),
      assetsPath: frame.assetsPath,
    });
    setPolicy(res, { keep: 'none' });
    res.send(frame.render('share-edit', { ...frame.viewerOf(req), ...page }));
  };

  /** undefined: its file has gone a moment ago, and it with the file. */
  async function readRow(share: Share): Promise<ShareRow | undefined> {
    const file = await library.get(share.fileId);
    if (!file) return undefined;
    return {
      share,
      file,
      generation: file.generationId ? await library.generation(file.generationId) : undefined,
      views: shares.plays.viewsOf(share),
      ending: shares.endingOf(share),
    };
  }

  return { router, showEdit };
}
