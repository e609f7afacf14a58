/** What is known of a content, as far as it holds for the part of it that is shown. Pure. */
import type { Generation } from '../library/model.js';
import { layoutClip } from '../media/clip/index.js';
import type { MediaInfo } from '../media/info.js';
import type { Window } from '../share/model.js';

/** Where the sound goes on behind the last picture, a part has none: it is shown as what it is, a sound. */
export function shownInfo(
  { info, plan }: Pick<Generation, 'info' | 'plan'>,
  window: Window | undefined,
): MediaInfo {
  if (!window || !info.video) return info;
  const { renditions } = layoutClip(plan, info, window);
  if (renditions.some(({ kind }) => kind === 'video')) return info;
  const sound: MediaInfo = { ...info, mediaType: 'audio' };
  delete sound.video;
  delete sound.cover;
  return sound;
}
