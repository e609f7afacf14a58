/** Tells a page when the content behind its stream has become another one, and nothing else of either. Pure. */
import { createHash } from 'node:crypto';
import type { Share } from '../share/model.js';

/** Of one share: nobody can tell by it that two shares are of the same file. */
export function revisionOf({ id }: Pick<Share, 'id'>, generationId: string): string {
  return createHash('sha256').update(`${id}/${generationId}`).digest('base64url').slice(0, 22);
}
