/**
 * Makes pending files playable, a few at a time: each is probed, planned and published, or fails with one
 * sentence; none delays another. What changes under the probe is left until it has settled again.
 */
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isAppError, messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { FileSignature, Library, MediaFile } from '../library/model.js';
import type { Engine } from '../render/model.js';
import type { Fingerprint } from './fingerprint.js';
import { probeFile, type ProbeParts } from './probe-file.js';
import { isSameContent } from './settle.js';
import { pickSignature, toSignature } from './signature.js';
import { toSource } from './source.js';
import { createTurns } from './turns.js';

export interface Admission {
  /** Takes up what an earlier run left pending. */
  start(): void;
  push(ids: readonly string[]): void;
  /** When this file is pushed next, it has its turn although it failed. */
  wish(id: string): void;
  /** Another content was seen in this place: probing the one before is of no use. */
  abandon(path: string, signature: FileSignature): void;
  /** Resolves when nothing is being probed any more. */
  close(): Promise<void>;
}

interface Job {
  path: string;
  signature: FileSignature;
  controller: AbortController;
  done: Promise<void>;
}

export function createAdmission(options: {
  library: Library;
  engine: Pick<Engine, 'fill'>;
  parts: ProbeParts;
  fingerprint: Fingerprint;
  /** Real path of the media dir. */
  root: string;
  /** Its content is not the one on record: it has to settle first. */
  onUnsettled: (path: string, signature: FileSignature) => void;
  onOrphaned: (generationIds: string[]) => void;
  /** `detail`: what the failure says of itself. */
  onFailed: (id: string, detail: string | undefined) => void;
  /** A content can be known again from now on. */
  onFingerprint: (file: MediaFile, fingerprint: string) => Promise<void>;
  log: Log;
}): Admission {
  const { library, engine, parts, fingerprint, root, onUnsettled, onOrphaned, onFailed, onFingerprint, log } =
    options;
  const concurrency = Math.min(4, Math.max(2, availableParallelism()));
  const turns = createTurns();
  const jobs = new Map<string, Job>();
  const wished = new Set<string>();
  let hasBacklog = false;
  let isPicking = false;
  /** Something was pushed, or a place became free, since the last look. */
  let isWoken = false;
  let isClosed = false;

  async function pump(): Promise<void> {
    isWoken = true;
    if (isPicking) return;
    isPicking = true;
    try {
      while (!isClosed && jobs.size < concurrency) {
        isWoken = false;
        if (!(await pick()) && !isWoken) break;
      }
    } catch (error) {
      if (!isClosed) log.error({ err: error }, 'next file could not be chosen');
    } finally {
      isPicking = false;
    }
  }

  /** False when nothing waits. */
  async function pick(): Promise<boolean> {
    const id = turns.isBacklogsTurn() ? ((await takeOldest()) ?? turns.takeNewest()) : turns.takeNewest();
    if (id === undefined || isClosed) return false;
    if (jobs.has(id)) return true;
    turns.begin(id);
    const file = await library.get(id);
    const isWished = wished.delete(id);
    const isDue =
      file && file.goneAtMs === undefined && (isUnfinished(file) || (isWished && file.state === 'failed'));
    if (isDue && !isClosed) start(file);
    else turns.end(id);
    return true;
  }

  async function takeOldest(): Promise<string | undefined> {
    const next = turns.takeOldest();
    if (next !== undefined || !hasBacklog) return next;
    const { files } = await library.list({
      state: ['pending', 'processing'],
      order: 'created_at',
      sort: 'asc',
      limit: turns.askFor(),
      offset: 0,
    });
    turns.setOldest(files);
    const id = turns.takeOldest();
    if (id === undefined) hasBacklog = false;
    return id;
  }

  function start(file: MediaFile) {
    const { id, path } = file;
    const signature = pickSignature(file);
    const controller = new AbortController();
    const done = admit(file, signature, controller.signal)
      .catch((error: unknown) => onError(file, signature, error))
      .catch((error: unknown) => log.error({ err: error, path }, 'state of a file could not be written'))
      .finally(() => {
        jobs.delete(id);
        turns.end(id);
        void pump();
      });
    jobs.set(id, { path, signature, controller, done });
  }

  async function admit(file: MediaFile, signature: FileSignature, signal: AbortSignal): Promise<void> {
    const { id, path } = file;
    const fullPath = join(root, path);
    await library.setProcessing(id);
    const { index, ...made } = await probeFile(parts, { fullPath, signature }, signal);
    const { generation, replacedId } = await library.publish(id, made).catch(async (error: unknown) => {
      await index?.close();
      throw error;
    });
    engine.fill(toSource(library, generation), index);
    log.info({ path, seconds: made.info.durationSeconds }, 'file is playable');
    if (replacedId !== undefined) onOrphaned([replacedId]);
    await remember(file, signature);
  }

  async function remember(file: MediaFile, signature: FileSignature): Promise<void> {
    const fullPath = join(root, file.path);
    try {
      const print = await fingerprint(fullPath);
      // The fingerprint of a later content would make that look like this one, only touched.
      if (!isSameContent(toSignature(await stat(fullPath)), signature)) return;
      await library.setFingerprint(file.id, print);
      await onFingerprint(file, print);
    } catch (error) {
      log.debug({ err: error, path: file.path }, 'fingerprint was not taken');
    }
  }

  async function onError(file: MediaFile, signature: FileSignature, error: unknown): Promise<void> {
    const { id, path } = file;
    if (isClosed || isAppError(error, 'not-found')) return;
    const fullPath = join(root, path);
    if (isAppError(error, 'unsupported-media')) {
      onFailed(id, error.detail);
      return fail(file, error.message, error.detail);
    }
    turns.putOff(id);
    if (isAppError(error, 'aborted') || isAppError(error, 'conflict')) return;
    const now = await stat(fullPath).then(toSignature, () => undefined);
    if (now && !isSameContent(now, signature)) return onUnsettled(path, now);
    if (!now) return followMove(id, path);
    log.error({ err: error, path }, 'file could not be made playable');
    await fail(file, 'The file could not be looked into, because of a fault on our side.', messageOf(error));
  }

  async function fail(file: MediaFile, sentence: string, detail: string | undefined): Promise<void> {
    await library.fail(file.id, sentence, detail);
    log.info({ path: file.path, reason: sentence }, 'file is not playable');
    if (file.generationId !== undefined) onOrphaned([file.generationId]);
    await remember(file, file);
  }

  /** A file that was renamed under its probe is probed in its new place; one that is gone waits for its return. */
  async function followMove(id: string, path: string): Promise<void> {
    const file = await library.get(id);
    if (file && file.path !== path) push([id]);
  }

  function push(ids: readonly string[]) {
    if (ids.length === 0) return;
    hasBacklog = true;
    for (const id of ids) turns.push(id);
    void pump();
  }

  return {
    start() {
      hasBacklog = true;
      void pump();
    },
    push,
    wish: (id) => void wished.add(id),
    abandon(path, signature) {
      for (const job of jobs.values()) {
        if (job.path === path && !isSameContent(job.signature, signature)) job.controller.abort();
      }
    },
    async close() {
      isClosed = true;
      const running = [...jobs.values()];
      for (const { controller } of running) controller.abort();
      await Promise.all(running.map(({ done }) => done));
    },
  };
}

const isUnfinished = ({ state }: MediaFile): boolean => state === 'pending' || state === 'processing';
