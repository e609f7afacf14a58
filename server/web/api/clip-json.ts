/** Clips and segmentations as the contract writes them. */
import { z } from 'zod';
import { thumbnailSeconds, type Clip, type Segmentation } from '../../clips/index.js';
import type { MediaFile } from '../../library/model.js';
import type { Links } from '../links.js';
import { address, answerOf, jsonObject, listOf, seconds, unixMs, uuid } from './answers.js';
import { configAnswer } from './segmentation-config.js';

export const SEGMENTATION_STATUSES = ['pending', 'processing', 'completed', 'failed'] as const;

const picture = address.meta({ description: 'JPEG; 404 where there is no picture' });

export const fileSegmentAnswer = answerOf({
  id: uuid,
  file_id: uuid,
  start_time: seconds,
  end_time: seconds,
  thumbnail_url: picture,
  metadata: jsonObject.optional(),
  segmentation_id: uuid.optional(),
}).meta({ id: 'FileSegment' });

const segmentsAnswer = listOf(z.never())
  .omit({ data: true })
  .extend({
    segments: z.array(
      answerOf({ id: uuid, start_time: seconds, end_time: seconds, thumbnail_url: picture.optional() }),
    ),
    shots: z.array(answerOf({ index: z.int(), start_time: seconds, end_time: seconds })).optional(),
  });

export const segmentationAnswer = answerOf({
  segmentation_id: uuid,
  status: z.enum(SEGMENTATION_STATUSES),
  created_at: unixMs,
  file_id: uuid,
  segmentation_config: configAnswer,
  thumbnails_config: answerOf({ enable_segment_thumbnails: z.boolean() }),
  total_segments: z.int().optional(),
  total_shots: z.int().optional(),
  data: segmentsAnswer.optional(),
}).meta({ id: 'Segmentation' });

export type SegmentationJson = z.input<typeof segmentationAnswer>;

export function fileSegmentJson(clip: Clip, file: MediaFile, to: Links): z.input<typeof fileSegmentAnswer> {
  return {
    id: clip.id,
    file_id: clip.fileId,
    start_time: clip.startSeconds,
    end_time: clip.endSeconds,
    thumbnail_url: thumbnailUrl(clip, file, to),
    ...(clip.metadata ? { metadata: clip.metadata } : {}),
    ...(clip.segmentationId === undefined ? {} : { segmentation_id: clip.segmentationId }),
  };
}

/** `page`: the clips that are told with it; only their number in lists. */
export function segmentationJson(
  segmentation: Segmentation,
  { total, page }: { total: number; page?: SegmentsPage },
): SegmentationJson {
  const config = segmentation.config as SegmentationJson['segmentation_config'];
  const hasShots = config.strategy === 'shot-detector';
  return {
    segmentation_id: segmentation.id,
    status: segmentation.status,
    created_at: segmentation.createdAtMs,
    file_id: segmentation.fileId,
    segmentation_config: config,
    thumbnails_config: { enable_segment_thumbnails: segmentation.hasThumbnails },
    ...(segmentation.status === 'completed'
      ? {
          total_segments: total,
          ...(hasShots ? { total_shots: total } : {}),
          ...(page ? { data: pageJson(segmentation, total, page, hasShots) } : {}),
        }
      : {}),
  };
}

interface SegmentsPage {
  clips: Clip[];
  file: MediaFile;
  to: Links;
  limit: number;
  offset: number;
}

function pageJson(
  { hasThumbnails }: Segmentation,
  total: number,
  { clips, file, to, limit, offset }: SegmentsPage,
  hasShots: boolean,
): z.input<typeof segmentsAnswer> {
  const times = (clip: Clip) => ({ start_time: clip.startSeconds, end_time: clip.endSeconds });
  return {
    object: 'list',
    segments: clips.map((clip) => ({
      id: clip.id,
      ...times(clip),
      ...(hasThumbnails ? { thumbnail_url: thumbnailUrl(clip, file, to) } : {}),
    })),
    ...(hasShots ? { shots: clips.map((clip, n) => ({ index: offset + n, ...times(clip) })) } : {}),
    total,
    limit,
    offset,
  };
}

/** The contract wants an address in any case. */
export function thumbnailUrl(clip: Clip, file: MediaFile, to: Links): string {
  return to.frameUrl(file, thumbnailSeconds(clip)) ?? to.to('/media/none/frame.jpg');
}
