/** The chapters of what is shared, by its own time; what lies outside is nobody's business. Pure. */
import type { MediaInfo } from '../../media/info.js';
import type { Window } from '../../share/model.js';
import { clockTime } from './wording.js';

export function viewChapters(
  { chapters }: Pick<MediaInfo, 'chapters'>,
  window: Window | undefined,
  sharePath: string,
) {
  const startsAt = (window?.startMs ?? 0) / 1000;
  const endsAt = (window?.endMs ?? Infinity) / 1000;
  return chapters
    .filter(({ startSeconds, endSeconds }) => startSeconds < endsAt && endSeconds > startsAt)
    .map(({ startSeconds: inFile, title }, i) => {
      const startSeconds = Math.max(0, inFile - startsAt);
      const path = `${sharePath}?s=${startSeconds}`;
      return { startSeconds, startText: clockTime(startSeconds), title: title || `Chapter ${i + 1}`, path };
    });
}
