/**
 * Takes media files out of the library at people's wish, with all that was made of them. Promises that a source is
 * deleted only when it is the very file on record, and that one which stays will not come back by itself.
 */
import { stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, hasErrno } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { Library, MediaFile } from './model.js';

export interface Removal {
  /**
   * Unless told otherwise, the source of an upload goes with it and any other stays. Errors: 'not-found', 'conflict' (the
   * source has just changed), 'forbidden' (the source may not be deleted by us).
   */
  remove(id: string, options?: { deletesSource?: boolean | undefined }): Promise<void>;
}

export function createRemoval(options: {
  library: Pick<Library, 'get' | 'remove' | 'withdraw' | 'dropGeneration'>;
  mediaDir: string;
  /** Stops its rendering and removes what was rendered. */
  forget: (generationId: string) => Promise<void>;
  log: Log;
}): Removal {
  const { library, mediaDir, forget, log } = options;

  return {
    async remove(id, { deletesSource } = {}) {
      const file = await library.get(id);
      if (!file) throw new AppError('not-found', `There is no file ${id}.`);
      const isSourceGoing = deletesSource ?? file.source === 'upload';
      if (isSourceGoing) await deleteSource(mediaDir, file);
      const generationIds = isSourceGoing ? await library.remove(id) : await library.withdraw(id);
      log.info({ fileId: id, path: file.path, isSourceGoing }, 'file removed from the library');
      for (const generationId of generationIds) await removeGeneration(generationId);
    },
  };

  /** What is left over is swept at the next start. */
  async function removeGeneration(id: string): Promise<void> {
    try {
      await forget(id);
      await library.dropGeneration(id);
    } catch (error) {
      log.warn({ err: error, generationId: id }, 'what was rendered could not be removed now');
    }
  }
}

async function deleteSource(mediaDir: string, file: MediaFile): Promise<void> {
  const path = join(mediaDir, file.path);
  try {
    const { ino, size, mtimeMs } = await stat(path);
    if (ino !== file.inode || size !== file.sizeBytes || mtimeMs !== file.mtimeMs) {
      throw new AppError('conflict', 'The file has just changed; look at it and try again.');
    }
    await unlink(path);
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return;
    if (!hasErrno(error, 'EACCES', 'EPERM', 'EROFS')) throw error;
    throw new AppError(
      'forbidden',
      'The source cannot be deleted: the media folder is not writable for this program. With delete_source=false the file only leaves the library.',
      { cause: error },
    );
  }
}
