/** How uploads meet the disk: space that is looked after while they grow, names that are free, faults in our words. */
import { link, open, rename, unlink } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { AppError, hasErrno, isAppError } from '../base/errors.js';
import { freeBytes } from '../base/files.js';

const SPACE_CHECKED_EVERY_BYTES = 64 * 1024 * 1024;

export type CheckSpace = (bytes: number) => Promise<void>;

export function createCheckSpace(folder: string, minFreeBytes: number): CheckSpace {
  return async (bytes) => {
    if ((await freeBytes(folder)) - bytes >= minFreeBytes) return;
    throw new AppError('no-space', 'There is not enough free space for this file in the media folder.');
  };
}

/** Passes everything on and looks at the disk now and then. */
export function watchSpace(checkSpace: CheckSpace): Transform {
  let unchecked = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      unchecked += chunk.length;
      if (unchecked < SPACE_CHECKED_EVERY_BYTES) return done(null, chunk);
      unchecked = 0;
      checkSpace(0).then(() => done(null, chunk), done);
    },
  });
}

/** False when the name is taken. Never replaces anything. */
export async function moveToFree(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    await unlink(from);
    return true;
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return false;
    if (!hasErrno(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS')) throw translateFault(error);
  }
  // No hard links on this file system: the name is taken first, then what lies there is ours to replace.
  try {
    await (await open(to, 'wx')).close();
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return false;
    throw translateFault(error);
  }
  await rename(from, to);
  return true;
}

export function translateFault(error: unknown): unknown {
  if (isAppError(error)) return error;
  if (hasErrno(error, 'ENOSPC', 'EDQUOT', 'EFBIG')) {
    return new AppError('no-space', 'There is not enough free space for this file in the media folder.', {
      cause: error,
    });
  }
  if (!hasErrno(error, 'EACCES', 'EPERM', 'EROFS')) return error;
  return new AppError(
    'forbidden',
    'Files cannot be taken: the media folder is not writable for this program. Give its user write access.',
    { cause: error },
  );
}
