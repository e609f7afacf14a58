/** `/`: what is in the media dir, for members: walked through by folder, searched, filtered, sorted. Changes nothing. */
import { Router } from 'express';
import type { Auth } from '../../auth/index.js';
import type { LibraryReader, MediaFile } from '../../library/model.js';
import type { Engine } from '../../render/model.js';
import type { Share, Shares } from '../../share/model.js';
import type { LinksOf } from '../links.js';
import type { Row } from './file-row.js';
import type { Frame } from './frame.js';
import { libraryPath, readLibraryQuery, toWalk } from './library-query.js';
import { viewLibrary, type WatcherNews } from './library-view.js';
import { LAYOUTS, readLayout, rememberLayout } from './looks.js';
import { setPolicy } from './policy.js';
import { askToSignIn } from './to-sign-in.js';

export interface LibraryPageParts {
  library: Pick<LibraryReader, 'walk' | 'count' | 'foldersIn' | 'generation' | 'list'>;
  engine: Pick<Engine, 'progress'>;
  shares: Pick<Shares, 'ofFiles' | 'endingOf'>;
  auth: Pick<Auth, 'viewer'>;
  links: LinksOf;
  frame: Frame;
  news: () => WatcherNews;
  mediaDir: string;
}

const PAGE_SIZE = 60;

export function createLibraryPage(parts: LibraryPageParts): Router {
  const { library, engine, shares, auth, links, frame, news, mediaDir } = parts;
  const router = Router();

  router.get('/', async (req, res) => {
    const viewer = auth.viewer(req);
    if (!viewer) return askToSignIn(res, req.url, links.onPage);
    setPolicy(res, { keep: 'none' });
    const query = readLibraryQuery(req.query);
    const wished = LAYOUTS.find((one) => one === req.query['layout']);
    if (wished) {
      rememberLayout(res, wished);
      return res.redirect(303, links.onPage.to(libraryPath(query)));
    }
    const walk = toWalk(query);
    const isNarrowed = walk.words.length > 0 || walk.kind !== undefined;
    const { files, ...keys } = await library.walk({ ...walk, limit: PAGE_SIZE });
    if (files.length === 0 && query.from) {
      return res.redirect(303, links.onPage.to(libraryPath({ ...query, from: undefined })));
    }
    const failed = { folder: '', isDeep: true, words: [], kind: 'failed', order: 'newest' } as const;
    const page = viewLibrary({
      query,
      keys,
      rows: await readRows(files),
      folders: walk.isDeep ? [] : await library.foldersIn(query.folder),
      total: isNarrowed ? undefined : await library.count(walk),
      failedTotal: await library.count(failed),
      removedTotal: (await library.list({ withdrawn: 'only', limit: 1, offset: 0 })).total,
      layout: readLayout(req),
      news: news(),
      mediaDir,
      isAdmin: viewer.role === 'admin',
      onPage: links.onPage,
      absolute: links(req),
      assetsPath: frame.assetsPath,
    });
    res.send(frame.render('library', { ...frame.viewerOf(req), ...page }));
  });

  async function readRows(files: readonly MediaFile[]): Promise<Row[]> {
    const all = await shares.ofFiles(files.map(({ id }) => id));
    // What has ended makes room for another.
    const found = all.filter((share) => !shares.endingOf(share));
    return Promise.all(
      files.map(async (file) => ({
        file,
        progress: file.generationId ? engine.progress(file.generationId) : undefined,
        shares: newestOfEach(found.filter(({ fileId }) => fileId === file.id)),
        hasPoster: await hasPoster(file),
      })),
    );
  }

  /** A video always has one; of audio only the content itself knows whether it came with a cover. */
  async function hasPoster(file: MediaFile): Promise<boolean> {
    if (!file.generationId || file.mediaType === 'video') return file.generationId !== undefined;
    return (await library.generation(file.generationId))?.info.cover !== undefined;
  }

  return router;
}

/** A merge may have brought a second of one visibility; public ones first. */
export function newestOfEach(shares: readonly Share[]): Share[] {
  const each = (['public', 'private'] as const).map((one) =>
    shares.find((share) => share.visibility === one),
  );
  return each.filter((share) => share !== undefined);
}
