/** Shares over the API: of files and of their segments; made, listed, read whole or in part, changed, ended. */
import type { Request } from 'express';
import { z } from 'zod';
import { AppError } from '../../base/errors.js';
import type { LibraryReader } from '../../library/model.js';
import type { Share, Shares } from '../../share/index.js';
import type { Asked } from '../../share/model.js';
import type { Links, LinksOf } from '../links.js';
import { listOf, pageOf, removed } from './answers.js';
import { readWindow, windowQuery } from './clip-window.js';
import { day, id, metadata, object, oneOf, optional, page, text } from './input.js';
import { defineRoute, type ApiRoute } from './route.js';
import { controlsOfChange, controlsOfDraft, readControls } from './share-controls.js';
import { LINK_PREVIEWS, shareAnswer, shareJson, VISIBILITIES, type ShareJson } from './share-json.js';

const TITLE_LENGTH = 500;
const DESCRIPTION_LENGTH = 5000;

const visibility = oneOf(...VISIBILITIES);
const linkPreview = oneOf(...LINK_PREVIEWS);
const params = object({ id });

const draft = object({
  file_id: id,
  file_segment_id: optional(id),
  title: optional(text(TITLE_LENGTH)),
  description: optional(text(DESCRIPTION_LENGTH)),
  metadata: optional(metadata),
  visibility: optional(visibility),
  link_preview: optional(linkPreview),
  ...controlsOfDraft,
});

/** null takes a text away; left out leaves it as it is. */
const change = object({
  title: z.nullable(text(TITLE_LENGTH)).optional(),
  description: z.nullable(text(DESCRIPTION_LENGTH)).optional(),
  metadata: z.nullable(metadata).optional(),
  link_preview: optional(linkPreview),
  visibility: z
    .undefined({ error: 'left out: it cannot be changed; make another share instead' })
    .optional()
    .meta({ not: {}, description: 'Cannot be changed: make another share instead.' }),
  ...controlsOfChange,
});

const listQuery = object({
  ...page,
  file_id: optional(id),
  file_segment_id: optional(id),
  visibility: optional(visibility),
  created_before: optional(day),
  created_after: optional(day),
});

export function createSharesApi({
  library,
  shares,
  links,
}: {
  library: Pick<LibraryReader, 'get' | 'generation'>;
  shares: Shares;
  links: LinksOf;
}): ApiRoute[] {
  const create = defineRoute(
    {
      method: 'post',
      path: '/share',
      topic: 'Shares',
      summary: 'Share a media file, or a segment of it',
      notes:
        'A file, as a segment, has at most one share of each visibility; a second one is refused and names the first, ' +
        'unless that one has ended: then it takes its place. ' +
        'The share of a segment shows nothing else of the file, and ends when the segment is deleted.',
      body: draft,
      answer: shareAnswer,
      refusals: ['not-found', 'conflict'],
    },
    async ({ body, req }) => {
      const share = await shares.create({
        fileId: body.file_id,
        ...(body.file_segment_id === undefined ? {} : { segmentId: body.file_segment_id }),
        ...textsOf(body),
        ...(body.metadata === undefined ? {} : { metadata: body.metadata }),
        ...(body.visibility === undefined ? {} : { visibility: body.visibility }),
        ...(body.link_preview === undefined ? {} : { linkPreview: body.link_preview }),
        ...readControls(body),
      });
      return describeOne(share, req);
    },
  );

  const list = defineRoute(
    {
      method: 'get',
      path: '/share',
      topic: 'Shares',
      summary: 'List shares, newest first',
      query: listQuery,
      answer: listOf(shareAnswer),
    },
    async ({ query, req }) => {
      const { limit, offset } = query;
      const found = await shares.list({
        limit,
        offset,
        ...(query.file_id === undefined ? {} : { fileId: query.file_id }),
        ...(query.file_segment_id === undefined ? {} : { segmentId: query.file_segment_id }),
        ...(query.visibility === undefined ? {} : { visibility: query.visibility }),
        ...(query.created_before === undefined ? {} : { createdBeforeMs: query.created_before }),
        ...(query.created_after === undefined ? {} : { createdAfterMs: query.created_after }),
      });
      const to = links(req);
      const data = await Promise.all(found.shares.map((share) => describe(share, to)));
      // A file that was removed between the two reads took its shares along.
      const there = data.filter((one) => one !== undefined);
      return pageOf(there, { total: found.total, limit, offset });
    },
  );

  const get = defineRoute(
    {
      method: 'get',
      path: '/share/:id',
      topic: 'Shares',
      summary: 'Read a share',
      notes:
        'With clip_start and clip_end its addresses open that part and nothing else. They count from the beginning of ' +
        'what is shared; an end up to half a second too late is the end. Nothing of it is kept.',
      params,
      query: windowQuery,
      answer: shareAnswer,
      refusals: ['not-found'],
    },
    async ({ params: { id: shareId }, query, req }) => {
      const asked = readWindow(query);
      const share = await shares.get(shareId);
      if (!share) throw noShare(shareId);
      return describeOne(share, req, asked);
    },
  );

  const update = defineRoute(
    {
      method: 'put',
      path: '/share/:id',
      topic: 'Shares',
      summary: 'Change a share',
      notes:
        'null takes a text or a limit away; what is left out stays as it is. A new password ends what was opened with ' +
        'the one before.',
      params,
      body: change,
      answer: shareAnswer,
      refusals: ['not-found'],
    },
    async ({ params: { id: shareId }, body, req }) => {
      const share = await shares.update(shareId, {
        ...textsOf(body),
        ...(body.metadata === undefined ? {} : { metadata: body.metadata }),
        ...(body.link_preview === undefined ? {} : { linkPreview: body.link_preview }),
        ...readControls(body),
      });
      return describeOne(share, req);
    },
  );

  const reissue = defineRoute(
    {
      method: 'post',
      path: '/share/:id/reissue',
      topic: 'Shares',
      summary: 'Give a share a new link',
      notes:
        'The old link, and all that was handed out under it, stops at once. The answer is the share under its new id, ' +
        'with all that was said of it and no views.',
      params,
      answer: shareAnswer,
      refusals: ['not-found'],
    },
    async ({ params: { id: shareId }, req }) => describeOne(await shares.reissue(shareId), req),
  );

  const remove = defineRoute(
    {
      method: 'delete',
      path: '/share/:id',
      topic: 'Shares',
      summary: 'End a share',
      notes: 'Its links stop at once.',
      params,
      answer: removed('share'),
      refusals: ['not-found'],
    },
    async ({ params: { id: shareId } }) => {
      await shares.remove(shareId);
      return { id: shareId, object: 'share' as const };
    },
  );

  async function describeOne(share: Share, req: Request, asked?: Asked): Promise<ShareJson> {
    const described = await describe(share, links(req), asked);
    if (!described) throw noShare(share.id);
    return described;
  }

  async function describe(share: Share, to: Links, asked?: Asked): Promise<ShareJson | undefined> {
    const file = await library.get(share.fileId);
    if (!file) return undefined;
    const generation = file.generationId ? await library.generation(file.generationId) : undefined;
    const [views, ending] = [shares.plays.viewsOf(share), shares.endingOf(share)];
    return shareJson(share, { file, generation, asked, views, ending, to });
  }

  return [create, list, get, update, reissue, remove];
}

function textsOf<T>({ title, description }: { title?: T; description?: T }): { title?: T; description?: T } {
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
  };
}

function noShare(shareId: string): AppError {
  return new AppError('not-found', `There is no share ${shareId}.`);
}
