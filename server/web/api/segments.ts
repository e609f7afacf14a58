/** The segments of a media file over the API, and the pictures that stand for a file and its segments. */
import { z } from 'zod';
import { AppError } from '../../base/errors.js';
import { idOf } from '../../base/ids.js';
import { thumbnailSeconds, type Clip } from '../../clips/index.js';
import type { MediaFile } from '../../library/model.js';
import type { Links } from '../links.js';
import { hasPoster } from '../poster.js';
import { address, answerOf, listOf, pageOf, seconds, uuid } from './answers.js';
import { fileSegmentAnswer, fileSegmentJson, thumbnailUrl } from './clip-json.js';
import { anyOf, decimal, flag, id, ids, metadata, object, optional, page } from './input.js';
import { defineRoute, type ApiRoute } from './route.js';
import { noSegmentation, type SegmentsApiParts } from './segmentations.js';

const TYPES = ['segment', 'keyframe', 'file', 'frame'] as const;
/** Where in a video its poster is looked for. */
const POSTER_AT_SHARE = 0.1;

const ofFile = object({ file_id: id });
const one = object({ file_id: id, segment_id: id });

const listQuery = object({
  ...page,
  start_time_after: optional(decimal),
  end_time_before: optional(decimal),
  min_duration: optional(decimal),
  max_duration: optional(decimal),
});

const thumbnailAnswer = answerOf({
  id: uuid,
  url: address,
  time: seconds,
  segmentation_id: uuid.optional(),
  type: z.enum(TYPES).optional(),
  segment_id: uuid.optional(),
}).meta({ id: 'Thumbnail' });

type ThumbnailJson = z.input<typeof thumbnailAnswer>;

export function createSegmentsApi({ library, clips, links }: SegmentsApiParts): ApiRoute[] {
  const list = defineRoute(
    {
      method: 'get',
      path: '/files/:file_id/segments',
      topic: 'Segments',
      summary: 'List the segments of a media file, in the order of their times',
      params: ofFile,
      query: listQuery,
      answer: listOf(fileSegmentAnswer),
      refusals: ['not-found'],
    },
    async ({ params: { file_id }, query, req }) => {
      checkBounds(query);
      const file = await mustGet(file_id);
      const { limit, offset } = query;
      const found = await clips.list({
        fileId: file_id,
        startsFromSeconds: query.start_time_after,
        endsBySeconds: query.end_time_before,
        minSeconds: query.min_duration,
        maxSeconds: query.max_duration,
        limit,
        offset,
      });
      const to = links(req);
      const data = found.clips.map((clip) => fileSegmentJson(clip, file, to));
      return pageOf(data, { total: found.total, limit, offset });
    },
  );

  const get = defineRoute(
    {
      method: 'get',
      path: '/files/:file_id/segments/:segment_id',
      topic: 'Segments',
      summary: 'Read a segment',
      params: one,
      answer: fileSegmentAnswer,
      refusals: ['not-found'],
    },
    async ({ params: { file_id, segment_id }, req }) => {
      const { clip, file } = await mustGetClip(file_id, segment_id);
      return fileSegmentJson(clip, file, links(req));
    },
  );

  const update = defineRoute(
    {
      method: 'put',
      path: '/files/:file_id/segments/:segment_id',
      topic: 'Segments',
      summary: 'Change what is said of a segment',
      params: one,
      body: object({ metadata: z.nullable(metadata).optional() }),
      answer: fileSegmentAnswer,
      refusals: ['not-found'],
    },
    async ({ params: { file_id, segment_id }, body, req }) => {
      const { clip, file } = await mustGetClip(file_id, segment_id);
      const changed = body.metadata === undefined ? clip : await clips.setMetadata(clip.id, body.metadata);
      return fileSegmentJson(changed, file, links(req));
    },
  );

  const ofThisFile = defineRoute(
    {
      method: 'get',
      path: '/files/:file_id/thumbnails',
      topic: 'Segments',
      summary: 'List the pictures of a media file and its segments',
      params: ofFile,
      query: object({
        ...page,
        is_default: optional(flag),
        segmentation_id: optional(id),
        type: optional(anyOf(...TYPES)),
      }),
      answer: listOf(thumbnailAnswer),
      refusals: ['not-found'],
    },
    async ({ params: { file_id }, query, req }) => {
      const { limit, offset, type, is_default: isDefault, segmentation_id } = query;
      const file = await mustGet(file_id);
      const own = await posterOf(file, links(req));
      if (!own) return pageOf([], { total: 0, limit, offset });
      const wantsOwn = (type?.includes('file') ?? true) && segmentation_id === undefined;
      // Clients of the contract say false where they do not mean to choose.
      const wantsClips = (type?.includes('segment') ?? true) && isDefault !== true;
      const first = wantsOwn && offset === 0 ? [own] : [];
      const found = wantsClips
        ? await pictures(file, links(req), {
            segmentationId: segmentation_id,
            limit: limit - first.length,
            offset: Math.max(0, offset - (wantsOwn ? 1 : 0)),
          })
        : { data: [], total: 0 };
      return pageOf([...first, ...found.data], {
        total: found.total + (wantsOwn ? 1 : 0),
        limit,
        offset,
      });
    },
  );

  const ofSegmentation = defineRoute(
    {
      method: 'get',
      path: '/segmentations/:segmentation_id/thumbnails',
      topic: 'Segments',
      summary: 'List the pictures of a segmentation',
      params: object({ segmentation_id: id }),
      query: object({ ...page, segment_ids: optional(ids), type: optional(anyOf(...TYPES)) }),
      answer: listOf(thumbnailAnswer),
      refusals: ['not-found'],
    },
    async ({ params: { segmentation_id }, query, req }) => {
      const { limit, offset, type, segment_ids } = query;
      const segmentation = await clips.getSegmentation(segmentation_id);
      const file = segmentation && (await library.get(segmentation.fileId));
      if (!file) throw noSegmentation(segmentation_id);
      if (!(type?.includes('segment') ?? true) || !(await posterOf(file, links(req)))) {
        return pageOf([], { total: 0, limit, offset });
      }
      const wanted = { segmentationId: segmentation_id, ids: segment_ids, limit, offset };
      const { data, total } = await pictures(file, links(req), wanted);
      return pageOf(data, { total, limit, offset });
    },
  );

  async function pictures(
    file: MediaFile,
    to: Links,
    query: Omit<Parameters<typeof clips.list>[0], 'fileId'>,
  ) {
    const found = await clips.list({ ...query, fileId: file.id, withThumbnails: true });
    return { data: found.clips.map((clip) => clipThumbnail(clip, file, to)), total: found.total };
  }

  /** undefined where there is nothing to be seen. */
  async function posterOf(file: MediaFile, to: Links): Promise<ThumbnailJson | undefined> {
    const generation = file.generationId ? await library.generation(file.generationId) : undefined;
    const url = generation && hasPoster(generation.info) ? to.previewPosterUrl(file) : undefined;
    if (!generation || url === undefined) return undefined;
    const atMs = generation.info.video ? generation.info.durationSeconds * POSTER_AT_SHARE * 1000 : 0;
    return { id: idOf(`${file.id} poster`), url, time: Math.round(atMs) / 1000, type: 'file' };
  }

  async function mustGet(fileId: string): Promise<MediaFile> {
    const file = await library.get(fileId);
    if (!file) throw new AppError('not-found', `There is no file ${fileId}.`);
    return file;
  }

  async function mustGetClip(fileId: string, clipId: string): Promise<{ clip: Clip; file: MediaFile }> {
    const file = await mustGet(fileId);
    const clip = await clips.get(clipId);
    if (clip?.fileId !== fileId)
      throw new AppError('not-found', `There is no segment ${clipId} of this file.`);
    return { clip, file };
  }

  return [list, get, update, ofThisFile, ofSegmentation];
}

function clipThumbnail(clip: Clip, file: MediaFile, to: Links): ThumbnailJson {
  return {
    id: idOf(`${clip.id} thumbnail`),
    url: thumbnailUrl(clip, file, to),
    time: thumbnailSeconds(clip),
    type: 'segment',
    segment_id: clip.id,
    ...(clip.segmentationId === undefined ? {} : { segmentation_id: clip.segmentationId }),
  };
}

/** Errors: 'invalid' for bounds that nothing can meet. */
function checkBounds(query: {
  start_time_after?: number | undefined;
  end_time_before?: number | undefined;
  min_duration?: number | undefined;
  max_duration?: number | undefined;
}): void {
  const {
    start_time_after = 0,
    end_time_before = Infinity,
    min_duration = 0,
    max_duration = Infinity,
  } = query;
  if (end_time_before <= start_time_after) {
    throw new AppError('invalid', 'end_time_before must be after start_time_after.');
  }
  if (max_duration < min_duration) {
    throw new AppError('invalid', 'max_duration must be at least min_duration.');
  }
}
