/**
 * What members do with files by a click: share, stop, try again, remove, one or many. Plain forms with the session's
 * token; a script that asks for JSON is answered in JSON, everybody else is led back.
 */
import { Router, type Request, type Response } from 'express';
import type { Auth } from '../../auth/index.js';
import { AppError, isAppError } from '../../base/errors.js';
import { isId } from '../../base/ids.js';
import type { LibraryReader, MediaFile } from '../../library/model.js';
import type { Share, Shares, Visibility } from '../../share/model.js';
import type { LinksOf } from '../links.js';
import type { Frame } from './frame.js';
import { mayBeMeant, type WatcherNews } from './library-view.js';
import { fieldsOf, idsIn, memberForms } from './member-forms.js';
import { readNextPath } from './next-path.js';
import { viewRemoval } from './removal-view.js';

export interface FileVerbsParts {
  library: Pick<LibraryReader, 'get'>;
  removal: { remove(id: string, options: { deletesSource: boolean | undefined }): Promise<void> };
  shares: Pick<Shares, 'create' | 'ofFiles' | 'countOfFiles' | 'remove' | 'get' | 'endingOf'>;
  /** Tries a failed file once more. */
  retry: (fileId: string) => Promise<void>;
  auth: Pick<Auth, 'viewer' | 'checkCsrf'>;
  links: LinksOf;
  frame: Frame;
  news: () => WatcherNews;
  acceptLoss: () => Promise<void>;
}

const VISIBILITIES: readonly Visibility[] = ['public', 'private'];

export function createFileVerbs(parts: FileVerbsParts): Router {
  const { library, removal, shares, retry, auth, links, frame, news, acceptLoss } = parts;
  const router = Router();
  const on = memberForms(router, auth);

  on('/files/bulk/share', async (req, res) => {
    const files = (await readFiles(req)).filter(({ state }) => state !== 'failed');
    const visibility = readVisibility(req);
    for (const file of files) await ensureShare(file.id, visibility);
    answer(req, res, {});
  });

  /** Asks first; the answer comes with what shall become of the sources. */
  on('/files/bulk/delete', async (req, res) => {
    const files = await readFiles(req);
    const { source } = fieldsOf(req);
    if (files.length === 0) return answer(req, res, {});
    if (source !== 'keep' && source !== 'delete') return ask(req, res, files);
    for (const { id } of files) await removal.remove(id, { deletesSource: source === 'delete' });
    answer(req, res, {});
  });

  on('/files/:id/share', async (req, res) => {
    const [file] = await readFiles(req, String(req.params['id']));
    if (!file) throw new AppError('not-found', 'There is no such file any more.');
    const share = await ensureShare(file.id, readVisibility(req));
    answer(req, res, { url: links(req).shareUrl(share) });
  });

  on('/files/:id/retry', async (req, res) => {
    const [file] = await readFiles(req, String(req.params['id']));
    if (!file) throw new AppError('not-found', 'There is no such file any more.');
    await retry(file.id);
    answer(req, res, {});
  });

  on('/shares/:id/stop', async (req, res) => {
    const id = String(req.params['id']);
    if (isId(id) && (await shares.get(id))) await shares.remove(id);
    answer(req, res, {});
  });

  on('/files/loss', async (req, res) => {
    if (auth.viewer(req)?.role !== 'admin') throw new AppError('forbidden', 'Only an admin may do that.');
    if (mayBeMeant(news())) await acceptLoss();
    answer(req, res, {});
  });

  /** Those of the form that are still there. */
  async function readFiles(req: Request, given: unknown = fieldsOf(req)['id']): Promise<MediaFile[]> {
    const found = await Promise.all(idsIn(given).map((id) => library.get(id)));
    return found.filter((file) => file !== undefined);
  }

  async function findShare(fileId: string, visibility: Visibility): Promise<Share | undefined> {
    const found = await shares.ofFiles([fileId]);
    return found.find((share) => share.visibility === visibility && !shares.endingOf(share));
  }

  /** Two clicks at the same moment are one share. */
  async function ensureShare(fileId: string, visibility: Visibility): Promise<Share> {
    const present = await findShare(fileId, visibility);
    if (present) return present;
    try {
      return await shares.create({ fileId, visibility });
    } catch (error) {
      const other = isAppError(error, 'conflict') ? await findShare(fileId, visibility) : undefined;
      if (!other) throw error;
      return other;
    }
  }

  async function ask(req: Request, res: Response, files: MediaFile[]): Promise<void> {
    const page = viewRemoval({
      files,
      linkTotal: await shares.countOfFiles(files.map(({ id }) => id)),
      backPath: readNextPath(fieldsOf(req)['back']),
      onPage: links.onPage,
      assetsPath: frame.assetsPath,
    });
    res.send(frame.render('remove', { ...frame.viewerOf(req), ...page }));
  }

  function answer(req: Request, res: Response, done: { url?: string }): void {
    if (req.accepts(['html', 'json']) === 'json') return void res.json(done);
    res.redirect(303, links.onPage.to(readNextPath(fieldsOf(req)['back'])));
  }

  return router;
}

/** Errors: 'invalid'. Nobody's file becomes public because a form said something odd. */
function readVisibility(req: Request): Visibility {
  const given = fieldsOf(req)['visibility'] ?? 'public';
  const visibility = VISIBILITIES.find((one) => one === given);
  if (!visibility) throw new AppError('invalid', 'A link is either public or private.');
  return visibility;
}
