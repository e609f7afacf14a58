/** `/share/:id`: the page of a share, its state for the page's own script, the way to its download. */
import { Router, type Request } from 'express';
import { AppError } from '../../base/errors.js';
import { isId } from '../../base/ids.js';
import type { LibraryReader } from '../../library/model.js';
import type { Engine } from '../../render/model.js';
import type { Share, Shares } from '../../share/model.js';
import type { LinksOf } from '../links.js';
import { setPolicy } from './policy.js';
import { readChoice, readShareState, type ShareState } from './share-state.js';
import { isMinimal, viewShare } from './share-view.js';
import type { Frame } from './frame.js';

export interface SharePageParts {
  library: Pick<LibraryReader, 'get' | 'generation' | 'locate'>;
  engine: Pick<Engine, 'report' | 'progress'>;
  shares: Pick<Shares, 'get'>;
  links: LinksOf;
  frame: Frame;
}

export function createSharePage({ library, engine, shares, links, frame }: SharePageParts): Router {
  const router = Router();

  /** Errors: 'not-found', the same for what never was and what is no longer. */
  async function open(id: unknown): Promise<{ share: Share; state: ShareState }> {
    const share = isId(id) ? await shares.get(id) : undefined;
    const file = share && (await library.get(share.fileId));
    if (!share || !file) throw new AppError('not-found', 'There is nothing at this address.');
    return { share, state: await readShareState(file, library) };
  }

  router.get('/share/:id', async (req, res) => {
    const { share, state } = await open(req.params.id);
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
    setPolicy(res, { isFramable: isBare, keep: 'check' });
    res.send(frame.render(isBare ? 'share-minimal' : 'share', { ...viewer, ...page }));
  });

  router.get('/share/:id/state', async (req, res) => {
    const { share, state } = await open(req.params.id);
    const { condition, generation } = state;
    const playable = generation && {
      stream: links.onPage.streamUrl(share, generation.id),
      ...(await readChoice(generation, { engine, library })),
    };
    res.set('Cache-Control', 'no-store').json({ state: condition, ...playable });
  });

  /** The link on the page stays good for as long as the share; the one it leads to lives for minutes. */
  router.get('/share/:id/download', async (req, res) => {
    const { share, state } = await open(req.params.id);
    const download = state.generation && links.onPage.download(share, state.file);
    if (!download) throw new AppError('not-found', 'There is nothing to download yet.');
    res.set('Cache-Control', 'no-store').redirect(302, download.url);
  });

  return router;
}

/** Plays HLS by itself, so that hls.js need not be fetched ahead. A wrong guess costs a little time only. */
function isSafari(req: Request): boolean {
  const agent = req.headers['user-agent'] ?? '';
  return (
    /AppleWebKit/.test(agent) &&
    /iPhone|iPad|Version\/[\d.]+.*Safari/.test(agent) &&
    !/Chrom|Android/.test(agent)
  );
}
