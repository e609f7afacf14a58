/** What is known of a file's content and what was made of it, in people's words. Pure. */
import type { Generation, MediaFile } from '../../library/model.js';
import type { MediaInfo, VideoStream } from '../../media/info.js';
import type { Rendition } from '../../media/plan.js';
import type { RenditionReport } from '../../render/model.js';
import { calendarDay, durationTime, fileSize } from './wording.js';

export interface Detail {
  name: string;
  text: string;
}

export function viewDetails(file: MediaFile, generation: Generation | undefined): Detail[] {
  const info = generation?.info;
  const details: [string, string | undefined][] = [
    ['Place', file.path],
    ['Size', fileSize(file.sizeBytes)],
    ['Length', file.durationSeconds ? durationTime(file.durationSeconds) : undefined],
    ['Picture', info?.video && videoWords(info.video)],
    ['Sound', info && soundWords(info)],
    ['Subtitles', info?.subtitles.map(({ language, title, codec }) => title ?? language ?? codec).join(', ')],
    ['Chapters', info && info.chapters.length > 0 ? String(info.chapters.length) : undefined],
    ['Bit rate', info && info.bitrateBps > 0 ? bitRate(info.bitrateBps) : undefined],
    ['Container', info && containerName(info.format)],
    ['Left out', info?.leftOut.join('; ')],
    [
      'Came',
      `${calendarDay(file.createdAtMs)}, ${file.source === 'upload' ? 'uploaded' : 'found in the folder'}`,
    ],
    ['Id', file.id],
  ];
  return details.flatMap(([name, text]) => (text ? [{ name, text }] : []));
}

export function viewRenditions(generation: Generation, report: readonly RenditionReport[]) {
  const byId = new Map(report.map((one) => [one.id, one]));
  const rows = generation.plan.renditions.flatMap((rendition) => {
    const made = byId.get(rendition.id);
    return made ? [viewRendition(rendition, made)] : [];
  });
  const sizeBytes = report.reduce((sum, one) => sum + one.sizeBytes, 0);
  return { rows, totalText: sizeBytes > 0 ? fileSize(sizeBytes) : undefined };
}

function viewRendition(
  rendition: Rendition,
  { method, segmentsReady, segmentsTotal, sizeBytes }: RenditionReport,
) {
  const isMade = segmentsReady >= segmentsTotal;
  return {
    name: renditionName(rendition),
    codecs: 'codecs' in rendition ? rendition.codecs : 'WebVTT',
    // A copy is streamed from the original and takes no room of its own.
    madeText:
      method === 'copy'
        ? 'from the original'
        : isMade
          ? 'made'
          : `${segmentsReady} of ${segmentsTotal} parts made`,
    sizeText: sizeBytes > 0 ? fileSize(sizeBytes) : '–',
  };
}

function renditionName(rendition: Rendition): string {
  if (rendition.kind === 'video') return `${Math.min(rendition.width, rendition.height)}p`;
  return rendition.kind === 'audio' ? `Sound: ${rendition.name}` : `Subtitles: ${rendition.name}`;
}

/** ffprobe names a family by all of its members. */
function containerName(format: string): string {
  const first = format.split(',')[0]!;
  return ({ mov: 'MP4 or MOV', matroska: 'Matroska or WebM' } as Record<string, string>)[first] ?? first;
}

function videoWords(video: VideoStream): string {
  const { codec, profile, displayWidth, displayHeight, frameRate, bitDepth } = video;
  const rate = Math.round((frameRate.num / frameRate.den) * 100) / 100;
  return [
    [codec.toUpperCase(), profile].filter(Boolean).join(' '),
    `${displayWidth} × ${displayHeight}`,
    `${rate} frames/s${video.variableFrameRate ? ', variable' : ''}`,
    bitDepth > 8 ? `${bitDepth} bit` : '',
    video.hdr ? 'HDR' : '',
    video.interlaced ? 'interlaced' : '',
  ]
    .filter(Boolean)
    .join(', ');
}

function soundWords({ audios }: MediaInfo): string {
  const words = audios.map(({ codec, channels, sampleRate, language, title }) =>
    [codec.toUpperCase(), channelWords(channels), `${sampleRate / 1000} kHz`, title ?? language]
      .filter(Boolean)
      .join(', '),
  );
  return words.join('; ') || 'none';
}

function channelWords(channels: number): string {
  return (
    ({ 1: 'mono', 2: 'stereo', 6: '5.1', 8: '7.1' } as Record<number, string>)[channels] ??
    `${channels} channels`
  );
}

const bitRate = (bps: number): string =>
  bps >= 1e6 ? `${(bps / 1e6).toFixed(1)} Mb/s` : `${Math.round(bps / 1000)} kb/s`;
