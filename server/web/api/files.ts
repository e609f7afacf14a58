/** Reading media files over the API. They come from the watched folder; there is no way to make one here yet. */
import { Router } from 'express';
import { AppError } from '../../base/errors.js';
import type { LibraryReader, MediaFile } from '../../library/model.js';
import type { Engine } from '../../render/model.js';
import { sourceOf } from '../guard.js';
import type { Links, LinksOf } from '../links.js';
import { hasPoster } from '../poster.js';
import { fileJson, statesOf } from './file-json.js';
import { day, id, object, oneOf, optional, page, parseInput, text } from './input.js';

const listQuery = object({
  ...page,
  status: optional(oneOf('pending', 'processing', 'completed', 'failed', 'not_applicable')),
  created_before: optional(day),
  created_after: optional(day),
  order: oneOf('created_at', 'filename').default('created_at'),
  sort: oneOf('asc', 'desc').default('desc'),
  filter: optional(text(10_000)),
});

export function createFilesApi({
  library,
  engine,
  links,
}: {
  library: Pick<LibraryReader, 'get' | 'list' | 'generation' | 'locate'>;
  engine: Pick<Engine, 'progress' | 'report'>;
  links: LinksOf;
}): Router {
  const router = Router();

  router.get('/files', async (req, res) => {
    const query = parseInput(listQuery, req.query, 'the query');
    if (query.filter !== undefined) {
      throw new AppError('not-implemented', 'filter is not available in this version.');
    }
    const { limit, offset, order, sort } = query;
    const state = query.status && statesOf(query.status);
    const found =
      state?.length === 0
        ? { files: [], total: 0 }
        : await library.list({
            limit,
            offset,
            order,
            sort,
            ...(state ? { state } : {}),
            ...(query.created_before === undefined ? {} : { createdBeforeMs: query.created_before }),
            ...(query.created_after === undefined ? {} : { createdAfterMs: query.created_after }),
          });
    const to = links(req);
    const data = await Promise.all(found.files.map((file) => describe(file, to)));
    res.json({ object: 'list', data, total: found.total, limit, offset });
  });

  router.get('/files/:file_id', async (req, res) => {
    const { file_id } = parseInput(object({ file_id: id }), req.params);
    const file = await library.get(file_id);
    if (!file) throw new AppError('not-found', `There is no file ${file_id}.`);
    res.json(await describe(file, links(req), { withRenditions: true }));
  });

  async function describe(file: MediaFile, to: Links, { withRenditions = false } = {}): Promise<object> {
    const generation = file.generationId ? await library.generation(file.generationId) : undefined;
    return fileJson({
      file,
      generation,
      progress: generation && engine.progress(generation.id),
      thumbnailUrl: generation && hasPoster(generation.info) ? to.previewPosterUrl(file) : undefined,
      renditions:
        withRenditions && generation ? await engine.report(sourceOf(generation, library)) : undefined,
    });
  }

  return router;
}
