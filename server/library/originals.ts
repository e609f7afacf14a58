/**
 * Where a generation's original lies now, and that it still is the content that was published. Asked at every
 * segment: a look at the disk is good for a second, unless the record changes before.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.js';
import { AppError } from '../base/errors.js';
import type { Generation, MediaFile } from './model.js';
import type { Records } from './records.js';

const TRUSTED_MS = 1000;
const LOOKS_KEPT = 1000;
/** A rename is seen on disk a moment before the watcher has told of it; a player should not notice. */
const PATIENCE_MS = 2000;

interface Look {
  /** The very objects that were looked at: a changed record is another object. */
  file: MediaFile;
  generation: Generation;
  untilMs: number;
  path: Promise<string>;
}

export interface Originals {
  /** Absolute path. Errors: 'source-missing', 'source-changed', 'not-found' (no such generation). */
  locate(generationId: string): Promise<string>;
}

export function createOriginals(options: { records: Records; mediaDir: string; clock: Clock }): Originals {
  const { records, mediaDir, clock } = options;
  const looks = new LRUCache<string, Look>({ max: LOOKS_KEPT });

  return { locate: (generationId) => locate(generationId, true) };

  async function locate(generationId: string, mayWait: boolean): Promise<string> {
    const generation = await records.generation(generationId);
    const file = generation && (await records.file(generation.fileId));
    if (!file) throw new AppError('not-found', 'This generation is no longer there.');
    const recent = looks.get(generationId);
    if (recent && recent.file === file && recent.generation === generation && clock.now() < recent.untilMs) {
      return recent.path;
    }
    const path = lookOnDisk(mediaDir, file, generation).catch(async (error: unknown) => {
      const isHere = mayWait && file.goneAtMs === undefined && file.state === 'published';
      if (isHere && (await changesSoon(file))) return locate(generationId, false);
      throw error;
    });
    const look = { file, generation, untilMs: clock.now() + TRUSTED_MS, path };
    looks.set(generationId, look);
    path.catch(() => {
      if (looks.get(generationId) === look) looks.delete(generationId);
    });
    return path;
  }

  /** True as soon as the record is another than the one that was looked at, false when it stays for a while. */
  function changesSoon(file: MediaFile): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const end = (hasChanged: boolean) => {
        unsubscribe();
        cancel();
        resolve(hasChanged);
      };
      const unsubscribe = records.onChange((id) => id === file.id && end(true));
      const cancel = clock.after(PATIENCE_MS, () => end(false));
      // It may have changed between the look and this moment.
      records.file(file.id).then((now) => now !== file && end(true), reject);
    });
  }
}

async function lookOnDisk(mediaDir: string, file: MediaFile, generation: Generation): Promise<string> {
  if (file.goneAtMs !== undefined) throw missing(file);
  const path = join(mediaDir, file.path);
  const found = await stat(path).catch((cause: unknown) => {
    throw missing(file, cause);
  });
  if (!found.isFile()) throw missing(file);
  if (found.size !== generation.sizeBytes || found.mtimeMs !== generation.mtimeMs) {
    throw new AppError('source-changed', `${file.path} is no longer the content that was published.`);
  }
  return path;
}

function missing(file: MediaFile, cause?: unknown): AppError {
  return new AppError('source-missing', `${file.path} is not in its place.`, { cause });
}
