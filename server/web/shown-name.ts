/** What a share is called where it has no title of its own. The name of a file is not told by a part of it. Pure. */
import type { MediaFile } from '../library/model.js';
import type { Share } from '../share/model.js';

const OF_CLIPS = 'Clip';

export function shownTitle(
  share: Pick<Share, 'title' | 'segment'>,
  file: Pick<MediaFile, 'displayName'>,
): string {
  return share.title ?? (share.segment ? OF_CLIPS : file.displayName);
}

/** Of what is saved: the original, or a part of it in a container of ours. */
export function savedName(
  share: Pick<Share, 'title'>,
  file: Pick<MediaFile, 'displayName' | 'mediaType'>,
  isPart: boolean,
): string {
  if (!isPart) return file.displayName;
  return `${share.title ?? OF_CLIPS}.${file.mediaType === 'audio' ? 'm4a' : 'mp4'}`;
}
