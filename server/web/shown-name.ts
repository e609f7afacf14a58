/** What a share is called where it has no title of its own. The name of a file is not told by a part of it. Pure. */
import type { MediaFile } from '../library/model.js';
import type { MediaInfo } from '../media/info.js';
import type { Share } from '../share/model.js';

const OF_CLIPS = 'Clip';

export function shownTitle(
  share: Pick<Share, 'title' | 'segment'>,
  file: Pick<MediaFile, 'displayName'>,
): string {
  return share.title ?? (share.segment ? OF_CLIPS : file.displayName);
}

/** Of what is saved: the original, or `part` of it in a container of ours. */
export function savedName(
  share: Pick<Share, 'title'>,
  file: Pick<MediaFile, 'displayName'>,
  part: Pick<MediaInfo, 'mediaType'> | undefined,
): string {
  if (!part) return file.displayName;
  return `${share.title ?? OF_CLIPS}.${part.mediaType === 'audio' ? 'm4a' : 'mp4'}`;
}
