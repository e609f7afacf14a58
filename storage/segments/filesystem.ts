/**
 * Keeps segments as `renditions/<generation>/<recipe>/<rendition>/<first>-<last>.m4s` below the data dir. What
 * is not finished lies in `renditions/parts/` and moves to its place by one rename; a crash leaves nothing
 * elsewhere. Damaged chunks are removed when they are met, so that they can be made again.
 */
import { randomBytes } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError, hasErrno } from '../../server/base/errors.js';
import { freeBytes } from '../../server/base/files.js';
import { usedBytes } from './used-bytes.js';
import type { Log } from '../../server/base/log.js';
import {
  createChunkOutput,
  readSegment,
  readSegments,
  removeFile,
  writeNew,
  type ChunkFile,
  type ChunkOutput,
} from './chunk-file.js';
import { addChunk, chunkName, createFolders, removeChunk, type Folder } from './folders.js';
import type { ChunkWriter, RenditionKey, SegmentRange, SegmentStore } from './model.js';

/** A map of a 2 h rendition takes about 200 KB. */
const FOLDERS_IN_MEMORY = 100;

export function createFilesystemStore({ dataDir, log }: { dataDir: string; log: Log }): SegmentStore {
  const root = join(dataDir, 'renditions');
  const parts = join(root, 'parts');
  const folders = createFolders(FOLDERS_IN_MEMORY);
  const open = (key: RenditionKey) => folders.open(folderOf(key));
  const folderOf = ({ generationId, recipe, renditionId }: RenditionKey) =>
    join(root, ...[generationId, recipe, renditionId].map(checkName));
  const blobPath = (generationId: string, name: string) =>
    join(root, checkName(generationId), ...name.split('/').map(checkName));
  const temporaryPath = () => join(parts, `${randomBytes(8).toString('hex')}.part`);

  async function segmentsOf(folder: Folder, chunk: ChunkFile) {
    chunk.segments ??= await readSegments(chunk);
    if (!chunk.segments) await discardChunk(folder, chunk, 'a chunk file was not readable and was removed');
    return chunk.segments;
  }

  async function discardChunk(folder: Folder, chunk: ChunkFile, why: string) {
    removeChunk(folder, chunk);
    log.warn({ path: chunk.path }, why);
    await removeFile(chunk.path);
  }

  /** It is gone at once, whole. */
  async function removeTree(path: string) {
    const doomed = temporaryPath();
    try {
      await rename(path, doomed);
    } catch (error) {
      if (hasErrno(error, 'ENOENT')) return;
      throw error;
    }
    await rm(doomed, { recursive: true, force: true });
  }

  return {
    async start() {
      await rm(parts, { recursive: true, force: true });
      await mkdir(parts, { recursive: true });
    },

    async ranges(key) {
      return mergeNumbers((await open(key)).chunkOf.keys());
    },

    async read(key, n) {
      const folder = await open(key);
      const chunk = folder.chunkOf.get(n);
      const segment = chunk && (await segmentsOf(folder, chunk))?.[n - chunk.first];
      if (!chunk || !segment) return undefined;
      const bytes = await readSegment(chunk, segment);
      if (!bytes && folder.chunkOf.get(n) === chunk) {
        await discardChunk(folder, chunk, 'a chunk file was damaged and was removed');
      }
      return bytes;
    },

    async sizes(key) {
      const folder = await open(key);
      const sizes = new Map<number, number>();
      for (const chunk of new Set(folder.chunkOf.values())) {
        (await segmentsOf(folder, chunk))?.forEach(({ sizeBytes }, i) =>
          sizes.set(chunk.first + i, sizeBytes),
        );
      }
      return sizes;
    },

    async write(key, first) {
      const folder = await open(key);
      const path = temporaryPath();
      folder.writers++;
      try {
        const output = await refuseWhenFull(() => createChunkOutput(path));
        return createWriter(folder, { first, last: first - 1, path, segments: [] }, output);
      } catch (error) {
        folder.writers--;
        throw error;
      }
    },

    async discard(key, n): Promise<SegmentRange | undefined> {
      const folder = await open(key);
      const chunk = folder.chunkOf.get(n);
      if (!chunk) return undefined;
      await discardChunk(folder, chunk, 'a chunk file was discarded');
      return [chunk.first, chunk.last];
    },

    async readBlob(generationId, name) {
      try {
        return await readFile(blobPath(generationId, name));
      } catch (error) {
        if (hasErrno(error, 'ENOENT')) return undefined;
        throw error;
      }
    },

    async hasBlob(generationId, name) {
      const path = blobPath(generationId, name);
      return access(path).then(
        () => true,
        () => false,
      );
    },

    async writeBlob(generationId, name, content) {
      const path = temporaryPath();
      await refuseWhenFull(async () => {
        try {
          await writeNew(path, content);
          await moveTo(path, blobPath(generationId, name));
        } catch (error) {
          await removeFile(path);
          throw error;
        }
      });
    },

    async withTemporaryFile(use) {
      const path = temporaryPath();
      try {
        return await use(path);
      } finally {
        await removeFile(path);
      }
    },

    async listBlobs(generationId, folder) {
      try {
        return await readdir(blobPath(generationId, folder));
      } catch (error) {
        if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return [];
        throw error;
      }
    },

    removeBlobs: (generationId, name) => removeTree(blobPath(generationId, name)),

    async remove(generationId) {
      const path = join(root, checkName(generationId));
      folders.drop(path);
      await removeTree(path);
    },

    usedBytes: () => usedBytes(root),
    freeBytes: () => freeBytes(dataDir),
  };
}

/** Its folder counts it as a writer already. */
function createWriter(folder: Folder, chunk: ChunkFile, output: ChunkOutput): ChunkWriter {
  const segments = chunk.segments!;
  let over = false;

  async function end() {
    over = true;
    folder.writers--;
    await output.close();
  }

  async function discard() {
    if (over) return;
    removeChunk(folder, chunk);
    await end().finally(() => removeFile(chunk.path));
  }

  return {
    append: (bytes) =>
      refuseWhenFull(async () => {
        segments.push(await output.append(bytes));
        chunk.last++;
        folder.chunkOf.set(chunk.last, chunk);
      }),
    async finish() {
      if (over || segments.length === 0) return discard();
      try {
        await refuseWhenFull(async () => {
          await output.seal(segments);
          const path = join(folder.path, chunkName(chunk.first, chunk.last));
          await moveTo(chunk.path, path);
          chunk.path = path;
        });
      } catch (error) {
        await discard();
        throw error;
      }
      await end();
      addChunk(folder, chunk);
    },
    discard,
  };
}

async function moveTo(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await rename(from, to);
}

async function refuseWhenFull<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    if (!hasErrno(cause, 'ENOSPC', 'EDQUOT')) throw cause;
    throw new AppError('no-space', 'The disk that holds the rendered media is full.', { cause });
  }
}

/** The last guard: a name from outside never leads to another folder. */
function checkName(name: string): string {
  if (!/^[\w-][\w.-]{0,99}$/.test(name) || name === 'parts') throw new Error(`"${name}" is no usable name`);
  return name;
}

function mergeNumbers(numbers: Iterable<number>): SegmentRange[] {
  const ranges: [number, number][] = [];
  for (const n of [...numbers].sort((a, b) => a - b)) {
    const range = ranges.at(-1);
    if (range && range[1] + 1 >= n) range[1] = n;
    else ranges.push([n, n]);
  }
  return ranges;
}
