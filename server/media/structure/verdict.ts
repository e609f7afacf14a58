/** The three things that can be said of a file's structure, and sentences for them. Pure. */

export interface Structure {
  /** `complete` only where the container itself promises exactly these bytes and they seem to be there. */
  verdict: 'complete' | 'incomplete' | 'unknown';
  /** One sentence for the owner; always there when incomplete. */
  reason?: string;
}

/** What an inspector may look at. */
export interface Bytes {
  sizeBytes: number;
  /** Shorter than `length` only at the end of the file. */
  at(position: number, length: number): Promise<Buffer>;
}

export const COMPLETE: Structure = { verdict: 'complete' };
export const UNKNOWN: Structure = { verdict: 'unknown' };

export const incomplete = (reason: string): Structure => ({ verdict: 'incomplete', reason });

/** Compares where the container says that it ends with where the file ends. */
export function compareSizes(promisedBytes: number, sizeBytes: number): Structure {
  if (promisedBytes === sizeBytes) return COMPLETE;
  if (promisedBytes < sizeBytes) return UNKNOWN;
  const [promised, present] = [promisedBytes, sizeBytes].map(formatBytes);
  const missing = formatBytes(promisedBytes - sizeBytes);
  return incomplete(
    promised === present
      ? `The file ends early: ${missing} of ${promised} are missing.`
      : `The file ends early: its header promises ${promised} and ${present} are there.`,
  );
}

/** `12.3 MB`, decimal units. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB', 'PB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return power === 0 ? `${bytes} bytes` : `${(bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}
