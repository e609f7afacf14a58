/** `/files/removed`: what was taken out of the library while it stayed in its folder, and the way back. */
import { Router, urlencoded } from 'express';
import type { Auth } from '../../auth/index.js';
import { AppError } from '../../base/errors.js';
import { isId } from '../../base/ids.js';
import type { Library } from '../../library/model.js';
import type { LinksOf } from '../links.js';
import type { Frame } from './frame.js';
import { setPolicy } from './policy.js';
import { askToSignIn } from './to-sign-in.js';
import { calendarDay, fileSize } from './wording.js';

export interface RemovedPageParts {
  library: Pick<Library, 'list' | 'restore'>;
  /** The file may be probed. */
  take: (fileId: string) => void;
  auth: Pick<Auth, 'viewer' | 'checkCsrf'>;
  links: LinksOf;
  frame: Frame;
}

const SHOWN = 100;

export function createRemovedPage({ library, take, auth, links, frame }: RemovedPageParts): Router {
  const router = Router();
  const { to } = links.onPage;

  router.get('/files/removed', async (req, res) => {
    if (!auth.viewer(req)) return askToSignIn(res, req.url, links.onPage);
    const { files, total } = await library.list({ withdrawn: 'only', limit: SHOWN, offset: 0 });
    const page = {
      title: 'Removed files · Lanternshare',
      area: 'library',
      assets: frame.assetsPath,
      libraryPath: to('/'),
      moreText:
        total > files.length ? `The newest ${files.length} of ${total}; restore some to see more.` : '',
      files: files.map((file) => ({
        name: file.displayName,
        facts: [
          file.path,
          fileSize(file.sizeBytes),
          file.withdrawnAtMs && `removed ${calendarDay(file.withdrawnAtMs)}`,
        ]
          .filter(Boolean)
          .join(' · '),
        restoreAction: to(`/files/${file.id}/restore`),
      })),
    };
    setPolicy(res, { keep: 'none' });
    res.send(frame.render('removed', { ...frame.viewerOf(req), ...page }));
  });

  router.post('/files/:id/restore', urlencoded({ extended: false, limit: '10kb' }), async (req, res) => {
    if (!auth.viewer(req)) throw new AppError('unauthenticated', 'Sign in first.');
    auth.checkCsrf(req, (req.body as Record<string, unknown> | undefined)?.['csrf']);
    if (!isId(req.params.id)) throw new AppError('not-found', 'There is no such file to restore.');
    const file = await library.restore(req.params.id);
    take(file.id);
    setPolicy(res, { keep: 'none' });
    res.redirect(303, to(`/files/${file.id}`));
  });

  return router;
}
