/**
 * A small client that believes nothing: each answer must have every required field of the public contract with its
 * type, optional fields may be left out but are never null. Written after the contract, not after our code.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import type { Appliance } from './appliance.js';

const id = z.uuid();
const object = z.record(z.string(), z.unknown());
const int = z.number().int();
const pageOf = <T extends z.ZodType>(item: T) =>
  z.looseObject({ object: z.literal('list'), data: z.array(item), total: int, limit: int, offset: int });

const file = z.looseObject({
  id,
  object: z.literal('file').optional(),
  uri: z.templateLiteral(['cloudglue://files/', z.string()]),
  status: z.enum(['pending', 'processing', 'completed', 'failed', 'not_applicable']),
  bytes: int.nullable(),
  created_at: int,
  filename: z.string(),
  metadata: object.nullable(),
  media_type: z.enum(['video', 'audio']),
  media_info: z.looseObject({
    duration_seconds: z.number().nullable(),
    width: z.number().nullable(),
    height: z.number().nullable(),
    sample_rate: z.number().nullable(),
    channels: z.number().nullable(),
    bitrate: z.number().nullable(),
    format: z.string().nullable(),
    has_audio: z.boolean().nullable(),
  }),
  video_info: z
    .looseObject({
      duration_seconds: z.number().nullable(),
      height: z.number().nullable(),
      width: z.number().nullable(),
      format: z.string().nullable(),
      has_audio: z.boolean().nullable(),
    })
    .nullable(),
  thumbnail_url: z.url().optional(),
  source: z.enum(['upload', 'video']),
});

const fileSegment = z.looseObject({
  id,
  file_id: id,
  start_time: z.number(),
  end_time: z.number(),
  thumbnail_url: z.url(),
  metadata: object.optional(),
  segmentation_id: id.optional(),
});

const segmentation = z.looseObject({
  segmentation_id: id,
  status: z.enum(['pending', 'processing', 'completed', 'failed', 'not_applicable']),
  created_at: int,
  file_id: id,
  segmentation_config: z.looseObject({
    strategy: z.enum(['uniform', 'manual', 'shot-detector', 'narrative']),
    uniform_config: z
      .looseObject({ window_seconds: z.number(), hop_seconds: z.number().optional() })
      .optional(),
    manual_config: z
      .looseObject({ segments: z.array(z.looseObject({ start_time: z.number(), end_time: z.number() })) })
      .optional(),
    shot_detector_config: z.looseObject({ detector: z.enum(['adaptive', 'content']) }).optional(),
    start_time_seconds: z.number().optional(),
    end_time_seconds: z.number().optional(),
  }),
  thumbnails_config: z.looseObject({ enable_segment_thumbnails: z.boolean() }),
  total_segments: int.optional(),
  total_shots: int.optional(),
  data: z
    .looseObject({
      object: z.literal('list'),
      segments: z
        .array(
          z.looseObject({
            id,
            start_time: z.number(),
            end_time: z.number(),
            thumbnail_url: z.url().optional(),
          }),
        )
        .optional(),
      shots: z.array(z.looseObject({ index: int, start_time: z.number(), end_time: z.number() })).optional(),
      total: int,
      limit: int,
      offset: int,
    })
    .optional(),
});

const thumbnail = z.looseObject({
  id,
  url: z.url(),
  time: z.number(),
  segmentation_id: id.optional(),
  type: z.enum(['segment', 'keyframe', 'file', 'frame']).optional(),
  segment_id: id.optional(),
});

const share = z.looseObject({
  id,
  object: z.literal('share'),
  file_id: id,
  file_segment_id: id.optional(),
  asset_type: z.enum(['file', 'file_segment']),
  title: z.string().optional(),
  description: z.string().optional(),
  metadata: object.optional(),
  visibility: z.enum(['public', 'private']),
  link_preview: z.enum(['none', 'full', 'player']),
  status: z.enum(['pending', 'processing', 'completed', 'failed']),
  preview_url: z.url().optional(),
  share_url: z.url(),
  stream_url: z.url().optional(),
  media_download_url: z.url().optional(),
  media_download_expires_at: int.nullable().optional(),
  created_at: int,
});

const removed = (object: string) => z.strictObject({ id, object: z.literal(object) });

export type ContractClient = ReturnType<typeof createContractClient>;

export function createContractClient(appliance: Appliance) {
  async function call<T>(schema: z.ZodType<T>, method: string, path: string, body?: unknown): Promise<T> {
    const answer = await appliance.api(method, path, body);
    expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBe(200);
    return schema.parse(answer.body);
  }

  async function wait<T extends { status: string }>(ask: () => Promise<T>): Promise<T> {
    let last!: T;
    await expect
      .poll(async () => (last = await ask()).status, { timeout: 60_000, interval: 50 })
      .toMatch(/^(completed|failed)$/);
    expect(last.status, JSON.stringify(last)).toBe('completed');
    return last;
  }

  return {
    async upload(path: string, { metadata }: { metadata?: object } = {}) {
      const form = new FormData();
      form.append('file', new Blob([new Uint8Array(await readFile(path))]), basename(path));
      if (metadata) form.append('metadata', JSON.stringify(metadata));
      const response = await fetch(`${appliance.url}/v1/files`, {
        method: 'POST',
        headers: { authorization: `Bearer ${appliance.apiKey}` },
        body: form,
      });
      const body = await response.json();
      expect(response.status, JSON.stringify(body)).toBe(200);
      return file.parse(body);
    },
    waitForFile: (fileId: string) => wait(() => call(file, 'GET', `/files/${fileId}`)),
    removeFile: (fileId: string) => call(removed('file'), 'DELETE', `/files/${fileId}`),
    segment: (fileId: string, config: object) =>
      call(segmentation, 'POST', `/files/${fileId}/segmentations`, config),
    waitForSegmentation: (segmentationId: string) =>
      wait(() => call(segmentation, 'GET', `/segmentations/${segmentationId}`)),
    listSegments: (fileId: string) => call(pageOf(fileSegment), 'GET', `/files/${fileId}/segments`),
    listThumbnails: (fileId: string) => call(pageOf(thumbnail), 'GET', `/files/${fileId}/thumbnails`),
    createShare: (draft: object) => call(share, 'POST', '/share', draft),
    listShares: (query: string) => call(pageOf(share), 'GET', `/share?${query}`),
    getShare: (shareId: string) => call(share, 'GET', `/share/${shareId}`),
    updateShare: (shareId: string, change: object) => call(share, 'PUT', `/share/${shareId}`, change),
    removeShare: (shareId: string) => call(removed('share'), 'DELETE', `/share/${shareId}`),
  };
}
