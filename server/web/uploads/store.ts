/** Our unfinished uploads in the words of the tus server: what a client may say of one, and where it stands. */
import { DataStore, Upload } from '@tus/server';
import { AppError } from '../../base/errors.js';
import type { createUploads } from '../../library/index.js';

const METADATA_BYTES = 16 * 1024;

export function createStore({
  partial,
}: {
  partial: ReturnType<typeof createUploads>['partial'];
}): DataStore {
  const store = new DataStore();
  store.extensions = ['creation', 'creation-with-upload', 'termination', 'expiration'];
  return Object.assign(store, {
    async create(upload: Upload): Promise<Upload> {
      const { filename, folder, metadata } = upload.metadata ?? {};
      if (!filename) throw new AppError('invalid', 'Upload-Metadata must name the file: filename.');
      await partial.begin({
        id: upload.id,
        sizeBytes: upload.size!,
        filename,
        folder: folder ?? '',
        metadata: metadata ? readMetadata(metadata) : undefined,
      });
      return upload;
    },
    async getUpload(id: string): Promise<Upload> {
      const found = await partial.find(id);
      if (!found) throw new AppError('not-found', 'There is no such upload any more; begin it anew.');
      return new Upload({
        id,
        size: found.sizeBytes,
        offset: found.offsetBytes,
        metadata: { filename: found.filename, folder: found.folder },
        // It ends a while after its last byte, not after its first.
        creation_date: new Date(found.touchedAtMs).toISOString(),
      });
    },
    write: (content: Parameters<DataStore['write']>[0], id: string, offset: number) =>
      partial.write(id, offset, content),
    remove: (id: string) => partial.remove(id),
    getExpiration: () => partial.keptMs,
  });
}

/** Errors: 'invalid'. */
function readMetadata(text: string): Record<string, unknown> {
  const refusal = new AppError('invalid', 'metadata must be a JSON object of at most 16 KB.');
  if (Buffer.byteLength(text) > METADATA_BYTES) throw refusal;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    throw refusal;
  }
  throw refusal;
}
