/**
 * What exists and in what state. Promises one record per place, states that only change as they may, and that
 * a change is seen by every reader once its verb has resolved. Knows no watcher, no ffmpeg, no link.
 */
import { rows, type Database } from '../../storage/database/index.js';
import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Library } from './model.js';
import { createKeeper } from './keeper.js';
import { createOriginals } from './originals.js';
import { createRecords, type Witness } from './records.js';
import { createWalks } from './walk.js';
import { createWriter } from './writer.js';

export interface LibraryOptions {
  db: Database;
  mediaDir: string;
  clock: Clock;
  log: Log;
  witness?: Witness;
}

export function createLibrary({ db, mediaDir, clock, log, witness }: LibraryOptions): Library {
  const { mediaFileLists, generations } = rows;
  const records = createRecords({ db, log, witness });
  const originals = createOriginals({ records, mediaDir, clock });

  return {
    async get(id) {
      const file = await records.file(id);
      return file?.withdrawnAtMs === undefined ? file : undefined;
    },
    async list(query) {
      const page = await mediaFileLists.list(db.knex, query);
      return { files: page.records, total: page.total };
    },
    ...createWalks({ db }),
    generation: (id) => records.generation(id),
    locate: (generationId) => originals.locate(generationId),
    onChange: (listener) => records.onChange(listener),

    ...createWriter({ records, clock }),
    ...createKeeper({ records, clock }),
    known: () => mediaFileLists.known(db.knex),
    knownPages: () => mediaFileLists.knownPages(db.knex),
    knownIn: (folder) => mediaFileLists.knownIn(db.knex, folder),
    at: (paths) => mediaFileLists.atPaths(db.knex, paths),
    findByFingerprint: (fingerprint, sizeBytes) =>
      mediaFileLists.byFingerprint(db.knex, fingerprint, sizeBytes),
    goneWithSize: (sizeBytes) => mediaFileLists.goneWithSize(db.knex, sizeBytes),
    goneSince: (beforeMs) => mediaFileLists.goneSince(db.knex, beforeMs),
    unfinished: () => mediaFileLists.unfinished(db.knex),
    orphanGenerations: () => generations.orphans(db.knex),
  };
}
