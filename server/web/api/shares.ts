/** Shares over the API: made, listed, read, changed, ended. Public ones; what else the contract has is refused plainly. */
import { Router, type Request } from 'express';
import { z } from 'zod';
import { AppError } from '../../base/errors.js';
import type { LibraryReader } from '../../library/model.js';
import type { Share, Shares } from '../../share/index.js';
import type { Links, LinksOf } from '../links.js';
import { day, id, metadata, object, oneOf, optional, page, parseInput, text } from './input.js';
import { readJson } from './json-body.js';
import { shareJson } from './share-json.js';

const TITLE_LENGTH = 500;
const DESCRIPTION_LENGTH = 5000;

const visibility = oneOf('public', 'private');
const linkPreview = oneOf('none', 'full', 'player');

const draft = object({
  file_id: id,
  file_segment_id: optional(id),
  title: optional(text(TITLE_LENGTH)),
  description: optional(text(DESCRIPTION_LENGTH)),
  metadata: optional(metadata),
  visibility: optional(visibility),
  link_preview: optional(linkPreview),
});

/** null takes a text away; left out leaves it as it is. */
const change = object({
  title: z.nullable(text(TITLE_LENGTH)).optional(),
  description: z.nullable(text(DESCRIPTION_LENGTH)).optional(),
  metadata: z.nullable(metadata).optional(),
  link_preview: optional(linkPreview),
  visibility: z.undefined({ error: 'left out: it cannot be changed; make another share instead' }).optional(),
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
}): Router {
  const router = Router();

  router.post('/share', ...readJson, async (req, res) => {
    const given = parseInput(draft, req.body);
    if (given.file_segment_id !== undefined) throw clipsLater('file_segment_id');
    const share = await shares.create({
      fileId: given.file_id,
      ...textsOf(given),
      ...(given.metadata === undefined ? {} : { metadata: given.metadata }),
      ...(given.visibility === undefined ? {} : { visibility: given.visibility }),
      ...(given.link_preview === undefined ? {} : { linkPreview: given.link_preview }),
    });
    res.json(await describeOne(share, req));
  });

  router.get('/share', async (req, res) => {
    const query = parseInput(listQuery, req.query, 'the query');
    if (query.file_segment_id !== undefined) throw clipsLater('file_segment_id');
    const { limit, offset } = query;
    const found = await shares.list({
      limit,
      offset,
      ...(query.file_id === undefined ? {} : { fileId: query.file_id }),
      ...(query.visibility === undefined ? {} : { visibility: query.visibility }),
      ...(query.created_before === undefined ? {} : { createdBeforeMs: query.created_before }),
      ...(query.created_after === undefined ? {} : { createdAfterMs: query.created_after }),
    });
    const to = links(req);
    const data = await Promise.all(found.shares.map((share) => describe(share, to)));
    // A file that was removed between the two reads took its shares along.
    res.json({ object: 'list', data: data.filter(Boolean), total: found.total, limit, offset });
  });

  router.get('/share/:id', async (req, res) => {
    if (req.query['clip_start'] !== undefined || req.query['clip_end'] !== undefined) {
      throw clipsLater('clip_start and clip_end');
    }
    const share = await shares.get(idOf(req));
    if (!share) throw noShare(idOf(req));
    res.json(await describeOne(share, req));
  });

  router.put('/share/:id', ...readJson, async (req, res) => {
    const shareId = idOf(req);
    const given = parseInput(change, req.body);
    const share = await shares.update(shareId, {
      ...textsOf(given),
      ...(given.metadata === undefined ? {} : { metadata: given.metadata }),
      ...(given.link_preview === undefined ? {} : { linkPreview: given.link_preview }),
    });
    res.json(await describeOne(share, req));
  });

  router.delete('/share/:id', async (req, res) => {
    const shareId = idOf(req);
    await shares.remove(shareId);
    res.json({ id: shareId, object: 'share' });
  });

  async function describeOne(share: Share, req: Request): Promise<object> {
    const described = await describe(share, links(req));
    if (!described) throw noShare(share.id);
    return described;
  }

  async function describe(share: Share, to: Links): Promise<object | undefined> {
    const file = await library.get(share.fileId);
    if (!file) return undefined;
    const generation = file.generationId ? await library.generation(file.generationId) : undefined;
    return shareJson(share, { file, generation, to });
  }

  return router;
}

function textsOf<T>({ title, description }: { title?: T; description?: T }): { title?: T; description?: T } {
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
  };
}

function idOf(req: Request): string {
  return parseInput(object({ id }), req.params).id;
}

function noShare(shareId: string): AppError {
  return new AppError('not-found', `There is no share ${shareId}.`);
}

function clipsLater(field: string): AppError {
  return new AppError(
    'not-implemented',
    `${field}: sharing a part of a file is not available in this version.`,
  );
}
