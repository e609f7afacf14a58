/** Media files over the API: what there is and in what state. */
import { AppError } from '../../base/errors.js';
import type { LibraryReader, MediaFile } from '../../library/model.js';
import type { Engine } from '../../render/model.js';
import { sourceOf } from '../guard.js';
import type { Links, LinksOf } from '../links.js';
import { hasPoster } from '../poster.js';
import { listOf, pageOf } from './answers.js';
import { fileAnswer, fileJson, FILE_STATUSES, statesOf, type FileJson } from './file-json.js';
import { day, id, object, oneOf, optional, page, text } from './input.js';
import { defineRoute, type ApiRoute } from './route.js';

const listQuery = object({
  ...page,
  status: optional(oneOf(...FILE_STATUSES)),
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
}): ApiRoute[] {
  const list = defineRoute(
    {
      method: 'get',
      path: '/files',
      topic: 'Files',
      summary: 'List media files',
      query: listQuery,
      answer: listOf(fileAnswer),
    },
    async ({ query, req }) => {
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
      return pageOf(data, { total: found.total, limit, offset });
    },
  );

  const get = defineRoute(
    {
      method: 'get',
      path: '/files/:file_id',
      topic: 'Files',
      summary: 'Read a media file',
      params: object({ file_id: id }),
      answer: fileAnswer,
      refusals: ['not-found'],
    },
    async ({ params: { file_id }, req }) => {
      const file = await library.get(file_id);
      if (!file) throw new AppError('not-found', `There is no file ${file_id}.`);
      return describe(file, links(req), { withRenditions: true });
    },
  );

  async function describe(file: MediaFile, to: Links, { withRenditions = false } = {}): Promise<FileJson> {
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

  return [list, get];
}
