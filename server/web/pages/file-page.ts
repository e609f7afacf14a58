/** `/files/:id`: one media file, for members: played, described, shared, named. */
import { Router, urlencoded, type Request, type Response } from 'express';
import type { Auth } from '../../auth/index.js';
import { AppError, isAppError } from '../../base/errors.js';
import { isId } from '../../base/ids.js';
import type { Clips } from '../../clips/model.js';
import type { Library, MediaFile } from '../../library/model.js';
import type { Engine } from '../../render/model.js';
import type { Share, Shares, Visibility } from '../../share/model.js';
import { sourceOf } from '../guard.js';
import type { LinksOf } from '../links.js';
import { hasPoster } from '../poster.js';
import { viewFile, type FileNews } from './file-view.js';
import type { Frame } from './frame.js';
import { newestOfEach } from './library-page.js';
import { setPolicy } from './policy.js';
import { isSafari } from './safari.js';
import { readChoice, readShareState } from './share-state.js';
import { askToSignIn } from './to-sign-in.js';

export interface FilePageParts {
  library: Pick<Library, 'get' | 'generation' | 'locate' | 'update'>;
  clips: Pick<Clips, 'get' | 'list'>;
  engine: Pick<Engine, 'progress' | 'report'>;
  shares: Pick<Shares, 'create' | 'list' | 'ofFiles' | 'plays' | 'endingOf'>;
  auth: Pick<Auth, 'viewer' | 'checkCsrf'>;
  links: LinksOf;
  frame: Frame;
}

const CLIPS_SHOWN = 100;
const DONE = new Map([
  ['name', 'The name is changed.'],
  ['metadata', 'The metadata is saved.'],
  ['clip', 'The clip is shared.'],
  ['clip-deleted', 'The clip is deleted.'],
]);

type FileRequest = Request<{ id: string }>;

export function createFilePage(parts: FilePageParts): Router {
  const { library, clips, engine, shares, auth, links, frame } = parts;
  const router = Router();
  const form = urlencoded({ extended: false, limit: '100kb' });

  router.get('/files/:id', async (req, res) => {
    if (!auth.viewer(req)) return askToSignIn(res, req.url, links.onPage);
    await show(req, res, await mustGet(req), 200, { done: DONE.get(String(req.query['done'])) });
  });

  /** Also where the page gets the next token for its stream. */
  router.get('/files/:id/state', async (req, res) => {
    const file = await mustGet(req);
    const { condition, generation } = await readShareState({}, file, library);
    const playable = generation && {
      stream: links.onPage.previewStreamUrl(file),
      generation: generation.id,
      livesMs: links.onPage.previewLifeMs(),
      ...(await readChoice(generation, { engine, library })),
    };
    res.set('Cache-Control', 'no-store').json({ state: condition, ...playable });
  });

  router.get('/files/:id/download', async (req, res) => {
    if (!auth.viewer(req)) return askToSignIn(res, `/files/${req.params.id}`, links.onPage);
    const download = links.onPage.previewDownload(await mustGet(req));
    if (!download) throw new AppError('not-found', 'There is nothing to download yet.');
    res.set('Cache-Control', 'no-store').redirect(302, download.url);
  });

  change('name', 'rename', (file, text) => library.update(file.id, { displayName: text.trim() }));
  change('metadata', 'metadata', (file, text) => library.update(file.id, { metadata: readMetadata(text) }));

  router.post('/files/:id/clips/:clipId/share', form, async (req, res) => {
    const file = await mustGet(req);
    auth.checkCsrf(req, fieldOf(req, 'csrf'));
    const clip = isId(req.params.clipId) ? await clips.get(req.params.clipId) : undefined;
    if (clip?.fileId !== file.id) throw new AppError('not-found', 'There is no such clip any more.');
    const visibility: Visibility = fieldOf(req, 'visibility') === 'private' ? 'private' : 'public';
    const url = links(req).shareUrl(await ensureShare(file.id, clip.id, visibility));
    setPolicy(res, { keep: 'none' });
    if (req.accepts(['html', 'json']) === 'json') res.json({ url });
    else res.redirect(303, links.onPage.to(`/files/${file.id}#clips`));
  });

  /** One text of the file, with a form of its own; a refusal is shown beside it, with what was typed. */
  function change(
    field: 'name' | 'metadata',
    verb: string,
    act: (file: MediaFile, text: string) => Promise<unknown>,
  ): void {
    router.post(`/files/:id/${verb}`, form, async (req: FileRequest, res) => {
      const file = await mustGet(req);
      auth.checkCsrf(req, fieldOf(req, 'csrf'));
      const typed = fieldOf(req, field);
      try {
        await act(file, typed);
      } catch (error) {
        if (!isAppError(error, 'invalid')) throw error;
        const text = error.message.replace('filename', 'The name');
        return show(req, res, file, 400, { error: { form: field, text, typed } });
      }
      setPolicy(res, { keep: 'none' });
      res.redirect(303, links.onPage.to(`/files/${file.id}?done=${field}`));
    });
  }

  /** What has ended makes room for another. */
  const opensSomething = (share: Share) => !shares.endingOf(share);

  /** Errors: 'unauthenticated', 'not-found'. */
  async function mustGet(req: FileRequest): Promise<MediaFile> {
    if (!auth.viewer(req)) throw new AppError('unauthenticated', 'Sign in first.');
    const file = isId(req.params.id) ? await library.get(req.params.id) : undefined;
    if (!file) throw new AppError('not-found', 'There is no such file any more.');
    return file;
  }

  async function ensureShare(fileId: string, segmentId: string, visibility: Visibility) {
    const find = async () => {
      const found = await shares.list({ fileId, segmentId, visibility, limit: 1, offset: 0 });
      return found.shares.find(opensSomething);
    };
    try {
      return (await find()) ?? (await shares.create({ fileId, segmentId, visibility }));
    } catch (error) {
      const other = isAppError(error, 'conflict') ? await find() : undefined;
      if (!other) throw error;
      return other;
    }
  }

  async function show(req: Request, res: Response, file: MediaFile, status: number, news: FileNews) {
    const state = await readShareState({}, file, library);
    const { generation } = state;
    const whole = await shares.ofFiles([file.id]);
    const found = await clips.list({ fileId: file.id, limit: CLIPS_SHOWN, offset: 0 });
    const all = found.total > 0 ? await shares.list({ fileId: file.id, limit: 1000, offset: 0 }) : undefined;
    const page = viewFile({
      row: {
        file,
        shares: newestOfEach(whole.filter(opensSomething)),
        progress: file.generationId ? engine.progress(file.generationId) : undefined,
        hasPoster: generation !== undefined && hasPoster(generation.info),
      },
      state,
      choice: generation && (await readChoice(generation, { engine, library })),
      report: generation ? await engine.report(sourceOf(generation, library)) : [],
      clips: found.clips,
      clipTotal: found.total,
      clipShares: all?.shares.filter(opensSomething) ?? [],
      viewsOf: (share) => shares.plays.viewsOf(share),
      news,
      start: req.query['s'] ?? req.query['t'],
      editor: req.query,
      onPage: links.onPage,
      absolute: links(req),
      assetsPath: frame.assetsPath,
      usesHlsJs: !isSafari(req),
    });
    setPolicy(res, { keep: 'none', hasPlayer: true });
    res.status(status).send(frame.render('file', { ...frame.viewerOf(req), ...page }));
  }

  return router;
}

function fieldOf(req: Request, name: string): string {
  const value = (req.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
}

/** Errors: 'invalid'. Nothing, or an empty object, takes the metadata away. */
function readMetadata(text: string): Record<string, unknown> | null {
  if (text.trim() === '') return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid', `This is not JSON: ${(cause as Error).message}.`, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('invalid', 'Metadata is a JSON object, such as {"year": 2024}.');
  }
  return Object.keys(value).length > 0 ? (value as Record<string, unknown>) : null;
}
