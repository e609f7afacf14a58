/** `/share/:id`: the page of a share, its state for the page's own script, the way to its download. */
import { Router, type Request, type Response } from 'express';
import { AppError } from '../../base/errors.js';
import { isId } from '../../base/ids.js';
import type { LibraryReader } from '../../library/model.js';
import type { Engine } from '../../render/model.js';
import { isForEverybody } from '../../share/model.js';
import { CORS, deliver } from '../deliver.js';
import { sourceOf, type Guard, type Visit } from '../guard.js';
import type { LinksOf } from '../links.js';
import type { Posters } from '../posters.js';
import { revisionOf } from '../revision.js';
import { shownInfo } from '../shown-info.js';
import { savedName } from '../shown-name.js';
import { viewCard } from './card.js';
import { viewLocked } from './locked-view.js';
import { setPolicy } from './policy.js';
import { isSafari } from './safari.js';
import { readChoice, readShareState } from './share-state.js';
import { isMinimal, viewShare } from './share-view.js';
import { askToSignIn } from './to-sign-in.js';
import type { Frame } from './frame.js';
import type { SharePasses } from './share-pass.js';

export interface SharePageParts {
  guard: Pick<Guard, 'visit'>;
  library: Pick<LibraryReader, 'generation' | 'locate'>;
  engine: Pick<Engine, 'report' | 'progress'>;
  posters: Posters;
  links: LinksOf;
  passes: Pick<SharePasses, 'askingOf'>;
  frame: Frame;
}

type Shown = Extract<Visit, { sight: 'all' | 'preview' }>;
/** For whoever is asked to show a picture in a chat: not so long that a preview outlives its end by much. */
const PREVIEW_CACHING = ['Cache-Control', 'private, max-age=300'];

export function createSharePage(parts: SharePageParts): Router {
  const { guard, library, engine, posters, links, passes, frame } = parts;
  const router = Router();

  /** Errors: 'not-found', for members and for what cannot be an id; strangers are not told what is missing. */
  async function visit(req: Request<{ id: string }>): Promise<Shown | { sight: 'nothing' }> {
    const asking = passes.askingOf(req);
    const found = isId(req.params.id) ? await guard.visit(req.params.id, asking) : undefined;
    if (found?.sight === 'all' || found?.sight === 'preview') return found;
    if (found?.sight === 'nothing' && !asking.isMember) return found;
    throw new AppError('not-found', 'There is nothing at this address.');
  }

  router.get('/share/:id', async (req, res) => {
    const found = await visit(req);
    if (found.sight === 'all') return showShare(req, res, found);
    if (found.sight === 'preview') return showLocked(req, res, found);
    if (isMinimal(req.query)) return showLocked(req, res);
    askToSignIn(res, req.url, links.onPage);
  });

  /** Also where a private share's page gets its next token: it changes nothing, so that a session is enough. */
  router.get('/share/:id/state', async (req, res) => {
    const found = await visit(req);
    if (found.sight !== 'all') throw new AppError('unauthenticated', 'Sign in first.');
    const { share, file } = found;
    const { condition, generation, window } = await readShareState(share, file, library);
    const playable = generation && {
      stream: links.onPage.streamUrl(share, generation.id, window),
      generation: revisionOf(share, generation.id),
      livesMs: links.onPage.streamLifeMs(share),
      ...(await readChoice(generation, { engine, library })),
    };
    res.set('Cache-Control', 'no-store').json({ state: condition, ...playable });
  });

  /** The link on the page stays good for as long as the share; the one it leads to lives for minutes. */
  router.get('/share/:id/download', async (req, res) => {
    const found = await visit(req);
    if (found.sight !== 'all') return askToSignIn(res, `/share/${req.params.id}`, links.onPage);
    const { share, file } = found;
    const { generation, window } = await readShareState(share, file, library);
    if (share.isStreamOnly) throw new AppError('not-found', 'This is not offered as a download.');
    if (!generation) throw new AppError('not-found', 'There is nothing to download yet.');
    const name = savedName(share, file, window && shownInfo(generation, window));
    const download = links.onPage.download(share, { generationId: generation.id, name, window });
    res.set('Cache-Control', 'no-store').redirect(302, download.url);
  });

  /** Without a token, so that it ends in the moment in which the owner takes the preview back. */
  router.get('/share/:id/preview.jpg', async (req, res) => {
    const found = await visit(req);
    if (found.sight === 'nothing') throw new AppError('unauthenticated', 'Sign in first.');
    const { generation, window } = await readShareState(found.share, found.file, library);
    const asker = new AbortController();
    res.once('close', () => asker.abort());
    const poster =
      generation && (await posters.load(sourceOf(generation, library), { window }, asker.signal));
    if (!poster) throw new AppError('not-found', 'There is no picture.');
    // Where a preview is meant, pages of chats may show it; else it is only for pages of ours.
    const isMeant = found.share.linkPreview !== 'none';
    deliver(req, res, poster, isMeant ? [...PREVIEW_CACHING, ...CORS] : PREVIEW_CACHING);
  });

  async function showShare(req: Request, res: Response, { share, file }: Shown): Promise<void> {
    const state = await readShareState(share, file, library);
    const isBare = isMinimal(req.query);
    const viewer = isBare ? {} : frame.viewerOf(req);
    const page = viewShare({
      share,
      state,
      choice: state.generation && (await readChoice(state.generation, { engine, library })),
      query: req.query,
      onPage: links.onPage,
      absolute: links(req),
      assetsPath: frame.assetsPath,
      isMember: frame.isMember(req),
      usesHlsJs: !isSafari(req),
    });
    const keep = isForEverybody(share) ? 'check' : 'none';
    setPolicy(res, { isFramable: isBare, frameOrigins: share.allowedOrigins, hasPlayer: true, keep });
    res.send(frame.render(isBare ? 'share-minimal' : 'share', { ...viewer, ...page }));
  }

  async function showLocked(req: Request, res: Response, shown?: Shown): Promise<void> {
    const isBare = isMinimal(req.query);
    const page = viewLocked({
      preview: shown && (await readPreview(req, shown)),
      path: req.url,
      isMinimal: isBare,
      onPage: links.onPage,
      assetsPath: frame.assetsPath,
    });
    setPolicy(res, { isFramable: isBare, frameOrigins: shown?.share.allowedOrigins, keep: 'none' });
    res.send(frame.render('share-locked', page));
  }

  async function readPreview(req: Request, { share, file }: Shown) {
    const { generation, window } = await readShareState(share, file, library);
    const card = viewCard({ share, file, generation, window, absolute: links(req) });
    const imagePath = card.imageUrl && links.onPage.previewImageUrl(share);
    return { card, description: share.description, imagePath };
  }

  return router;
}
