/** What of the library is asked for, read from the address bar and written back into addresses. Pure. */
import type { FileKey, FileWalk } from '../../library/model.js';

export interface LibraryQuery {
  /** '' or `trips/2024/`. */
  folder: string;
  search: string;
  kind: FileWalk['kind'];
  order: FileWalk['order'];
  /** Also what lies in folders below, without a search. */
  isDeep: boolean;
  from: FileWalk['from'];
}

export const KINDS = ['video', 'audio', 'shared', 'failed'] as const;
export const ORDERS = ['newest', 'name', 'largest', 'longest'] as const;

const SEARCH_LENGTH = 200;
const MOST_WORDS = 8;

/** Odd values are left out: an address that people have typed shows what it can. */
export function readLibraryQuery(given: Record<string, unknown>): LibraryQuery {
  const text = (name: string) => (typeof given[name] === 'string' ? given[name] : '');
  const order = ORDERS.find((one) => one === text('order')) ?? 'newest';
  const before = readKey(text('before'), order);
  const after = readKey(text('after'), order);
  return {
    folder: readFolder(text('folder')),
    search: text('q').trim().slice(0, SEARCH_LENGTH),
    kind: KINDS.find((one) => one === text('kind')),
    order,
    isDeep: text('all') === '1',
    from: before ? { key: before, isBackwards: true } : after && { key: after, isBackwards: false },
  };
}

/** A search or a filter looks at all that lies below. */
export function toWalk(query: LibraryQuery): Omit<FileWalk, 'limit'> {
  const { folder, search, kind, order, isDeep, from } = query;
  const words = search.split(/\s+/).filter(Boolean).slice(0, MOST_WORDS);
  return { folder, words, kind, order, from, isDeep: isDeep || words.length > 0 || kind !== undefined };
}

/** The path that shows it; what is usual is not spelt out. */
export function libraryPath({ folder, search, kind, order, isDeep, from }: LibraryQuery): string {
  const params = new URLSearchParams();
  if (folder) params.set('folder', folder.slice(0, -1));
  if (search) params.set('q', search);
  if (kind) params.set('kind', kind);
  if (order !== 'newest') params.set('order', order);
  if (isDeep) params.set('all', '1');
  if (from) params.set(from.isBackwards ? 'before' : 'after', writeKey(from.key));
  const text = params.toString();
  return text ? `/?${text}` : '/';
}

function readFolder(given: string): string {
  const parts = given.split('/').filter((part) => part !== '');
  return parts.length > 0 && given.length < 4096 ? `${parts.join('/')}/` : '';
}

function writeKey(key: FileKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

function readKey(given: string, order: LibraryQuery['order']): FileKey | undefined {
  if (!given || given.length > 2000) return undefined;
  try {
    const [value, id, ...rest] = JSON.parse(Buffer.from(given, 'base64url').toString()) as unknown[];
    const fits = typeof value === (order === 'name' ? 'string' : 'number');
    return fits && typeof id === 'string' && rest.length === 0 ? [value as string | number, id] : undefined;
  } catch {
    return undefined;
  }
}
