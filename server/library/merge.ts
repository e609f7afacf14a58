/** Two records that turned out to be one content become one: nothing that was handed out stops working. */
import { rows, type Tx } from '../../storage/database/index.js';
import { pickSignature } from './admit.js';
import type { MediaFile } from './model.js';
import { displayNameAfterMove } from './place.js';

/** `keep` is now where `drop` was. Links to either lead to it; it shows what is published of the two. */
export async function mergeInto(tx: Tx, keep: MediaFile, drop: MediaFile, nowMs: number): Promise<void> {
  const content = keep.state === 'published' ? keep : drop;
  await rows.shares.moveAll(tx, drop.id, keep.id, nowMs);
  await rows.clips.moveAll(tx, drop.id, keep.id);
  if (content === drop && drop.generationId) await rows.generations.give(tx, drop.generationId, keep.id);
  await rows.mediaFiles.remove(tx, drop.id);
  await rows.mediaFiles.update(tx, {
    ...keep,
    ...pickSignature(drop),
    path: drop.path,
    displayName: displayNameAfterMove(keep, drop.path),
    // Whoever probes `drop` will not find it any more: its turn comes again, as `keep`.
    state: content.state === 'processing' ? 'pending' : content.state,
    mediaType: content.mediaType,
    error: content.error,
    errorDetail: content.errorDetail,
    generationId: content.generationId,
    durationSeconds: content.durationSeconds,
    fingerprint: drop.fingerprint ?? keep.fingerprint,
    updatedAtMs: nowMs,
    goneAtMs: drop.goneAtMs,
  });
  if (content.state === 'published' && content.generationId) {
    await rows.generations.setSignature(tx, content.generationId, drop);
  }
}
