/**
 * Uploads that come in parts and may be cut off: what has arrived stays, over a restart too, until a day has passed
 * without another byte. The last byte makes it a file of the library, or nothing. Callers see to it that one upload
 * has one writer.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../base/clock.js';
import { AppError, hasErrno, isAppError } from '../base/errors.js';
import { writeWhole } from '../base/files.js';
import type { Log } from '../base/log.js';
import type { MediaFile } from './model.js';
import { toSafeName } from './file-name.js';
import { translateFault, watchSpace, type CheckSpace } from './upload-disk.js';
import { checkUploadName, findUploadFolder } from './upload-folder.js';

/** What is whole and may get its name. */
export interface Arrived {
  temporary: string;
  filename: string;
  /** '' or `trips/2024/`. */
  folder: string;
  metadata: Record<string, unknown> | undefined;
}

export interface PartialUpload {
  id: string;
  sizeBytes: number;
  filename: string;
  folder: string;
  metadata?: Record<string, unknown> | undefined;
}

export interface PartialUploads {
  /** Errors: 'invalid' (empty), 'unsupported-media' (by its name), 'not-found' (the folder), 'no-space', 'forbidden', 'too-many'. */
  begin(upload: PartialUpload): Promise<void>;
  /** Also for a while after it is whole. */
  find(id: string): Promise<FoundUpload | undefined>;
  /**
   * Appends, and returns how much is there now. With the last byte it is taken into the library; if it cannot be, it
   * is removed. Errors: 'not-found', 'no-space', 'unsupported-media', the source's.
   */
  write(id: string, offsetBytes: number, content: Readable): Promise<number>;
  remove(id: string): Promise<void>;
  /** How long an unfinished one waits for its next byte. */
  keptMs: number;
  start(): void;
  close(): void;
}

export interface FoundUpload extends PartialUpload {
  offsetBytes: number;
  touchedAtMs: number;
  /** Once it is in the library. */
  fileId?: string | undefined;
}

const PARTIAL_KEPT_MS = 24 * 3600 * 1000;
const SWEPT_EVERY_MS = 3600 * 1000;
/** Of all members together. */
const MOST_UPLOADS = 1000;
const ID = /^[0-9a-f]{32}$/;
const ID_LENGTH = 32;

export function createPartialUploads(options: {
  folder: string;
  mediaDir: string;
  checkSpace: CheckSpace;
  keep: (arrived: Arrived) => Promise<MediaFile>;
  clock: Clock;
  log: Log;
}): PartialUploads {
  const { folder, mediaDir, checkSpace, keep, clock, log } = options;
  let cancelSweep: (() => void) | undefined;

  const recordOf = (id: string) => join(folder, `${id}.json`);
  /** With its ending, by which ffprobe knows a few kinds better. */
  const contentOf = ({ id, filename }: Pick<PartialUpload, 'id' | 'filename'>) =>
    join(folder, `${id}-${toSafeName(filename)}`);

  async function find(id: string): Promise<FoundUpload | undefined> {
    if (!ID.test(id)) return undefined;
    try {
      const record = JSON.parse(await readFile(recordOf(id), 'utf8')) as PartialUpload & { fileId?: string };
      const { size, mtimeMs } = await stat(record.fileId === undefined ? contentOf(record) : recordOf(id));
      // One that is whole and not taken was cut off in between: its last byte is asked for once more.
      const offsetBytes =
        record.fileId === undefined ? Math.min(size, record.sizeBytes - 1) : record.sizeBytes;
      return { ...record, offsetBytes, touchedAtMs: mtimeMs };
    } catch (error) {
      if (hasErrno(error, 'ENOENT', 'ENOTDIR') || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  async function remove(id: string): Promise<void> {
    if (!ID.test(id)) return;
    const names = await readdir(folder).catch(() => []);
    for (const name of names) if (name.startsWith(id)) await rm(join(folder, name), { force: true });
  }

  /** Whoever asks again, since the answer was lost, learns that it is done. */
  async function finish(upload: PartialUpload): Promise<void> {
    try {
      const { filename, folder: to, metadata } = upload;
      const file = await keep({ temporary: contentOf(upload), filename, folder: to, metadata });
      await writeWhole(recordOf(upload.id), JSON.stringify({ ...upload, fileId: file.id }));
    } catch (error) {
      // A refusal stays one however often it is tried; after a fault the last byte may come again.
      if (isAppError(error)) await remove(upload.id);
      throw error;
    }
  }

  async function sweep(): Promise<void> {
    const names = await readdir(folder).catch(() => []);
    const ids = new Set(names.map((name) => name.slice(0, ID_LENGTH)));
    for (const id of ids) {
      const upload = await find(id);
      if (upload && clock.now() - upload.touchedAtMs < PARTIAL_KEPT_MS) continue;
      await remove(id);
      if (upload && upload.fileId === undefined) log.info({ uploadId: id }, 'unfinished upload removed');
    }
  }

  function sweepNowAndThen(): void {
    sweep().catch((error: unknown) => log.warn({ err: error }, 'unfinished uploads could not be swept'));
    cancelSweep = clock.after(SWEPT_EVERY_MS, sweepNowAndThen);
  }

  return {
    keptMs: PARTIAL_KEPT_MS,
    find,
    remove,
    async begin(upload) {
      if (upload.sizeBytes < 1) throw new AppError('invalid', 'The file is empty.');
      checkUploadName(upload.filename);
      await findUploadFolder(mediaDir, upload.folder);
      await checkSpace(upload.sizeBytes);
      try {
        await mkdir(folder, { recursive: true });
        if ((await readdir(folder)).length >= 2 * MOST_UPLOADS) {
          throw new AppError('too-many', 'Too many uploads are unfinished; finish or cancel some first.');
        }
        await (await open(contentOf(upload), 'wx')).close();
        await writeWhole(recordOf(upload.id), JSON.stringify(upload));
      } catch (error) {
        throw translateFault(error);
      }
    },
    async write(id, offsetBytes, content) {
      const upload = await find(id);
      if (!upload) throw new AppError('not-found', 'There is no such upload any more; begin it anew.');
      if (upload.fileId !== undefined) return upload.sizeBytes;
      try {
        // Flushed, so that what gets its name outlives a power cut whole.
        const file = createWriteStream(contentOf(upload), { flags: 'r+', start: offsetBytes, flush: true });
        await pipeline(content, watchSpace(checkSpace), file);
      } catch (error) {
        throw translateFault(error);
      }
      const { size } = await stat(contentOf(upload));
      if (size >= upload.sizeBytes) await finish(toRecord(upload));
      return size;
    },
    start: sweepNowAndThen,
    close: () => cancelSweep?.(),
  };
}

function toRecord({ id, sizeBytes, filename, folder, metadata }: FoundUpload): PartialUpload {
  return { id, sizeBytes, filename, folder, metadata };
}
