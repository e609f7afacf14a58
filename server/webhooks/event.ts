/** Which event a change of a file is, and what is said of it. Pure. */
import type { EventName, FileTransition, ToldFile } from './model.js';

export function eventOf({ before, after }: FileTransition): EventName | undefined {
  const wasThere = isThere(before);
  if (!isThere(after)) return wasThere ? 'file.job.deleted' : undefined;
  if (wasThere && before.state === after.state) return undefined;
  switch (after.state) {
    case 'processing':
      return 'file.job.processing';
    case 'published':
      return 'file.job.completed';
    case 'failed':
      return 'file.job.failed';
    case 'pending':
      return undefined;
  }
}

/** The JSON text of one delivery. Links are left out: they would be credentials, and may be asked for by id. */
export function describeEvent(
  event: EventName,
  file: ToldFile,
  { deliveryId, nowMs }: { deliveryId: string; nowMs: number },
): string {
  return JSON.stringify({
    id: deliveryId,
    object: 'event',
    event,
    created_at: nowMs,
    data: {
      id: file.id,
      object: 'file',
      uri: `cloudglue://files/${file.id}`,
      status: file.state === 'published' ? 'completed' : file.state,
      filename: file.displayName,
      path: file.path,
      bytes: file.sizeBytes,
      media_type: file.mediaType,
      source: file.source,
      created_at: file.createdAtMs,
      ...(file.durationSeconds === undefined ? {} : { duration_seconds: file.durationSeconds }),
      ...(file.metadata === undefined ? {} : { metadata: file.metadata }),
      ...(file.error === undefined ? {} : { error: file.error }),
    },
  });
}

function isThere(file: ToldFile | undefined): file is ToldFile {
  return file !== undefined && file.withdrawnAtMs === undefined;
}
