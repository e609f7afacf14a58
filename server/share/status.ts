/** What a visitor can expect of a share: follows from its file alone. */
import type { MediaFile } from '../library/model.js';

export type ShareStatus = 'pending' | 'processing' | 'completed' | 'failed';

/** Completed means playable: also while a new content is probed and the old one is still published. */
export function shareStatus(file: Pick<MediaFile, 'state' | 'generationId'>): ShareStatus {
  if (file.state === 'failed') return 'failed';
  if (file.generationId !== undefined) return 'completed';
  return file.state === 'pending' ? 'pending' : 'processing';
}
