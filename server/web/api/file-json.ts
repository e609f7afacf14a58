/** A media file as the contract writes it. Optional fields are left out; null only where the contract has it. */
import { z } from 'zod';
import type { FileState, Generation, MediaFile } from '../../library/model.js';
import type { Rendition } from '../../media/plan.js';
import type { Progress, RenditionReport } from '../../render/model.js';
import { address, answerOf, jsonObject, seconds, unixMs, uuid } from './answers.js';

export const FILE_STATUSES = ['pending', 'processing', 'completed', 'failed', 'not_applicable'] as const;
export type FileStatus = (typeof FILE_STATUSES)[number];

const renditionAnswer = answerOf({
  id: z.string(),
  kind: z.enum(['video', 'audio', 'subtitles']).optional(),
  width: z.int().optional(),
  height: z.int().optional(),
  codecs: z.string().optional(),
  language: z.string().optional(),
  method: z.enum(['copy', 'encode']),
  segments_ready: z.int(),
  segments_total: z.int(),
  bytes: z.int(),
}).meta({ id: 'Rendition' });

export const fileAnswer = answerOf({
  id: uuid,
  object: z.literal('file'),
  uri: z.string(),
  status: z.enum(FILE_STATUSES).meta({ description: 'completed: it can be played' }),
  bytes: z.int().nullable(),
  created_at: unixMs,
  filename: z.string(),
  metadata: jsonObject.nullable(),
  media_type: z.enum(['video', 'audio']),
  media_info: answerOf({
    duration_seconds: seconds.nullable(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    sample_rate: z.int().nullable(),
    channels: z.int().nullable(),
    bitrate: z.number().nullable(),
    format: z.string().nullable(),
    has_audio: z.boolean().nullable(),
  }),
  video_info: answerOf({
    duration_seconds: seconds.nullable(),
    height: z.int().nullable(),
    width: z.int().nullable(),
    format: z.string().nullable(),
    has_audio: z.boolean().nullable(),
  }),
  thumbnail_url: address.optional(),
  source: z.enum(['upload', 'video']),
  path: z.string().meta({ description: 'Relative to the media folder' }),
  renditions: z.array(renditionAnswer).optional(),
  render_progress: z.number().min(0).max(1).optional(),
  seconds_left: seconds.optional(),
  error: z.string().optional().meta({ description: 'Why it cannot be played' }),
}).meta({ id: 'File' });

type RenditionJson = z.input<typeof renditionAnswer>;
export type FileJson = z.input<typeof fileAnswer>;

export interface FileFacts {
  file: MediaFile;
  generation?: Generation | undefined;
  progress?: Progress | undefined;
  thumbnailUrl?: string | undefined;
  renditions?: RenditionReport[] | undefined;
}

const STATUS: Record<FileState, FileStatus> = {
  pending: 'pending',
  processing: 'processing',
  published: 'completed',
  failed: 'failed',
};

/** The states that a status stands for; none for 'not_applicable', which no file here ever has. */
export function statesOf(status: FileStatus): FileState[] {
  return (Object.keys(STATUS) as FileState[]).filter((state) => STATUS[state] === status);
}

export function fileJson({ file, generation, progress, thumbnailUrl, renditions }: FileFacts): FileJson {
  const info = generation?.info;
  const duration_seconds = info?.durationSeconds ?? file.durationSeconds ?? null;
  const width = info?.video?.displayWidth ?? null;
  const height = info?.video?.displayHeight ?? null;
  const format = info?.format ?? null;
  const has_audio = info ? info.audios.length > 0 : null;
  const audio = info?.audios[0];
  return {
    id: file.id,
    object: 'file',
    uri: `cloudglue://files/${file.id}`,
    status: STATUS[file.state],
    bytes: file.sizeBytes,
    created_at: file.createdAtMs,
    filename: file.displayName,
    metadata: file.metadata ?? null,
    media_type: file.mediaType,
    media_info: {
      duration_seconds,
      width,
      height,
      sample_rate: audio?.sampleRate ?? null,
      channels: audio?.channels ?? null,
      bitrate: info?.bitrateBps ?? null,
      format,
      has_audio,
    },
    video_info: { duration_seconds, height, width, format, has_audio },
    source: file.source,
    path: file.path,
    ...(thumbnailUrl === undefined ? {} : { thumbnail_url: thumbnailUrl }),
    ...(renditions ? { renditions: renditions.map((report) => renditionJson(report, generation)) } : {}),
    ...(progress ? { render_progress: progress.fraction } : {}),
    ...(progress?.secondsLeft === undefined ? {} : { seconds_left: progress.secondsLeft }),
    ...errorJson(file, progress),
  };
}

function renditionJson(report: RenditionReport, generation: Generation | undefined): RenditionJson {
  const rendition = generation?.plan.renditions.find(({ id }) => id === report.id);
  return {
    id: report.id,
    ...(rendition ? traitsOf(rendition) : {}),
    method: report.method,
    segments_ready: report.segmentsReady,
    segments_total: report.segmentsTotal,
    bytes: report.sizeBytes,
  };
}

function traitsOf(rendition: Rendition): Partial<RenditionJson> {
  const { kind } = rendition;
  if (kind === 'video')
    return { kind, width: rendition.width, height: rendition.height, codecs: rendition.codecs };
  const language = rendition.language === undefined ? {} : { language: rendition.language };
  return { kind, ...language, ...(kind === 'audio' ? { codecs: rendition.codecs } : {}) };
}

/** Why it cannot be played, or why a part of it could not be made. */
function errorJson(file: MediaFile, progress: Progress | undefined): Pick<FileJson, 'error'> {
  if (file.state === 'failed') return { error: file.error ?? 'The file could not be played.' };
  return progress?.state === 'failed' && progress.reason !== undefined ? { error: progress.reason } : {};
}
