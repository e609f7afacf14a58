/**
 * Files that people send: written under a hidden name in the media dir, looked into, and only then given their own
 * name, which no other file has. What is not kept leaves nothing. Knows no HTTP.
 */
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { link, mkdir, open, rename, rm, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, hasErrno, isAppError } from '../base/errors.js';
import { freeBytes } from '../base/files.js';
import type { Log } from '../base/log.js';
import type { MediaInfo } from '../media/info.js';
import { judgeName } from '../media/names.js';
import { numberName, toDisplayName, toSafeName } from './file-name.js';
import type { Library, MediaFile } from './model.js';

export interface Uploads {
  /** Removes what an earlier run was cut off in. */
  start(): Promise<void>;
  /** Errors: 'no-space' when so much more cannot be taken. */
  checkSpace(bytes: number): Promise<void>;
  /** Writes all of the content. Errors: 'no-space', 'unsupported-media' (by its name), 'forbidden', the content's own. */
  receive(content: Readable, filename: string): Promise<Upload>;
}

export interface Upload {
  /** Into the library. Errors: 'unsupported-media' with a sentence, 'invalid' (metadata); then it is discarded. */
  keep(metadata: Record<string, unknown> | undefined): Promise<MediaFile>;
  discard(): Promise<void>;
}

export interface UploadParts {
  library: Pick<Library, 'at' | 'takeUpload'>;
  mediaDir: string;
  minFreeBytes: number;
  prober: { probe(path: string): Promise<MediaInfo> };
  inspect: (path: string, sizeBytes: number) => Promise<{ verdict: string; reason?: string | undefined }>;
  /** It is in the library and may be probed. */
  onKept: (id: string) => void;
  log: Log;
}

/** Hidden, so that no watcher looks into it; in the media dir, so that a rename is all that is left to do. */
const FOLDER = '.lanternshare-uploads';
const SPACE_CHECKED_EVERY_BYTES = 64 * 1024 * 1024;
const NAMES_TRIED = 1000;

export function createUploads(parts: UploadParts): Uploads {
  const { library, mediaDir, minFreeBytes, prober, inspect, onKept, log } = parts;
  const folder = join(mediaDir, FOLDER);

  async function checkSpace(bytes: number): Promise<void> {
    if ((await freeBytes(mediaDir)) - bytes >= minFreeBytes) return;
    throw new AppError('no-space', 'There is not enough free space for this file in the media folder.');
  }

  async function place(temporary: string, name: string): Promise<string> {
    for (let n = 1; n <= NAMES_TRIED; n++) {
      const path = numberName(name, n);
      if ((await library.at([path])).length > 0) continue;
      if (await moveToFree(temporary, join(mediaDir, path))) return path;
    }
    throw new AppError('conflict', 'There are too many files of this name; choose another one.');
  }

  async function keep(temporary: string, filename: string, metadata: Record<string, unknown> | undefined) {
    const { size } = await stat(temporary);
    const structure = await inspect(temporary, size);
    if (structure.verdict === 'incomplete') {
      throw new AppError('unsupported-media', structure.reason ?? 'The file is incomplete.');
    }
    await prober.probe(temporary);
    const path = await place(temporary, toSafeName(filename));
    try {
      const { dev, ino, mtimeMs } = await stat(join(mediaDir, path));
      const signature = { device: dev, inode: ino, sizeBytes: size, mtimeMs };
      return await library.takeUpload({ path, signature, displayName: toDisplayName(filename), metadata });
    } catch (error) {
      await rm(join(mediaDir, path), { force: true });
      throw error;
    }
  }

  return {
    async start() {
      await rm(folder, { recursive: true, force: true }).catch((error: unknown) =>
        log.debug({ err: error }, 'unfinished uploads could not be removed'),
      );
    },
    checkSpace,
    async receive(content, filename) {
      const name = toSafeName(filename);
      if (judgeName(name) !== 'media') {
        throw new AppError(
          'unsupported-media',
          `${JSON.stringify(name)} is no name of a video or audio file.`,
        );
      }
      const temporary = join(folder, `${randomBytes(8).toString('hex')}-${name}`);
      const discard = () => rm(temporary, { force: true });
      try {
        await mkdir(folder, { recursive: true });
        await checkSpace(0);
        // Flushed, so that what gets its name outlives a power cut whole.
        const file = createWriteStream(temporary, { flags: 'wx', flush: true });
        await pipeline(content, watchSpace(checkSpace), file);
      } catch (error) {
        await discard();
        throw translate(error);
      }
      return {
        discard,
        async keep(metadata) {
          try {
            const file = await keep(temporary, filename, metadata);
            log.info({ fileId: file.id, path: file.path, sizeBytes: file.sizeBytes }, 'upload received');
            onKept(file.id);
            return file;
          } finally {
            await discard();
          }
        },
      };
    },
  };
}

/** Passes everything on and looks at the disk now and then. */
function watchSpace(checkSpace: (bytes: number) => Promise<void>): Transform {
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
async function moveToFree(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    await unlink(from);
    return true;
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return false;
    if (!hasErrno(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS')) throw translate(error);
  }
  // No hard links on this file system: the name is taken first, then what lies there is ours to replace.
  try {
    await (await open(to, 'wx')).close();
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return false;
    throw translate(error);
  }
  await rename(from, to);
  return true;
}

function translate(error: unknown): unknown {
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
