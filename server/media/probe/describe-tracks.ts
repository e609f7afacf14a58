/** Audio, subtitles and chapters of ffprobe in our words. Pure. */
import type { AudioStream, Chapter, SubtitleStream } from '../info.js';
import { finite, positive, tagOf } from './fields.js';
import type { RawChapter, RawStream } from './ffprobe.js';
import { toBcp47 } from './language.js';

/** Subtitle codecs that are text and can therefore become WebVTT; the others are pictures. */
const TEXT_SUBTITLES = new Set(
  (
    'subrip srt ass ssa webvtt mov_text text eia_608 hdmv_text_subtitle jacosub microdvd mpl2 pjs realtext sami ' +
    'stl subviewer subviewer1 vplayer'
  ).split(' '),
);
const MAX_CHAPTERS = 2000;

export const isTextSubtitle = (stream: RawStream): boolean => TEXT_SUBTITLES.has(stream.codec_name ?? '');

export function describeAudio(stream: RawStream, ordinal: number): AudioStream {
  const bitrateBps = positive(stream.bit_rate) ?? positive(tagOf(stream.tags, 'BPS'));
  const startSeconds = finite(stream.start_time, NaN);
  return {
    index: stream.index,
    ordinal,
    codec: stream.codec_name!.toLowerCase(),
    ...(stream.profile && stream.profile !== 'unknown' ? { profile: stream.profile } : {}),
    sampleRate: Number(stream.sample_rate),
    channels: stream.channels!,
    ...(bitrateBps ? { bitrateBps } : {}),
    ...(Number.isFinite(startSeconds) ? { startSeconds } : {}),
    ...labelsOf(stream),
    isDefault: Boolean(stream.disposition?.default),
  };
}

export function describeSubtitles(stream: RawStream, ordinal: number): SubtitleStream {
  return {
    index: stream.index,
    ordinal,
    codec: stream.codec_name!.toLowerCase(),
    ...labelsOf(stream),
    isDefault: Boolean(stream.disposition?.default),
    isForced: Boolean(stream.disposition?.forced),
  };
}

/** Chapters in order, within [0, durationSeconds], each with a title. */
export function describeChapters(
  chapters: RawChapter[],
  startSeconds: number,
  durationSeconds: number,
): Chapter[] {
  const within = (text: string | undefined, otherwise: number) =>
    Math.min(durationSeconds, Math.max(0, finite(text, otherwise) - startSeconds));
  return chapters
    .slice(0, MAX_CHAPTERS)
    .map((chapter) => ({
      startSeconds: within(chapter.start_time, NaN),
      endSeconds: within(chapter.end_time, Infinity),
      title: tagOf(chapter.tags, 'title') ?? '',
    }))
    .filter((chapter) => chapter.endSeconds > chapter.startSeconds)
    .sort((a, b) => a.startSeconds - b.startSeconds)
    .map((chapter, n) => ({ ...chapter, title: chapter.title || `Chapter ${n + 1}` }));
}

function labelsOf(stream: RawStream): { language?: string; title?: string } {
  const language = toBcp47(tagOf(stream.tags, 'language'));
  const title = tagOf(stream.tags, 'title');
  return { ...(language ? { language } : {}), ...(title ? { title } : {}) };
}
