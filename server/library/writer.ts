/**
 * The verbs by which ingest changes the hall. Each is one transaction on the record as it is then, and is
 * told to the listeners after its commit.
 */
import { rows, type Tx } from '../../storage/database/index.js';
import type { Clock } from '../base/clock.js';
import { AppError } from '../base/errors.js';
import { createId } from '../base/ids.js';
import { admitAll, pickSignature } from './admit.js';
import { mergeInto } from './merge.js';
import type { FileSignature, Generation, LibraryWriter, MediaFile } from './model.js';
import { checkPath, displayNameAfterMove } from './place.js';
import type { Changes, Records } from './records.js';
import { checkTransition } from './transitions.js';

export type WriteVerbs = Omit<
  LibraryWriter,
  | 'known'
  | 'knownPages'
  | 'knownIn'
  | 'at'
  | 'findByFingerprint'
  | 'goneWithSize'
  | 'goneSince'
  | 'unfinished'
  | 'orphanGenerations'
>;

export function createWriter({ records, clock }: { records: Records; clock: Clock }): WriteVerbs {
  const { commit } = records;

  /** Writes what `change` makes of one record. Errors: 'not-found'. */
  function edit(
    id: string,
    change: (file: MediaFile, tx: Tx, changes: Changes) => Promise<Partial<MediaFile>> | Partial<MediaFile>,
  ): Promise<void> {
    return commit(async (tx, changes) => {
      const file = await mustFind(tx, id);
      const changed = await change(file, tx, changes);
      const after = { ...file, ...changed, updatedAtMs: clock.now() };
      await rows.mediaFiles.update(tx, after);
      changes.transition(file, after);
      changes.file(id);
    });
  }

  return {
    admit: (found) =>
      commit(async (tx, changes) => {
        const admitted = await admitAll(tx, found, clock.now());
        for (const { file, isNew } of admitted) if (isNew) changes.file(file.id);
        return admitted.map(({ file }) => file);
      }),

    move: (id, { path, signature }) =>
      edit(id, async (file, tx, changes) => {
        checkPath(path);
        await vacate(tx, path, id, clock.now(), changes);
        await followContent(tx, file, signature, changes);
        return {
          ...pickSignature(signature),
          path,
          displayName: displayNameAfterMove(file, path),
          goneAtMs: undefined,
        };
      }),

    replace: (id, signature) =>
      edit(id, async (file, tx) => {
        await checkPlace(tx, file);
        return {
          ...pickSignature(signature),
          state: 'pending',
          error: undefined,
          errorDetail: undefined,
          fingerprint: undefined,
          goneAtMs: undefined,
          withdrawnAtMs: undefined,
        };
      }),

    touch: (id, signature) =>
      edit(id, async (file, tx, changes) => {
        await checkPlace(tx, file);
        await followContent(tx, file, signature, changes);
        return { ...pickSignature(signature), goneAtMs: undefined };
      }),

    setProcessing: (id) =>
      edit(id, (file) => {
        checkTransition(file, 'processing');
        return { state: 'processing', error: undefined, errorDetail: undefined };
      }),

    publish: (id, { signature, info, plan }) =>
      commit(async (tx, changes) => {
        const file = await mustFind(tx, id);
        checkTransition(file, 'published');
        if (!isSameContent(file, signature)) {
          throw new AppError('source-changed', `${file.path} changed while it was being probed.`);
        }
        const before = (await rows.generations.idsOf(tx, id)).at(-1);
        const nowMs = clock.now();
        const { sizeBytes, mtimeMs } = signature;
        const generation: Generation = {
          id: createId(),
          fileId: id,
          sizeBytes,
          mtimeMs,
          info,
          plan,
          createdAtMs: nowMs,
        };
        await rows.generations.insert(tx, {
          ...generation,
          infoJson: JSON.stringify(info),
          planJson: JSON.stringify(plan),
        });
        const after = {
          ...file,
          ...pickSignature(signature),
          state: 'published',
          mediaType: info.mediaType,
          durationSeconds: info.durationSeconds,
          generationId: generation.id,
          error: undefined,
          errorDetail: undefined,
          updatedAtMs: nowMs,
        } as const;
        await rows.mediaFiles.update(tx, after);
        changes.transition(file, after);
        changes.file(id);
        return { generation, ...(before === undefined ? {} : { replacedId: before }) };
      }),

    fail: (id, error, detail) =>
      edit(id, (file) => {
        checkTransition(file, 'failed');
        // What was published before is no longer what lies in this place.
        return { state: 'failed', error, errorDetail: detail, generationId: undefined };
      }),

    setFingerprint: (id, fingerprint) => edit(id, () => ({ fingerprint })),

    markGone: (ids) =>
      commit(async (tx, changes) => {
        const gone = await rows.mediaFileLists.markGone(tx, ids, clock.now());
        for (const id of gone) changes.file(id);
      }),

    merge: (keepId, dropId) =>
      commit(async (tx, changes) => {
        if (keepId === dropId) throw new AppError('conflict', 'A record cannot be merged with itself.');
        const keep = await mustFind(tx, keepId);
        const drop = await mustFind(tx, dropId);
        for (const { generationId } of [keep, drop]) if (generationId) changes.generation(generationId);
        await mergeInto(tx, keep, drop, clock.now());
        changes.transition(drop);
        const merged = await rows.mediaFiles.find(tx, keepId);
        changes.transition(keep, merged);
        changes.file(dropId);
        changes.file(keepId);
      }),

    remove: (id) =>
      commit(async (tx, changes) => {
        const generationIds = await rows.generations.idsOf(tx, id);
        const file = await rows.mediaFiles.find(tx, id);
        await rows.mediaFiles.remove(tx, id);
        if (file) changes.transition(file);
        for (const generationId of generationIds) changes.generation(generationId);
        changes.file(id);
        return generationIds;
      }),

    dropGeneration: (id) =>
      commit(async (tx, changes) => {
        if (await rows.generations.isPublished(tx, id)) {
          throw new AppError('conflict', 'This generation is what its file shows; it cannot be dropped.');
        }
        await rows.generations.remove(tx, id);
        changes.generation(id);
      }),
  };
}

async function mustFind(tx: Tx, id: string): Promise<MediaFile> {
  const file = await rows.mediaFiles.find(tx, id);
  if (!file) throw new AppError('not-found', 'There is no such file.');
  return file;
}

/** Another record that claims this place is wrong: its file is not there any more. It may turn up elsewhere. */
async function vacate(tx: Tx, path: string, forId: string, nowMs: number, changes: Changes): Promise<void> {
  const occupant = await rows.mediaFiles.findAtPath(tx, path);
  if (!occupant || occupant.id === forId) return;
  await rows.mediaFileLists.markGone(tx, [occupant.id], nowMs);
  changes.file(occupant.id);
}

/** A file that went comes back to its place only if no other has taken it. Errors: 'conflict'. */
async function checkPlace(tx: Tx, file: MediaFile): Promise<void> {
  if (file.goneAtMs === undefined || !(await rows.mediaFiles.findAtPath(tx, file.path))) return;
  throw new AppError('conflict', `Another file is recorded at ${file.path} now.`);
}

/** The published generation is of this content: it must be found again under its new time of change. */
async function followContent(
  tx: Tx,
  file: MediaFile,
  signature: FileSignature,
  changes: Changes,
): Promise<void> {
  if (file.state !== 'published' || !file.generationId) return;
  await rows.generations.setSignature(tx, file.generationId, signature);
  changes.generation(file.generationId);
}

function isSameContent(a: FileSignature, b: FileSignature): boolean {
  return a.sizeBytes === b.sizeBytes && a.mtimeMs === b.mtimeMs;
}
