/** What members do with links by a form: change one, give it a new address, revoke one or many after being asked. */
import { Router, type Request } from 'express';
import type { Auth } from '../../auth/index.js';
import type { Clock } from '../../base/clock.js';
import { isAppError } from '../../base/errors.js';
import type { LibraryReader } from '../../library/model.js';
import type { LinkPreview, Shares } from '../../share/model.js';
import type { LinksOf } from '../links.js';
import type { Frame } from './frame.js';
import { fieldsOf, idsIn, memberForms } from './member-forms.js';
import { readNextPath } from './next-path.js';
import { viewRevoke } from './share-edit-view.js';
import { readShareForm } from './share-form.js';
import type { SharesPage } from './shares-page.js';

export interface ShareVerbsParts {
  library: Pick<LibraryReader, 'get'>;
  shares: Pick<Shares, 'get' | 'update' | 'reissue' | 'remove'>;
  page: Pick<SharesPage, 'showEdit'>;
  auth: Pick<Auth, 'viewer' | 'checkCsrf'>;
  links: LinksOf;
  frame: Frame;
  clock: Pick<Clock, 'now'>;
}

const PREVIEWS: readonly LinkPreview[] = ['none', 'full', 'player'];

export function createShareVerbs(parts: ShareVerbsParts): Router {
  const { library, shares, page, auth, links, frame, clock } = parts;
  const router = Router();
  const on = memberForms(router, auth);

  /** Asks first; the answer comes with a word of its own. Before `/shares/:id`, which would take it for an id. */
  on('/shares/revoke', async (req, res) => {
    const found = await readShares(req);
    const { sure, back } = fieldsOf(req);
    const backPath = readNextPath(back) === '/' ? '/shares' : readNextPath(back);
    if (found.length > 0 && sure !== 'yes') {
      const asked = viewRevoke({
        shares: found,
        backPath,
        onPage: links.onPage,
        assetsPath: frame.assetsPath,
      });
      res.send(frame.render('share-revoke', { ...frame.viewerOf(req), ...asked }));
      return;
    }
    for (const { share } of found) await removeOne(share.id);
    res.redirect(303, links.onPage.to(found.length > 0 ? withDone(backPath, 'revoked') : backPath));
  });

  on('/shares/:id', async (req, res) => {
    const id = String(req.params['id']);
    const fields = fieldsOf(req);
    const typed = { title: textOf(fields['title']), description: textOf(fields['description']) };
    try {
      const linkPreview = PREVIEWS.find((one) => one === fields['link_preview']);
      await shares.update(id, {
        title: typed.title.trim() || null,
        description: typed.description.replaceAll('\r\n', '\n').trim() || null,
        ...(linkPreview ? { linkPreview } : {}),
        ...readShareForm(fields, { nowMs: clock.now() }),
      });
    } catch (error) {
      if (!isAppError(error, 'invalid')) throw error;
      res.status(400);
      return page.showEdit(req, res, id, { done: undefined, error: error.message, typed });
    }
    res.redirect(303, links.onPage.to(`/shares/${id}?done=saved`));
  });

  on('/shares/:id/reissue', async (req, res) => {
    const { id } = await shares.reissue(String(req.params['id']));
    res.redirect(303, links.onPage.to(`/shares/${id}?done=reissued`));
  });

  /** Those of the form that are still there. */
  async function readShares(req: Request) {
    const found = await Promise.all(
      idsIn(fieldsOf(req)['id']).map(async (id) => {
        const share = await shares.get(id);
        const file = share && (await library.get(share.fileId));
        return file ? { share, file } : undefined;
      }),
    );
    return found.filter((one) => one !== undefined);
  }

  /** Somebody else may have been faster. */
  async function removeOne(id: string): Promise<void> {
    try {
      await shares.remove(id);
    } catch (error) {
      if (!isAppError(error, 'not-found')) throw error;
    }
  }

  return router;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Where one is led back to, with a word of what was done there. */
function withDone(path: string, done: string): string {
  const [start = '', query] = path.split('?', 2);
  const params = new URLSearchParams(query);
  params.set('done', done);
  return `${start}?${params.toString()}`;
}
