/**
 * Files that people send: written under a hidden name in the media dir, looked into, and only then given their own
 * name, which no other file has. What is not kept leaves nothing. Knows no HTTP.
 */
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../base/clock.js';
import { AppError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { MediaInfo } from '../media/info.js';
import { numberName, toDisplayName, toSafeName } from './file-name.js';
import type { Library, MediaFile } from './model.js';
import { createPartialUploads, type Arrived, type PartialUploads } from './partial-uploads.js';
import { createCheckSpace, moveToFree, translateFault, watchSpace } from './upload-disk.js';
import { checkUploadName, findUploadFolder } from './upload-folder.js';

export interface Uploads {
  /** Removes what an earlier run was cut off in. */
  start(): Promise<void>;
  /** Errors: 'no-space' when so much more cannot be taken. */
  checkSpace(bytes: number): Promise<void>;
  /** Writes all of the content. Errors: 'no-space', 'unsupported-media' (by its name), 'forbidden', the content's own. */
  receive(content: Readable, filename: string): Promise<Upload>;
  /** Those that come in parts. */
  partial: PartialUploads;
  close(): void;
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
  clock: Clock;
  log: Log;
}

/** Hidden, so that no watcher looks into it; in the media dir, so that a rename is all that is left to do. */
const FOLDER = '.lanternshare-uploads';
/** In it, what will go on another time. */
const PARTIAL = 'unfinished';
const NAMES_TRIED = 1000;

export function createUploads(parts: UploadParts): Uploads {
  const { library, mediaDir, minFreeBytes, prober, inspect, onKept, clock, log } = parts;
  const folder = join(mediaDir, FOLDER);
  const checkSpace = createCheckSpace(mediaDir, minFreeBytes);
  const partial = createPartialUploads({
    folder: join(folder, PARTIAL),
    mediaDir,
    checkSpace,
    keep,
    clock,
    log,
  });

  async function place(temporary: string, name: string, folder: string): Promise<string> {
    for (let n = 1; n <= NAMES_TRIED; n++) {
      const path = folder + numberName(name, n);
      if ((await library.at([path])).length > 0) continue;
      if (await moveToFree(temporary, join(mediaDir, path))) return path;
    }
    throw new AppError('conflict', 'There are too many files of this name; choose another one.');
  }

  /** Errors: 'unsupported-media', 'not-found' (its folder is gone), 'invalid' (metadata), 'conflict', the disk's. */
  async function keep({ temporary, filename, folder, metadata }: Arrived): Promise<MediaFile> {
    const { size } = await stat(temporary);
    const structure = await inspect(temporary, size);
    if (structure.verdict === 'incomplete') {
      throw new AppError('unsupported-media', structure.reason ?? 'The file is incomplete.');
    }
    await prober.probe(temporary);
    const path = await place(temporary, toSafeName(filename), await findUploadFolder(mediaDir, folder));
    const file = await record(path, size, { displayName: toDisplayName(filename), metadata });
    log.info({ fileId: file.id, path: file.path, sizeBytes: file.sizeBytes }, 'upload received');
    onKept(file.id);
    return file;
  }

  async function record(
    path: string,
    sizeBytes: number,
    words: Pick<Parameters<Library['takeUpload']>[0], 'displayName' | 'metadata'>,
  ): Promise<MediaFile> {
    try {
      const { dev, ino, mtimeMs } = await stat(join(mediaDir, path));
      return await library.takeUpload({
        path,
        signature: { device: dev, inode: ino, sizeBytes, mtimeMs },
        ...words,
      });
    } catch (error) {
      await rm(join(mediaDir, path), { force: true });
      throw error;
    }
  }

  return {
    async start() {
      const names = await readdir(folder).catch(() => []);
      for (const name of names.filter((one) => one !== PARTIAL)) {
        await rm(join(folder, name), { recursive: true, force: true }).catch((error: unknown) =>
          log.debug({ err: error }, 'unfinished uploads could not be removed'),
        );
      }
      partial.start();
    },
    close: () => partial.close(),
    partial,
    checkSpace,
    async receive(content, filename) {
      const name = checkUploadName(filename);
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
        throw translateFault(error);
      }
      return {
        discard,
        async keep(metadata) {
          try {
            return await keep({ temporary, filename, folder: '', metadata });
          } finally {
            await discard();
          }
        },
      };
    },
  };
}
