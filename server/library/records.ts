/**
 * The hall's memory: files and generations by id, as they were last committed, and the news of each change.
 * Rows come from storage; parsed plans are kept within a bound, since one may be 200 KB of JSON.
 */
import { createRowCache, rows, type Database, type Tx } from '../../storage/database/index.js';
import type { MediaInfo } from '../media/info.js';
import type { Plan } from '../media/plan.js';
import type { Log } from '../base/log.js';
import type { Generation, MediaFile } from './model.js';

const FILES_KEPT = 2000;
const GENERATION_CHARACTERS_KEPT = 24 * 1024 * 1024;

/** What a transaction tells of itself while it runs. */
export interface Changes {
  file(id: string): void;
  /** A file whose state may have changed; without `after` it is no longer in the library. */
  transition(before: MediaFile, after?: MediaFile): void;
  generation(id: string): void;
}

export interface Transition {
  before: MediaFile;
  after?: MediaFile | undefined;
}

/** Sees what happens to files inside of the very transaction: what it writes is committed with it or not at all. */
export type Witness = (tx: Tx, transitions: readonly Transition[]) => Promise<void>;

export interface RecordsOptions {
  db: Database;
  log: Log;
  witness?: Witness | undefined;
}

export interface Records {
  file(id: string): Promise<MediaFile | undefined>;
  generation(id: string): Promise<Generation | undefined>;
  /** One transaction; afterwards what it changed is read anew and the listeners hear of each file. */
  commit<T>(work: (tx: Tx, changes: Changes) => Promise<T>): Promise<T>;
  onChange(listener: (fileId: string) => void): () => void;
}

type SizedGeneration = Generation & { characters: number };

export function createRecords({ db, log, witness }: RecordsOptions): Records {
  const files = createRowCache<MediaFile>({
    maxSize: FILES_KEPT,
    load: async (id) => freeze(await rows.mediaFiles.find(db.knex, id)),
  });
  const generations = createRowCache<SizedGeneration>({
    maxSize: GENERATION_CHARACTERS_KEPT,
    sizeOf: (generation) => generation.characters,
    load: async (id) => freeze(parse(await rows.generations.find(db.knex, id))),
  });
  const listeners = new Set<(fileId: string) => void>();

  return {
    file: (id) => files.get(id),
    generation: (id) => generations.get(id),
    async commit(work) {
      const changedFiles = new Set<string>();
      const changedGenerations = new Set<string>();
      const result = await db.transaction(async (tx) => {
        const transitions: Transition[] = [];
        const made = await work(tx, {
          file: (id) => changedFiles.add(id),
          generation: (id) => changedGenerations.add(id),
          transition: (before, after) => transitions.push({ before, after }),
        });
        if (transitions.length > 0) await showTo(witness, tx, transitions);
        return made;
      });
      for (const id of changedGenerations) generations.drop(id);
      for (const id of changedFiles) files.drop(id);
      for (const id of changedFiles) for (const listener of listeners) tell(listener, id);
      return result;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };

  /** A witness that fails holds nothing up. */
  async function showTo(to: Witness | undefined, tx: Tx, transitions: readonly Transition[]) {
    try {
      await to?.(tx, transitions);
    } catch (error) {
      log.error({ err: error, fileId: transitions[0]?.before.id }, 'witness of changed files failed');
    }
  }

  /** What is committed is committed: a listener that fails does not undo it. */
  function tell(listener: (fileId: string) => void, id: string) {
    try {
      listener(id);
    } catch (error) {
      log.error({ err: error, fileId: id }, 'listener to a changed file failed');
    }
  }
}

function parse(record: rows.generations.GenerationRecord | undefined): SizedGeneration | undefined {
  if (record?.fileId === undefined) return undefined;
  const { infoJson, planJson, fileId, ...rest } = record;
  return {
    ...rest,
    fileId,
    info: JSON.parse(infoJson) as MediaInfo,
    plan: JSON.parse(planJson) as Plan,
    characters: infoJson.length + planJson.length,
  };
}

/** Kept rows are shared by all who ask. */
function freeze<T extends object>(row: T | undefined): T | undefined {
  return row && Object.freeze(row);
}
