/** The verbs by which members change the hall. Each is one transaction, told to the listeners after its commit. */
import { rows, type Tx } from '../../storage/database/index.js';
import type { Clock } from '../base/clock.js';
import { AppError } from '../base/errors.js';
import { admitAll } from './admit.js';
import type { FileSignature, LibraryKeeper, MediaFile } from './model.js';
import type { Records } from './records.js';

const NAME_LENGTH = 255;
const METADATA_BYTES = 16 * 1024;

export function createKeeper({ records, clock }: { records: Records; clock: Clock }): LibraryKeeper {
  const { commit } = records;

  return {
    update(id, { displayName, metadata }) {
      checkName(displayName);
      checkMetadata(metadata);
      return commit(async (tx, changes) => {
        const file = await mustFind(tx, id, { isWithdrawn: false });
        const changed: MediaFile = {
          ...file,
          ...(displayName === undefined ? {} : { displayName }),
          ...(metadata === undefined ? {} : { metadata: metadata ?? undefined }),
          updatedAtMs: clock.now(),
        };
        await rows.mediaFiles.update(tx, changed);
        changes.file(id);
        return changed;
      });
    },

    takeUpload({ path, signature, displayName, metadata }) {
      checkName(displayName);
      checkMetadata(metadata);
      return commit(async (tx, changes) => {
        const [admitted] = await admitAll(tx, [{ path, signature, source: 'upload' }], clock.now());
        // The watcher may have told of it in this very moment.
        if (!admitted!.isNew && !isSameFile(admitted!.file, signature)) {
          throw new AppError('conflict', 'Another file is recorded in this place.');
        }
        const file: MediaFile = { ...admitted!.file, source: 'upload', displayName, metadata };
        await rows.mediaFiles.update(tx, file);
        changes.file(file.id);
        return file;
      });
    },

    withdraw: (id) =>
      commit(async (tx, changes) => {
        const file = await mustFind(tx, id, { isWithdrawn: false });
        const generationIds = await rows.generations.idsOf(tx, id);
        await rows.shares.removeOfFile(tx, id);
        await rows.clips.removeOfFile(tx, id);
        const withdrawn: MediaFile = {
          ...file,
          state: 'pending',
          error: undefined,
          errorDetail: undefined,
          generationId: undefined,
          durationSeconds: undefined,
          updatedAtMs: clock.now(),
          withdrawnAtMs: clock.now(),
        };
        await rows.mediaFiles.update(tx, withdrawn);
        changes.transition(file, withdrawn);
        changes.file(id);
        for (const generationId of generationIds) changes.generation(generationId);
        return generationIds;
      }),

    restore: (id) =>
      commit(async (tx, changes) => {
        const file = await mustFind(tx, id, { isWithdrawn: true });
        const restored: MediaFile = { ...file, withdrawnAtMs: undefined, updatedAtMs: clock.now() };
        await rows.mediaFiles.update(tx, restored);
        changes.file(id);
        return restored;
      }),
  };
}

async function mustFind(tx: Tx, id: string, { isWithdrawn }: { isWithdrawn: boolean }): Promise<MediaFile> {
  const file = await rows.mediaFiles.find(tx, id);
  if (file && (file.withdrawnAtMs !== undefined) === isWithdrawn) return file;
  throw new AppError(
    'not-found',
    isWithdrawn ? 'There is no such file to restore.' : `There is no file ${id}.`,
  );
}

function isSameFile(a: FileSignature, b: FileSignature): boolean {
  return a.device === b.device && a.inode === b.inode && a.sizeBytes === b.sizeBytes;
}

function checkName(name: string | undefined): void {
  if (name === undefined || (name.trim() !== '' && name.length <= NAME_LENGTH && !/\p{Cc}/u.test(name)))
    return;
  throw new AppError('invalid', `filename must be text of 1 to ${NAME_LENGTH} characters in one line.`);
}

function checkMetadata(metadata: Record<string, unknown> | null | undefined): void {
  if (!metadata || Buffer.byteLength(JSON.stringify(metadata)) <= METADATA_BYTES) return;
  throw new AppError('invalid', 'metadata is too long; it may have at most 16 KB of JSON.');
}
