/**
 * What members do with clips on the page of a file: cut one and share it at once, save it, delete it. The same range is
 * never cut twice. Plain forms with the session's token; a script that asks for JSON is answered in JSON.
 */
import { Router, urlencoded, type Request, type Response } from 'express';
import type { Auth } from '../../auth/index.js';
import { AppError, isAppError } from '../../base/errors.js';
import { isId } from '../../base/ids.js';
import type { Clip, Clips, TimeRange } from '../../clips/index.js';
import type { Generation, LibraryReader, MediaFile } from '../../library/model.js';
import { narrow, partOf } from '../../share/index.js';
import type { Share, Shares, Visibility } from '../../share/model.js';
import type { LinksOf } from '../links.js';
import { shownInfo } from '../shown-info.js';
import { savedName } from '../shown-name.js';
import { editorPath, REFUSED, type Refused } from './clip-editor-view.js';
import { boundsOf, readRange } from './clip-times.js';
import { setPolicy } from './policy.js';
import { askToSignIn } from './to-sign-in.js';

export interface ClipEditorParts {
  library: Pick<LibraryReader, 'get' | 'generation'>;
  clips: Pick<Clips, 'get' | 'list' | 'segment' | 'remove'>;
  shares: Pick<Shares, 'create' | 'list' | 'update' | 'endingOf'>;
  auth: Pick<Auth, 'viewer' | 'checkCsrf'>;
  links: LinksOf;
}

type FileRequest = Request<{ id: string; clipId: string }>;

/** Those that begin at the same moment. */
const ALIKE_LOOKED_AT = 100;

export function createClipEditor({ library, clips, shares, auth, links }: ClipEditorParts): Router {
  const router = Router();
  const form = urlencoded({ extended: false, limit: '100kb' });

  router.post('/files/:id/clips', form, async (req: FileRequest, res) => {
    const { file, generation } = await open(req);
    const typed = { start: fieldOf(req, 'start'), end: fieldOf(req, 'end') };
    const title = fieldOf(req, 'title').trim();
    const visibility = readVisibility(req);
    const refuse = (text: string, refused?: Refused) => {
      setPolicy(res, { keep: 'none' });
      if (wantsJson(req)) return void res.status(400).json({ error: text });
      const asked = { ...typed, title, isPrivate: visibility === 'private', refused };
      res.redirect(303, links.onPage.to(editorPath(file.id, asked)));
    };
    const read = readRange(typed, boundsOf(generation.info));
    if ('problem' in read) return refuse(read.problem.text);
    const range = { startSeconds: read.startMs / 1000, endSeconds: read.endMs / 1000 };
    if (isEmpty(generation, range)) return refuse(REFUSED.empty, 'empty');
    try {
      const clip = await ensureClip(file.id, range);
      const share = await ensureShare(clip, visibility, title);
      const done = { url: links(req).shareUrl(share), clip: clip.id };
      answer(req, res, done, `/files/${file.id}?done=clip#clips`);
    } catch (error) {
      if (!isAppError(error, 'too-many')) throw error;
      refuse(REFUSED['too-many'], 'too-many');
    }
  });

  router.post('/files/:id/clips/:clipId/delete', form, async (req: FileRequest, res) => {
    const { file } = await open(req);
    const clip = await clipOf(req, file);
    if (clip) await clips.remove(clip.id);
    answer(req, res, {}, `/files/${file.id}?done=clip-deleted#clips`);
  });

  router.get('/files/:id/clips/:clipId/download', async (req: FileRequest, res) => {
    if (!auth.viewer(req)) return askToSignIn(res, `/files/${req.params.id}`, links.onPage);
    const file = isId(req.params.id) ? await library.get(req.params.id) : undefined;
    const segment = file && (await clipOf(req, file));
    const generation = file?.generationId ? await library.generation(file.generationId) : undefined;
    const window = segment && generation && partOf({ segment }, generation);
    const download =
      file && generation && window && window !== 'outside'
        ? links.onPage.previewDownload(file, {
            window,
            name: savedName({}, file, shownInfo(generation, window)),
          })
        : undefined;
    if (!download) throw new AppError('not-found', 'There is no such clip any more.');
    res.set('Cache-Control', 'no-store').redirect(302, download.url);
  });

  /** Errors: 'unauthenticated', 'forbidden', 'not-found', 'conflict'. */
  async function open(req: FileRequest): Promise<{ file: MediaFile; generation: Generation }> {
    if (!auth.viewer(req)) throw new AppError('unauthenticated', 'Sign in first.');
    auth.checkCsrf(req, fieldOf(req, 'csrf'));
    const file = isId(req.params.id) ? await library.get(req.params.id) : undefined;
    if (!file) throw new AppError('not-found', 'There is no such file any more.');
    const generation = file.generationId ? await library.generation(file.generationId) : undefined;
    if (!generation) throw new AppError('conflict', 'The file cannot be cut: it cannot be played.');
    return { file, generation };
  }

  async function clipOf({ params: { clipId } }: FileRequest, file: MediaFile): Promise<Clip | undefined> {
    const clip = isId(clipId) ? await clips.get(clipId) : undefined;
    return clip?.fileId === file.id ? clip : undefined;
  }

  async function ensureClip(fileId: string, range: TimeRange): Promise<Clip> {
    const { startSeconds, endSeconds } = range;
    const alike = await clips.list({
      ...{ fileId, startsFromSeconds: startSeconds, endsBySeconds: endSeconds },
      ...{ limit: ALIKE_LOOKED_AT, offset: 0 },
    });
    const same = alike.clips.find(
      (clip) => clip.startSeconds === startSeconds && clip.endSeconds === endSeconds,
    );
    if (same) return same;
    const segmentation = await clips.segment(fileId, {
      cutting: { strategy: 'manual', ranges: [range], range: {} },
      config: {
        strategy: 'manual',
        manual_config: { segments: [{ start_time: startSeconds, end_time: endSeconds }] },
      },
      hasThumbnails: true,
    });
    const made = await clips.list({ segmentationId: segmentation.id, limit: 1, offset: 0 });
    if (!made.clips[0]) throw new AppError('not-found', 'There is no such file any more.');
    return made.clips[0];
  }

  /** Two clicks at the same moment are one share. A title that is given is its title from then on. */
  async function ensureShare({ id, fileId }: Clip, visibility: Visibility, title: string): Promise<Share> {
    const query = { fileId, segmentId: id, visibility, limit: 10, offset: 0 };
    const present = (await shares.list(query)).shares.find((share) => !shares.endingOf(share));
    if (present) return title ? shares.update(present.id, { title }) : present;
    try {
      return await shares.create({ fileId, segmentId: id, visibility, ...(title ? { title } : {}) });
    } catch (error) {
      const other = isAppError(error, 'conflict') ? (await shares.list(query)).shares[0] : undefined;
      if (!other) throw error;
      return other;
    }
  }

  function answer(req: Request, res: Response, done: object, nextPath: string): void {
    setPolicy(res, { keep: 'none' });
    if (wantsJson(req)) res.json(done);
    else res.redirect(303, links.onPage.to(nextPath));
  }

  return router;
}

const wantsJson = (req: Request): boolean => req.accepts(['html', 'json']) === 'json';

function fieldOf(req: Request, name: string): string {
  const value = (req.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
}

/** There is nothing to be seen or heard in that time. */
function isEmpty(generation: Generation, range: TimeRange): boolean {
  try {
    narrow(undefined, generation, range);
    return false;
  } catch (error) {
    if (isAppError(error, 'invalid')) return true;
    throw error;
  }
}

/** Errors: 'invalid'. Nothing becomes public because a form said something odd. */
function readVisibility(req: Request): Visibility {
  const given = fieldOf(req, 'visibility');
  if (given !== 'public' && given !== 'private') {
    throw new AppError('invalid', 'A link is either public or private.');
  }
  return given;
}
