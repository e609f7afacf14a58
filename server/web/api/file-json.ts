/** A media file as the contract writes it. Optional fields are left out; null only where the contract has it. */
import type { Generation, MediaFile } from '../../library/model.js';
import type { Rendition } from '../../media/plan.js';
import type { Progress, RenditionReport } from '../../render/model.js';
import type { FileState } from '../../library/model.js';

export type FileStatus = 'pending' | 'processing' | 'completed' | 'failed' | 'not_applicable';

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

export function fileJson({ file, generation, progress, thumbnailUrl, renditions }: FileFacts): object {
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

function renditionJson(report: RenditionReport, generation: Generation | undefined): object {
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

function traitsOf(rendition: Rendition): object {
  const { kind } = rendition;
  if (kind === 'video')
    return { kind, width: rendition.width, height: rendition.height, codecs: rendition.codecs };
  const language = rendition.language === undefined ? {} : { language: rendition.language };
  return { kind, ...language, ...(kind === 'audio' ? { codecs: rendition.codecs } : {}) };
}

/** Why it cannot be played, or why a part of it could not be made. */
function errorJson(file: MediaFile, progress: Progress | undefined): object {
  if (file.state === 'failed') return { error: file.error ?? 'The file could not be played.' };
  return progress?.state === 'failed' && progress.reason !== undefined ? { error: progress.reason } : {};
}
