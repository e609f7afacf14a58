/**
 * Which record is a settled file? Pure. Identity is never the path alone: first what the file system tells,
 * then, where that leaves a doubt, the fingerprint of the content.
 */
import type { FileSignature, MediaFile } from '../library/model.js';
import { isSameContent } from './settle.js';

export type RecordView = FileSignature &
  Pick<MediaFile, 'id' | 'path' | 'state' | 'generationId' | 'fingerprint' | 'createdAtMs' | 'goneAtMs'>;

export interface FoundFile {
  path: string;
  signature: FileSignature;
  fingerprint?: string;
}

export type Identity =
  /** Nothing happened to it. */
  | { kind: 'same'; id: string }
  /** The record's content, only touched. */
  | { kind: 'touch'; id: string }
  /** The record's place, another content. */
  | { kind: 'replace'; id: string }
  /** A record whose file had been missed, found again in this place. */
  | { kind: 'restore'; id: string }
  | { kind: 'new' }
  /** Ask again with its fingerprint. */
  | { kind: 'compare' };

/** `here` is the record in the file's place; `absent` are records of this size whose files are in no place. */
export function identify(
  found: FoundFile,
  here: RecordView | undefined,
  absent: readonly RecordView[],
): Identity {
  if (here) return compareInPlace(found, here);
  const sameFile = absent.filter((record) => isSameContent(record, found.signature));
  const best = pickLikeliest(sameFile, found.path);
  if (best) return { kind: 'restore', id: best.id };

  const comparable = absent.filter(
    (record) => record.fingerprint && record.sizeBytes === found.signature.sizeBytes,
  );
  if (comparable.length === 0) return { kind: 'new' };
  if (found.fingerprint === undefined) return { kind: 'compare' };
  const sameContent = comparable.filter((record) => record.fingerprint === found.fingerprint);
  const match = pickLikeliest(sameContent, found.path);
  return match ? { kind: 'restore', id: match.id } : { kind: 'new' };
}

function compareInPlace({ signature, fingerprint }: FoundFile, here: RecordView): Identity {
  const { id } = here;
  if (isSameContent(here, signature)) return { kind: 'same', id };
  // What failed is tried again after any change.
  if (here.state === 'failed') return { kind: 'replace', id };
  if (here.sizeBytes !== signature.sizeBytes || !here.fingerprint) return { kind: 'replace', id };
  if (fingerprint === undefined) return { kind: 'compare' };
  return { kind: fingerprint === here.fingerprint ? 'touch' : 'replace', id };
}

/** Of several records with this content: one of the same name, else the one that was missed last. */
function pickLikeliest(records: readonly RecordView[], path: string): RecordView | undefined {
  const rank = (record: RecordView) => (baseName(record.path) === baseName(path) ? 1 : 0);
  return [...records].sort(
    (a, b) => rank(b) - rank(a) || (b.goneAtMs ?? Infinity) - (a.goneAtMs ?? Infinity),
  )[0];
}

/**
 * A copy that was recorded before its original went: the two records are one content that moved. Only where
 * the copy is younger than the original and hardly older than the loss; elsewhere people keep two copies.
 */
export function findSuccessor(
  departed: RecordView,
  sameContent: readonly RecordView[],
  nowMs: number,
): RecordView | undefined {
  return sameContent
    .filter((record) => record.id !== departed.id && record.goneAtMs === undefined)
    .filter((record) => record.createdAtMs >= departed.createdAtMs)
    .filter((record) => (departed.goneAtMs ?? nowMs) - record.createdAtMs <= MOVE_TAKES_AT_MOST_MS)
    .sort((a, b) => b.createdAtMs - a.createdAtMs)[0];
}

/** Moving a library to another disk copies everything first. */
const MOVE_TAKES_AT_MOST_MS = 24 * 3600 * 1000;

/**
 * A known file took the place of another known one. The record that has something to show for it goes on,
 * and takes over the links of the other, which leads to the same place now.
 */
export function judgeTakeover(
  mover: RecordView,
  occupant: RecordView,
): { keepId: string; dropId: string; mustProbe: boolean } {
  const isPlayable = mover.state === 'published' && mover.generationId !== undefined;
  return isPlayable
    ? { keepId: mover.id, dropId: occupant.id, mustProbe: false }
    : { keepId: occupant.id, dropId: mover.id, mustProbe: true };
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
