/** Chapters as a WebVTT track, of a whole file or of a clip on its own time. Pure. */
import type { MediaInfo } from './info.js';
import type { ClipRange } from './clip/index.js';
import { stretchOf } from './stretch.js';
import { formatTime } from './captions.js';

/** Undefined where there are no chapters. */
export function chaptersTrack(info: MediaInfo, range?: ClipRange): string | undefined {
  const stretch = stretchOf(info, range);
  if (!stretch) return undefined;
  const { startSeconds, endSeconds } = stretch;
  const cues = info.chapters.flatMap((chapter) => {
    const from = Math.max(chapter.startSeconds, startSeconds) - startSeconds;
    const to = Math.min(chapter.endSeconds, endSeconds) - startSeconds;
    // Less than the format can tell would be a cue without an end.
    if (to - from < 0.001) return [];
    return [`${formatTime(from)} --> ${formatTime(to)}\n${cueText(chapter.title)}`];
  });
  return cues.length > 0 ? `${['WEBVTT', ...cues].join('\n\n')}\n` : undefined;
}

/** One line. Only what would be taken for markup is escaped: many players show a chapter's text as it stands. */
function cueText(title: string): string {
  return title
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .replace(/&(?=#|[A-Za-z]+;)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('-->', '--&gt;');
}
