/** Whether there is a picture to show for a content. Pure. */
import type { MediaInfo } from '../media/info.js';

export function hasPoster(info: Pick<MediaInfo, 'video' | 'cover'>): boolean {
  return info.video !== undefined || info.cover !== undefined;
}
