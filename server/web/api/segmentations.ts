/** Segmentations over the API: a file is cut into segments, in one of three ways. */
import { AppError } from '../../base/errors.js';
import type { Clips, Segmentation } from '../../clips/index.js';
import type { LibraryReader } from '../../library/model.js';
import type { Links, LinksOf } from '../links.js';
import { answerOf, listOf, pageOf, uuid } from './answers.js';
import { segmentationAnswer, segmentationJson, type SegmentationJson } from './clip-json.js';
import { id, object, page } from './input.js';
import { defineRoute, type ApiRoute } from './route.js';
import { segmentationBody, toConfig, toCutting } from './segmentation-config.js';

const ofFile = object({ file_id: id });
const one = object({ segmentation_id: id });
const FIRST_PAGE = { limit: 20, offset: 0 };

export interface SegmentsApiParts {
  library: Pick<LibraryReader, 'get' | 'generation'>;
  clips: Clips;
  links: LinksOf;
}

export function createSegmentationsApi({ library, clips, links }: SegmentsApiParts): ApiRoute[] {
  const create = defineRoute(
    {
      method: 'post',
      path: '/files/:file_id/segmentations',
      topic: 'Segments',
      summary: 'Cut a media file into segments',
      notes:
        'uniform and manual are completed when this is answered; shot-detector works in the background. Exactly the configuration of the strategy is given; shot-detector can do without.',
      params: ofFile,
      body: segmentationBody,
      answer: segmentationAnswer,
      refusals: ['not-found', 'conflict', 'too-many'],
    },
    async ({ params: { file_id }, body, req }) => {
      const segmentation = await clips.segment(file_id, {
        cutting: toCutting(body),
        config: toConfig(body),
        hasThumbnails: body.thumbnails_config?.enable_segment_thumbnails ?? true,
      });
      return describe(segmentation, links(req), FIRST_PAGE);
    },
  );

  const list = defineRoute(
    {
      method: 'get',
      path: '/files/:file_id/segmentations',
      topic: 'Segments',
      summary: 'List the segmentations of a media file, newest first',
      params: ofFile,
      query: object(page),
      answer: listOf(segmentationAnswer),
      refusals: ['not-found'],
    },
    async ({ params: { file_id }, query: { limit, offset } }) => {
      if (!(await library.get(file_id))) throw new AppError('not-found', `There is no file ${file_id}.`);
      const found = await clips.listSegmentations({ fileId: file_id, limit, offset });
      const data = await Promise.all(
        found.segmentations.map(async (segmentation) =>
          segmentationJson(segmentation, { total: await count(segmentation) }),
        ),
      );
      return pageOf(data, { total: found.total, limit, offset });
    },
  );

  const get = defineRoute(
    {
      method: 'get',
      path: '/segmentations/:segmentation_id',
      topic: 'Segments',
      summary: 'Read a segmentation and its segments',
      params: one,
      query: object(page),
      answer: segmentationAnswer,
      refusals: ['not-found'],
    },
    async ({ params: { segmentation_id }, query, req }) => {
      const segmentation = await clips.getSegmentation(segmentation_id);
      if (!segmentation) throw noSegmentation(segmentation_id);
      return describe(segmentation, links(req), query);
    },
  );

  const remove = defineRoute(
    {
      method: 'delete',
      path: '/segmentations/:segmentation_id',
      topic: 'Segments',
      summary: 'Delete a segmentation and its segments',
      params: one,
      answer: answerOf({ id: uuid }),
      refusals: ['not-found'],
    },
    async ({ params: { segmentation_id } }) => {
      await clips.removeSegmentation(segmentation_id);
      return { id: segmentation_id };
    },
  );

  async function count({ id: segmentationId }: Segmentation): Promise<number> {
    return (await clips.list({ segmentationId, limit: 0, offset: 0 })).total;
  }

  async function describe(
    segmentation: Segmentation,
    to: Links,
    { limit, offset }: { limit: number; offset: number },
  ): Promise<SegmentationJson> {
    const file = await library.get(segmentation.fileId);
    if (!file) throw noSegmentation(segmentation.id);
    const found = await clips.list({ segmentationId: segmentation.id, limit, offset });
    return segmentationJson(segmentation, {
      total: found.total,
      page: { clips: found.clips, file, to, limit, offset },
    });
  }

  return [create, list, get, remove];
}

export const noSegmentation = (segmentationId: string): AppError =>
  new AppError('not-found', `There is no segmentation ${segmentationId}.`);
