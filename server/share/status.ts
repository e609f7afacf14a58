/** What a visitor can expect of a share: follows from its file, and of a clip from whether the content still has it. */
import type { MediaFile } from '../library/model.js';
import type { Window } from './model.js';

export type ShareStatus = 'pending' | 'processing' | 'completed' | 'failed';

/**
 * Completed means playable: also while a new content is probed and the old one is still published. `window` is that
 * of the published content.
 */
export function shareStatus(
  file: Pick<MediaFile, 'state' | 'generationId'>,
  window?: Window | 'outside',
): ShareStatus {
  if (file.state === 'failed') return 'failed';
  if (file.generationId !== undefined) return window === 'outside' ? 'failed' : 'completed';
  return file.state === 'pending' ? 'pending' : 'processing';
}
