/**
 * Clips of media files: made by segmentations, listed, described. Promises that a clip lies inside its file as it was
 * when it was cut. Knows no links and makes no pictures.
 */
import { rows, type Database, type Tx } from '../../storage/database/index.js';
import type { Clock } from '../base/clock.js';
import { AppError } from '../base/errors.js';
import type { Exec } from '../base/exec.js';
import { createId } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { LibraryReader } from '../library/model.js';
import { checkInside, cutRange, cutUniformly } from './cut.js';
import type { Clips, Cutting, Segmentation, TimeRange } from './model.js';
import { createShotSearch } from './search.js';

/** Of one file; each may have thousands of clips. */
const MOST_SEGMENTATIONS = 1000;
const METADATA_BYTES = 16 * 1024;

export function createClips(deps: {
  db: Database;
  library: Pick<LibraryReader, 'get' | 'generation' | 'locate'>;
  exec: Pick<Exec, 'start'>;
  /** Clips are no longer there, nor what stands on them. */
  onRemoved: () => void;
  clock: Clock;
  log: Log;
}): Clips {
  const { db, library, exec, onRemoved, clock, log } = deps;
  const search = createShotSearch({
    library,
    exec,
    onBegun: (id) => db.transaction(async (tx) => void (await rows.clips.setStatus(tx, id, 'processing'))),
    onFound: (id, shots) => db.transaction((tx) => complete(tx, id, shots)),
    onFailed: (id) => db.transaction(async (tx) => void (await rows.clips.setStatus(tx, id, 'failed'))),
    log,
  });

  return {
    get: (id) => rows.clips.find(db.knex, id),
    async list(query) {
      const { records, total } = await rows.clips.list(db.knex, query);
      return { clips: records, total };
    },
    async remove(id) {
      await db.transaction((tx) => rows.clips.remove(tx, id));
      onRemoved();
    },
    async setMetadata(id, metadata) {
      if (metadata && Buffer.byteLength(JSON.stringify(metadata)) > METADATA_BYTES) {
        throw new AppError('invalid', 'metadata is too long; it may have at most 16 KB of JSON.');
      }
      return db.transaction(async (tx) => {
        await rows.clips.setMetadata(tx, id, metadata ?? undefined);
        const clip = await rows.clips.find(tx, id);
        if (!clip) throw new AppError('not-found', `There is no segment ${id}.`);
        return clip;
      });
    },

    async segment(fileId, { cutting, config, hasThumbnails }) {
      const durationSeconds = await playableSeconds(fileId, cutting);
      const range = cutRange(cutting, durationSeconds);
      const ranges = cutting.strategy === 'shots' ? undefined : cut(cutting, range);
      const segmentation: Segmentation = {
        id: createId(),
        fileId,
        config,
        hasThumbnails,
        status: 'pending',
        createdAtMs: clock.now(),
      };
      const made = await db.transaction(async (tx) => {
        await checkMayAdd(tx, fileId);
        await rows.clips.insertSegmentation(tx, { ...segmentation, config: { asked: config, cutting } });
        if (!ranges) return segmentation;
        await complete(tx, segmentation.id, ranges);
        return { ...segmentation, status: 'completed' as const };
      });
      if (cutting.strategy === 'shots') search.add({ segmentation, rules: cutting.shots, range });
      return made;
    },
    async getSegmentation(id) {
      const record = await rows.clips.findSegmentation(db.knex, id);
      return record && toSegmentation(record);
    },
    async listSegmentations(query) {
      const { records, total } = await rows.clips.listSegmentations(db.knex, query);
      return { segmentations: records.map(toSegmentation), total };
    },
    async removeSegmentation(id) {
      const wasThere = await db.transaction((tx) => rows.clips.removeSegmentation(tx, id));
      if (!wasThere) throw new AppError('not-found', `There is no segmentation ${id}.`);
      search.drop(id);
      onRemoved();
    },

    async start() {
      for (const record of await rows.clips.unfinishedSegmentations(db.knex)) {
        const { cutting } = record.config as unknown as Kept;
        if (cutting.strategy !== 'shots') continue;
        search.add({ segmentation: toSegmentation(record), rules: cutting.shots, range: cutting.range });
      }
    },
    close: () => search.close(),
  };

  /** Errors: 'not-found', 'conflict', 'invalid'. */
  async function playableSeconds(fileId: string, { strategy }: Cutting): Promise<number> {
    const file = await library.get(fileId);
    if (!file) throw new AppError('not-found', `There is no file ${fileId}.`);
    const generation = file.generationId ? await library.generation(file.generationId) : undefined;
    if (!generation) {
      throw new AppError('conflict', `The file cannot be cut yet: it is ${file.state}, not completed.`);
    }
    if (strategy === 'shots' && !generation.info.video) {
      throw new AppError(
        'invalid',
        'segmentation_config.strategy must be another one: the file has no picture.',
      );
    }
    return generation.info.durationSeconds;
  }
}

/** What is kept of an asking: its words, to be told again, and what they mean. */
interface Kept {
  asked: Record<string, unknown>;
  cutting: Cutting;
}

function toSegmentation(record: rows.clips.SegmentationRecord): Segmentation {
  return { ...record, config: (record.config as unknown as Kept).asked };
}

function cut(cutting: Exclude<Cutting, { strategy: 'shots' }>, range: TimeRange): TimeRange[] {
  return cutting.strategy === 'uniform'
    ? cutUniformly(range, cutting.windowSeconds, cutting.hopSeconds)
    : checkInside(cutting.ranges, range);
}

/** Errors: 'not-found' (it may have been removed since it was looked at), 'too-many'. */
async function checkMayAdd(tx: Tx, fileId: string): Promise<void> {
  const file = await rows.mediaFiles.find(tx, fileId);
  if (!file || file.withdrawnAtMs !== undefined) {
    throw new AppError('not-found', `There is no file ${fileId}.`);
  }
  const { total } = await rows.clips.listSegmentations(tx, { fileId, limit: 1, offset: 0 });
  if (total < MOST_SEGMENTATIONS) return;
  throw new AppError(
    'too-many',
    `A file has at most ${MOST_SEGMENTATIONS} segmentations; delete some first.`,
  );
}

/** One that was removed meanwhile stays so. */
async function complete(tx: Tx, segmentationId: string, ranges: readonly TimeRange[]): Promise<void> {
  const segmentation = await rows.clips.findSegmentation(tx, segmentationId);
  if (!segmentation) return;
  const { fileId } = segmentation;
  await rows.clips.insertMany(
    tx,
    ranges.map((range) => ({ id: createId(), fileId, segmentationId, ...range })),
  );
  await rows.clips.setStatus(tx, segmentationId, 'completed');
}
