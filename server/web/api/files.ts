/** Media files over the API: found, read, renamed, taken out of the library and back. */
import { z } from 'zod';
import { AppError } from '../../base/errors.js';
import type { Library } from '../../library/model.js';
import type { LinksOf } from '../links.js';
import { listOf, pageOf, removed } from './answers.js';
import type { DescribeFile } from './describe-file.js';
import { fileAnswer, FILE_STATUSES, statesOf } from './file-json.js';
import { filter } from './filter.js';
import { day, flag, id, metadata, object, oneOf, optional, page, text } from './input.js';
import { defineRoute, type ApiRoute } from './route.js';

const params = object({ file_id: id });

const listQuery = object({
  ...page,
  status: optional(oneOf(...FILE_STATUSES)),
  created_before: optional(day),
  created_after: optional(day),
  order: oneOf('created_at', 'filename').default('created_at'),
  sort: oneOf('asc', 'desc').default('desc'),
  filter: optional(filter),
  removed: optional(flag).meta({ description: 'true: those that were deleted here, but not their source' }),
});

export interface FilesApiParts {
  library: Pick<Library, 'get' | 'list' | 'update' | 'restore'>;
  removal: { remove(id: string, options: { deletesSource: boolean | undefined }): Promise<void> };
  /** The file may be probed. */
  take: (fileId: string) => void;
  describe: DescribeFile;
  links: LinksOf;
}

export function createFilesApi({ library, removal, take, describe, links }: FilesApiParts): ApiRoute[] {
  const list = defineRoute(
    {
      method: 'get',
      path: '/files',
      topic: 'Files',
      summary: 'List media files',
      notes:
        'filter is JSON: {"metadata": […], "video_info": […], "file": […]} of criteria {"path", "operator", "valueText" or "valueTextArray"}, all of which must hold.',
      query: listQuery,
      answer: listOf(fileAnswer),
    },
    async ({ query, req }) => {
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
              state,
              createdBeforeMs: query.created_before,
              createdAfterMs: query.created_after,
              criteria: query.filter,
              withdrawn: query.removed ? 'only' : 'no',
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
      params,
      answer: fileAnswer,
      refusals: ['not-found'],
    },
    async ({ params: { file_id }, req }) => {
      const file = await library.get(file_id);
      if (!file) throw new AppError('not-found', `There is no file ${file_id}.`);
      return describe(file, links(req), { withRenditions: true });
    },
  );

  const update = defineRoute(
    {
      method: 'put',
      path: '/files/:file_id',
      topic: 'Files',
      summary: 'Change what is said of a media file',
      notes: 'filename is the name that people see; nothing is renamed in the folder.',
      params,
      body: object({ metadata: z.nullable(metadata).optional(), filename: optional(text(255)) }),
      answer: fileAnswer,
      refusals: ['not-found'],
    },
    async ({ params: { file_id }, body, req }) => {
      const file = await library.update(file_id, { displayName: body.filename, metadata: body.metadata });
      return describe(file, links(req), { withRenditions: true });
    },
  );

  const remove = defineRoute(
    {
      method: 'delete',
      path: '/files/:file_id',
      topic: 'Files',
      summary: 'Remove a media file',
      notes:
        'Its shares, segments and renditions go at once. The source of an upload goes too, unless delete_source=false; any other only with delete_source=true. A source that stays is left out of the library until its content changes or it is restored.',
      params,
      query: object({ delete_source: optional(flag) }),
      answer: removed('file'),
      refusals: ['not-found', 'forbidden', 'conflict'],
    },
    async ({ params: { file_id }, query }) => {
      await removal.remove(file_id, { deletesSource: query.delete_source });
      return { id: file_id, object: 'file' as const };
    },
  );

  const restore = defineRoute(
    {
      method: 'post',
      path: '/files/:file_id/restore',
      topic: 'Files',
      summary: 'Take a removed media file back',
      notes: 'For a file that was removed while its source stayed in the folder; ?removed=true lists them.',
      params,
      answer: fileAnswer,
      refusals: ['not-found'],
    },
    async ({ params: { file_id }, req }) => {
      const file = await library.restore(file_id);
      take(file.id);
      return describe(file, links(req));
    },
  );

  const sync = defineRoute(
    {
      method: 'post',
      path: '/files/sync',
      topic: 'Files',
      summary: 'Fetch a media file from an address',
      notes: 'Not available in this version.',
      answer: z.never(),
      refusals: ['not-implemented'],
    },
    () => {
      throw new AppError(
        'not-implemented',
        'Files cannot be fetched from an address in this version; upload them with POST /v1/files.',
      );
    },
  );

  return [list, get, update, remove, restore, sync];
}
