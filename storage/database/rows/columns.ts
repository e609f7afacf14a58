/** Between objects and columns: JSON text, absence as NULL, and lists of any length in one statement. */

export type Metadata = Record<string, unknown>;

export const toJson = (value: Metadata | undefined | null): string | null =>
  value === undefined || value === null ? null : JSON.stringify(value);

export const fromJson = (text: string | null): Metadata | undefined =>
  text === null ? undefined : (JSON.parse(text) as Metadata);

export const orUndefined = <T>(value: T | null): T | undefined => value ?? undefined;

/** An id in an SQL list without a bound on its length: `… IN (SELECT value FROM json_each(?))`. */
export const IN_LIST = 'IN (SELECT value FROM json_each(?))';

export function* inGroups<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
