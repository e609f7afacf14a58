/**
 * Settled files become records: new ones, known ones found again, known ones with another content. Many at
 * once go through one transaction. What cannot be written down now is told again by the next scan.
 */
import { join } from 'node:path';
import type { Log } from '../base/log.js';
import type { Library, MediaFile } from '../library/model.js';
import type { Admission } from './admission.js';
import type { Departures } from './departures.js';
import type { Fingerprint } from './fingerprint.js';
import { identify, type Identity } from './identify.js';
import type { Lane } from './lane.js';
import type { Settled } from './waiting-room.js';

export interface Arrivals {
  add(settled: Settled): void;
  close(): void;
}

const AT_ONCE = 500;
/** A file that cannot be read just now is like no other. */
const UNKNOWN_CONTENT = '';

export function createArrivals(options: {
  root: string;
  library: Library;
  lane: Lane;
  departures: Pick<Departures, 'absentWithSize' | 'hasAbsent' | 'drop'>;
  admission: Pick<Admission, 'push'>;
  fingerprint: Fingerprint;
  /** A published record has its file again. */
  onRestored: (id: string) => Promise<void>;
  onOrphaned: (generationIds: string[]) => void;
  onFailed: (paths: string[]) => void;
  log: Log;
}): Arrivals {
  const { root, library, lane, departures, admission, fingerprint, onRestored, onOrphaned, onFailed, log } =
    options;
  const settled = new Map<string, Settled>();
  let isQueued = false;
  let isClosed = false;

  async function takeNext(): Promise<void> {
    isQueued = false;
    const batch = [...settled.values()].slice(0, AT_ONCE);
    for (const { path } of batch) settled.delete(path);
    if (settled.size > 0) queue();
    try {
      await takeIn(batch);
    } catch (error) {
      log.error(
        { err: error, first: batch[0]?.path },
        'settled files could not be recorded; the next scan tells of them again',
      );
      onFailed(batch.map(({ path }) => path));
    }
  }

  async function takeIn(batch: Settled[]): Promise<void> {
    const records = await library.at(batch.map(({ path }) => path));
    const here = new Map(records.map((record) => [record.path, record]));
    const fresh: Settled[] = [];
    const hasAbsent = await departures.hasAbsent();
    for (const one of batch) {
      const record = here.get(one.path);
      const identity = await tell(one, record, hasAbsent);
      if (identity.kind === 'new') fresh.push(one);
      else if (identity.kind !== 'compare') await apply(identity, one, record);
    }
    await admitNew(fresh);
  }

  async function tell(one: Settled, here: MediaFile | undefined, hasAbsent: boolean): Promise<Identity> {
    const absent = here || !hasAbsent ? [] : await departures.absentWithSize(one.signature.sizeBytes);
    const identity = identify(one, here, absent);
    if (identity.kind !== 'compare') return identity;
    const print = await fingerprint(join(root, one.path)).catch(() => UNKNOWN_CONTENT);
    return identify({ ...one, fingerprint: print }, here, absent);
  }

  async function apply(
    identity: { kind: 'same' | 'touch' | 'replace' | 'restore'; id: string },
    one: Settled,
    here?: MediaFile,
  ) {
    const { kind, id } = identity;
    const { path, signature, refusal } = one;
    if (kind === 'touch') await library.touch(id, signature);
    if (kind === 'restore') {
      const { path: oldPath } = (await library.get(id)) ?? {};
      await library.move(id, { path, signature });
      if (oldPath !== undefined) departures.drop(oldPath);
      await onRestored(id);
    }
    if (kind === 'replace') {
      await library.replace(id, signature);
      if (refusal !== undefined) await refuse(id, refusal, here);
    }
    // Also after a change that was taken back: its probe was given up then.
    if (refusal === undefined) admission.push([id]);
  }

  async function admitNew(fresh: Settled[]): Promise<void> {
    if (fresh.length === 0) return;
    const records = await library.admit(fresh.map(({ path, signature }) => ({ path, signature })));
    const refusals = new Map(fresh.map(({ path, refusal }) => [path, refusal]));
    const wellFormed: string[] = [];
    for (const { id, path } of records) {
      const refusal = refusals.get(path);
      if (refusal === undefined) wellFormed.push(id);
      else await refuse(id, refusal);
    }
    admission.push(wellFormed);
  }

  async function refuse(id: string, reason: string, before?: MediaFile): Promise<void> {
    await library.fail(id, reason);
    if (before?.generationId !== undefined) onOrphaned([before.generationId]);
  }

  function queue() {
    if (isQueued) return;
    isQueued = true;
    void lane(takeNext);
  }

  return {
    add(one) {
      if (isClosed) return;
      settled.set(one.path, one);
      queue();
    },
    close() {
      isClosed = true;
      settled.clear();
    },
  };
}
