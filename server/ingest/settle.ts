/**
 * When may a file be taken? Pure: from what was seen of it, and when, to what is to be done next. A file is
 * taken at once when its container says that it is all there, or when it was renamed into place; otherwise
 * once it has stood still; never while its container says that something is missing.
 */
import type { FileSignature } from '../library/model.js';
import type { Structure } from '../media/structure/index.js';

export type Arrival = 'renamed' | 'found';

/** What is known of a file that waits. Made by `see`, never changed. */
export interface Sighting {
  signature: FileSignature;
  arrival: Arrival;
  /** Since when, by our clock, it has looked like this. */
  stillSinceMs: number;
  /** Its time of change was long ago when we first saw it. */
  wasOld: boolean;
  /** Of exactly this content. */
  structure?: Structure;
}

export type Step =
  | { do: 'inspect' }
  | { do: 'take' }
  | { do: 'refuse'; reason: string }
  /** `afterMs` is when a look may bring a verdict; in between looks only notice growth earlier. */
  | { do: 'look'; afterMs: number };

export interface SettleRules {
  /** A file of unknown structure has to stand still for so long. */
  settleMs: number;
  /** An incomplete file that stands still for so long is not being written any more. */
  giveUpMs: number;
}

/** Old files still get a second look, this much later: a clock that goes wrong makes fresh files look old. */
const SECOND_LOOK_MS = 250;

/** What a look found; `before` is what was known until then. */
export function see(
  before: Sighting | undefined,
  found: { signature: FileSignature; arrival: Arrival },
  nowMs: number,
  { settleMs }: SettleRules,
): Sighting {
  if (before && isSameContent(before.signature, found.signature)) {
    return { ...before, arrival: found.arrival === 'renamed' ? 'renamed' : before.arrival };
  }
  const hasGrown = before?.signature.inode === found.signature.inode;
  return {
    signature: found.signature,
    // What grows under its final name was not finished when it got it.
    arrival: hasGrown ? 'found' : found.arrival,
    stillSinceMs: nowMs,
    wasOld: !hasGrown && nowMs - found.signature.mtimeMs > settleMs,
  };
}

/** To be asked right after a look. */
export function decide(sighting: Sighting, nowMs: number, rules: SettleRules): Step {
  const { structure } = sighting;
  const stillMs = nowMs - sighting.stillSinceMs;
  if (!structure) return { do: 'inspect' };
  if (structure.verdict === 'complete') return { do: 'take' };
  if (structure.verdict === 'incomplete') {
    return stillMs >= rules.giveUpMs
      ? { do: 'refuse', reason: structure.reason ?? 'The file is incomplete.' }
      : { do: 'look', afterMs: rules.giveUpMs - stillMs };
  }
  if (sighting.arrival === 'renamed') return { do: 'take' };
  const neededMs = sighting.wasOld ? Math.min(SECOND_LOOK_MS, rules.settleMs) : rules.settleMs;
  return stillMs >= neededMs ? { do: 'take' } : { do: 'look', afterMs: neededMs - stillMs };
}

/**
 * A write sets both times. Where the status changed after the content, the file was renamed or moved here, or
 * was given its final time and mode, which copy programs do last.
 */
export function guessArrival({ ctimeMs, mtimeMs }: { ctimeMs: number; mtimeMs: number }): Arrival {
  return ctimeMs > mtimeMs ? 'renamed' : 'found';
}

export function isSameContent(a: FileSignature, b: FileSignature): boolean {
  return a.inode === b.inode && a.sizeBytes === b.sizeBytes && a.mtimeMs === b.mtimeMs;
}
