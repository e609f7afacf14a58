/**
 * Playlists of a plan (draft-pantos-hls-rfc8216bis). Complete from the first moment: they follow from the
 * grid alone, whatever has been rendered. URIs are relative, so that whatever prefix a stream is served
 * under (a token) is inherited. Pure.
 */
import { AppError } from '../base/errors.js';
import { audioBoundaries, videoBoundaries } from './grid.js';
import type {
  AudioRendition,
  Plan,
  Rendition,
  SubtitleRendition,
  VideoGrid,
  VideoRendition,
} from './plan.js';
import { rateOf } from './rational.js';

/** What finished renditions really take, by id; the plan's estimate stands until then. */
export type Measured = Record<string, { bandwidthBps: number; averageBandwidthBps?: number }>;

type Attributes = Record<string, string | number | undefined>;

/** fMP4 segments without byte ranges need 6; 7 is what players take for "CMAF". */
const HEAD = ['#EXTM3U', '#EXT-X-VERSION:7'];
const AUDIO_GROUP = quoted('audio');
const SUBTITLE_GROUP = quoted('subs');
/** Until it is measured: constant quality seldom reaches its cap for long. */
const USUAL_SHARE = 0.6;
/** Segment headers, and overshoot within the encoder's buffer. */
const ESTIMATE_MARGIN = 1.1;

export function multivariantPlaylist(plan: Plan, measured: Measured = {}): string {
  const videos = plan.renditions.filter((r): r is VideoRendition => r.kind === 'video');
  const audios = plan.renditions.filter((r): r is AudioRendition => r.kind === 'audio');
  const subtitles = plan.renditions.filter((r): r is SubtitleRendition => r.kind === 'subtitles');
  // Sound alone is its own variant; a group is needed only to choose among several tracks.
  const hasAudioGroup = audios.length > 1 || (videos.length > 0 && audios.length > 0);
  const groups = {
    AUDIO: hasAudioGroup ? AUDIO_GROUP : undefined,
    SUBTITLES: subtitles.length ? SUBTITLE_GROUP : undefined,
  };
  const mainAudio = audios.find((audio) => audio.isDefault) ?? audios[0];
  const variants: Rendition[] = videos.length ? videos : mainAudio ? [mainAudio] : [];
  const lines = [
    ...HEAD,
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...(hasAudioGroup ? audios.map(audioTag) : []),
    ...subtitles.map(subtitleTag),
    ...variants.flatMap((variant) => [
      `#EXT-X-STREAM-INF:${attributes({ ...streamOf(plan, variant, audios, measured), ...groups })}`,
      uriOf(variant),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Errors: AppError 'not-found' for an id that is not in the plan. */
export function mediaPlaylist(plan: Plan, renditionId: string): string {
  const rendition = plan.renditions.find(({ id }) => id === renditionId);
  if (!rendition) throw new AppError('not-found', 'There is no such rendition.');
  if (rendition.kind === 'subtitles') return singlePiecePlaylist(plan.durationSeconds, '0.vtt');
  const lines = [
    ...vodHead(targetDuration(plan)),
    '#EXT-X-INDEPENDENT-SEGMENTS',
    '#EXT-X-MAP:URI="init.mp4"',
    ...segmentSeconds(plan, rendition).flatMap((seconds, n) => [
      `#EXTINF:${seconds.toFixed(6)},`,
      `${n}.m4s`,
    ]),
    '#EXT-X-ENDLIST',
  ];
  return `${lines.join('\n')}\n`;
}

/** Duration of each media segment of a video or audio rendition. */
export function segmentSeconds(plan: Plan, rendition: VideoRendition | AudioRendition): number[] {
  const boundaries = boundariesOf(plan.videoGrid, rendition);
  return boundaries.slice(1).map((end, i) => end - boundaries[i]!);
}

function boundariesOf(grid: VideoGrid | undefined, rendition: VideoRendition | AudioRendition): number[] {
  if (rendition.kind === 'audio') return audioBoundaries(rendition);
  if (!grid) return [0];
  if (rendition.method === 'encode' || !grid.copy) return videoBoundaries(grid);
  const { ticks, timescale } = grid.copy;
  // The first picture is shown from 0 on, even if the source shows it a little later.
  return ticks.map((tick, i) => (i === 0 ? 0 : tick / timescale));
}

/** One for all renditions: playlists of one stream must agree in it (6.2.4), subtitles excepted. */
function targetDuration(plan: Plan): number {
  const all = plan.renditions.flatMap((r) => (r.kind === 'subtitles' ? [] : segmentSeconds(plan, r)));
  return all.reduce((longest, seconds) => Math.max(longest, Math.round(seconds)), 1);
}

/** One text for the whole duration. */
export function singlePiecePlaylist(durationSeconds: number, uri: string): string {
  const lines = [
    ...vodHead(Math.max(1, Math.ceil(durationSeconds))),
    ...[`#EXTINF:${durationSeconds.toFixed(6)},`, uri, '#EXT-X-ENDLIST'],
  ];
  return `${lines.join('\n')}\n`;
}

/** What every playlist of media that is known as a whole begins with. */
export const vodHead = (targetSeconds: number): string[] => [
  ...HEAD,
  `#EXT-X-TARGETDURATION:${targetSeconds}`,
  '#EXT-X-MEDIA-SEQUENCE:0',
  '#EXT-X-PLAYLIST-TYPE:VOD',
];

function streamOf(plan: Plan, variant: Rendition, audios: AudioRendition[], measured: Measured): Attributes {
  const bandwidths = audios.map((audio) => bandwidthOf(audio, measured));
  const highest = (key: keyof Measured[string]) => Math.max(0, ...bandwidths.map((b) => b[key] ?? 0));
  const own = variant.kind === 'video' ? bandwidthOf(variant, measured) : undefined;
  const average = (own?.averageBandwidthBps ?? 0) + highest('averageBandwidthBps');
  const codecs = [...(variant.kind === 'video' ? [variant.codecs] : []), ...audios.map((a) => a.codecs)];
  const grid = plan.videoGrid;
  return {
    // Every combination of the groups must fit: the largest audio is added (4.4.6.2).
    BANDWIDTH: (own?.bandwidthBps ?? 0) + highest('bandwidthBps'),
    'AVERAGE-BANDWIDTH': average || undefined,
    CODECS: quoted([...new Set(codecs)].join(',')),
    RESOLUTION: variant.kind === 'video' ? `${variant.width}x${variant.height}` : undefined,
    'FRAME-RATE': variant.kind === 'video' && grid ? rateOf(grid.frameRate).toFixed(3) : undefined,
  };
}

export function bandwidthOf(
  rendition: VideoRendition | AudioRendition,
  measured: Measured,
): Measured[string] {
  const known = measured[rendition.id];
  if (known) return known;
  if (rendition.kind === 'audio') {
    const bps = Math.ceil(rendition.bitrateBps * ESTIMATE_MARGIN);
    return { bandwidthBps: bps, averageBandwidthBps: bps };
  }
  if (rendition.method === 'copy') return rendition;
  return {
    bandwidthBps: Math.ceil(rendition.maxrateBps * ESTIMATE_MARGIN),
    averageBandwidthBps: Math.ceil(rendition.maxrateBps * USUAL_SHARE),
  };
}

function audioTag(audio: AudioRendition): string {
  return `#EXT-X-MEDIA:${attributes({
    TYPE: 'AUDIO',
    'GROUP-ID': AUDIO_GROUP,
    ...trackAttributes(audio),
    CHANNELS: quoted(String(audio.channels)),
    URI: quoted(uriOf(audio)),
  })}`;
}

function subtitleTag(subtitle: SubtitleRendition): string {
  return `#EXT-X-MEDIA:${attributes({
    TYPE: 'SUBTITLES',
    'GROUP-ID': SUBTITLE_GROUP,
    ...trackAttributes(subtitle),
    FORCED: yesNo(subtitle.isForced),
    URI: quoted(uriOf(subtitle)),
  })}`;
}

function trackAttributes(track: AudioRendition | SubtitleRendition): Attributes {
  return {
    NAME: quoted(track.name),
    LANGUAGE: track.language === undefined ? undefined : quoted(track.language),
    DEFAULT: yesNo(track.isDefault),
    AUTOSELECT: 'YES',
  };
}

const uriOf = (rendition: Rendition): string => `${rendition.id}/index.m3u8`;
const yesNo = (value: boolean): string => (value ? 'YES' : 'NO');

/** A quoted string may hold neither quotes nor line breaks (4.2), and there is no way to escape them. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', "'").replace(/\p{Cc}+/gu, ' ')}"`;
}

function attributes(values: Attributes): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return given.map(([name, value]) => `${name}=${value}`).join(',');
}
