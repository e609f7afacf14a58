/**
 * Files that are no longer in their places. Each is looked for once more before its record is marked gone,
 * and none is marked while the loss looks like a disk that is not there. A copy that was recorded before its
 * original went takes the original's record.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.js';
import { hasErrno, messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { FileSignature, Library, MediaFile } from '../library/model.js';
import { findSuccessor } from './identify.js';
import type { Lane } from './lane.js';
import { judgeLoss, type RootState } from './loss.js';
import { isSameContent } from './settle.js';

export interface Departures {
  add(path: string, signature: FileSignature): void;
  /** There is a file in this place again. True when it is the very one that was missed. */
  isBack(path: string, signature: FileSignature): boolean;
  /** Its record went on under another path. */
  drop(path: string): void;
  /** False: no record lacks its file, so there is no need to ask further. */
  hasAbsent(): Promise<boolean>;
  /** Records of files of this size that are in no place, also those that are only missed yet. */
  absentWithSize(sizeBytes: number): Promise<MediaFile[]>;
  /** The fingerprint of a record became known: perhaps it is the copy of one that is gone. */
  joinOriginals(file: MediaFile, fingerprint: string): Promise<void>;
  /** What could not be confirmed before is judged again. */
  onScanned(root: { isThere: boolean; device: number; inode: number }): void;
  /** The operator knows better: what is missed now was deleted. */
  accept(): Promise<void>;
  status(): { rootState: RootState; warning?: string };
  close(): void;
}

/** Programs that save by way of a rename leave a place empty for moments. */
const CONFIRM_AFTER_MS = 1500;
/** Up to here records are asked for, to count only files that had one. */
const COUNTED_ONE_BY_ONE = 2000;
const PORTION = 500;

export function createDepartures(options: {
  root: string;
  library: Library;
  lane: Lane;
  /** A copy took over the record of its original. */
  onMerged: (keptId: string, orphanedGenerationIds: string[]) => Promise<void>;
  clock: Clock;
  log: Log;
}): Departures {
  const { root, library, lane, onMerged, clock, log } = options;
  const missing = new Map<string, FileSignature>();
  let verdict: ReturnType<typeof judgeLoss> = { state: 'ok' };
  let trusted: { device: number; inode: number } | undefined;
  let cancelTimer: (() => void) | undefined;
  let isClosed = false;

  function confirmSoon() {
    cancelTimer?.();
    if (!isClosed) cancelTimer = clock.after(CONFIRM_AFTER_MS, () => void lane(confirm).catch(onFailed));
  }

  async function confirm(): Promise<void> {
    if (isClosed) return;
    const look = await lookAtRoot();
    if (missing.size <= COUNTED_ONE_BY_ONE) await forgetUnrecorded([...missing.keys()]);
    const known =
      missing.size > 0 ? (await library.list({ limit: 1, offset: 0, withdrawn: 'also' })).total : 0;
    setVerdict(
      judgeLoss({ root: look, isOtherRoot: isOtherRoot(look, known), known, missing: missing.size }),
    );
    if (verdict.state !== 'ok') return;
    trusted = look;
    await letGo();
  }

  async function letGo(): Promise<void> {
    const paths = [...missing.keys()];
    for (let at = 0; at < paths.length; at += PORTION) {
      const absent: string[] = [];
      for (const path of paths.slice(at, at + PORTION)) if (await isAbsent(path)) absent.push(path);
      const records = await recordsOf(absent);
      for (const path of absent) missing.delete(path);
      if (records.length === 0) continue;
      await library.markGone(records.map(({ id }) => id));
      log.info({ files: records.length, first: records[0]!.path }, 'files are gone; their records are kept');
      for (const { id } of records) await joinSuccessor(id);
    }
  }

  async function joinSuccessor(id: string): Promise<void> {
    const departed = await library.get(id);
    if (!departed?.fingerprint) return;
    const alike = await library.findByFingerprint(departed.fingerprint, departed.sizeBytes);
    // Whoever has sent a file goes on asking for it by the id that was told.
    const twins = alike.filter(({ source }) => source !== 'upload');
    const successor = findSuccessor(departed, twins, clock.now());
    if (!successor) return;
    await library.merge(id, successor.id);
    const kept = await library.get(id);
    const generations = [departed.generationId, successor.generationId].filter((one) => one !== undefined);
    await onMerged(
      id,
      generations.filter((one) => one !== kept?.generationId),
    );
    log.info({ from: departed.path, to: successor.path }, 'a copy took the place of its original');
  }

  async function recordsOf(paths: string[]): Promise<MediaFile[]> {
    const records: MediaFile[] = [];
    for (let at = 0; at < paths.length; at += PORTION) {
      records.push(...(await library.at(paths.slice(at, at + PORTION))));
    }
    return records;
  }

  /** What had not become a record before it went is missed by nobody. */
  async function forgetUnrecorded(paths: string[]): Promise<void> {
    const recorded = new Set((await recordsOf(paths)).map(({ path }) => path));
    for (const path of paths) if (!recorded.has(path)) missing.delete(path);
  }

  /** Also false where it cannot be told. */
  async function isAbsent(path: string): Promise<boolean> {
    return stat(join(root, path)).then(
      () => false,
      (error: unknown) => hasErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP'),
    );
  }

  async function lookAtRoot() {
    try {
      const { dev, ino } = await stat(root);
      const isEmpty = (await readdir(root)).length === 0;
      return { isThere: true, isEmpty, device: dev, inode: ino };
    } catch (error) {
      return { isThere: false, reason: messageOf(error), isEmpty: false, device: 0, inode: 0 };
    }
  }

  /** Device numbers may change when the machine starts: on their own they prove nothing while any file is there. */
  function isOtherRoot({ device, inode }: { device: number; inode: number }, known: number): boolean {
    if (trusted && (trusted.device !== device || trusted.inode !== inode)) return true;
    return missing.size >= known && [...missing.values()].every((one) => one.device !== device);
  }

  function setVerdict(next: typeof verdict) {
    if (next.state !== verdict.state) {
      if (next.warning) log.warn({ rootState: next.state, missing: missing.size }, next.warning);
      else log.info({}, 'the media folder is as it should be again');
    }
    verdict = next;
  }

  function onFailed(error: unknown) {
    log.error({ err: error }, 'missing files could not be confirmed; it is tried again after the next scan');
  }

  return {
    add(path, signature) {
      missing.set(path, signature);
      confirmSoon();
    },
    isBack(path, signature) {
      const missed = missing.get(path);
      missing.delete(path);
      return missed !== undefined && isSameContent(missed, signature);
    },
    drop: (path) => void missing.delete(path),
    hasAbsent: async () => missing.size > 0 || (await library.goneSince(clock.now() + 1)).length > 0,
    async absentWithSize(sizeBytes) {
      const paths = [...missing].filter(([, missed]) => missed.sizeBytes === sizeBytes).map(([path]) => path);
      const absent: string[] = [];
      for (const path of paths) if (await isAbsent(path)) absent.push(path);
      const missed = absent.length > 0 ? await recordsOf(absent) : [];
      return [...missed, ...(await library.goneWithSize(sizeBytes))];
    },
    joinOriginals: (file, fingerprint) =>
      lane(async () => {
        const gone = await library.goneWithSize(file.sizeBytes);
        for (const original of gone)
          if (original.fingerprint === fingerprint) await joinSuccessor(original.id);
      }),
    onScanned({ isThere, device, inode }) {
      if (isThere) trusted ??= { device, inode };
      confirmSoon();
    },
    async accept() {
      await lane(async () => {
        setVerdict({ state: 'ok' });
        trusted = await lookAtRoot();
        await letGo();
      });
    },
    status: () => ({
      rootState: verdict.state,
      ...(verdict.warning === undefined ? {} : { warning: verdict.warning }),
    }),
    close() {
      isClosed = true;
      cancelTimer?.();
    },
  };
}
