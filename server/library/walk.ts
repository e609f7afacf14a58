/** The library page by page, forwards and backwards from a key. Reads one more than it gives, to know what follows. */
import { rows, type Database } from '../../storage/database/index.js';
import type { FilePage, FileWalk } from './model.js';

const { walk, count, keyOf, foldersIn, totals } = rows.mediaFileLists.walks;

/** More folders than these are found by searching. */
const MOST_FOLDERS = 500;

export function createWalks({ db }: { db: Database }) {
  return {
    async walk(query: FileWalk): Promise<FilePage> {
      const { from, limit, order } = query;
      const found = await walk(db.knex, { ...query, limit: limit + 1 });
      const isBackwards = from?.isBackwards ?? false;
      const hasMore = found.length > limit;
      const files = isBackwards ? found.slice(-limit) : found.slice(0, limit);
      const [first, last] = [files[0], files.at(-1)];
      const hasBefore = isBackwards ? hasMore : from !== undefined;
      const hasAfter = isBackwards || hasMore;
      return {
        files,
        ...(hasBefore && first ? { before: keyOf(first, order) } : {}),
        ...(hasAfter && last ? { after: keyOf(last, order) } : {}),
      };
    },
    count: (query: Omit<FileWalk, 'from' | 'limit'>) => count(db.knex, query),
    totals: () => totals(db.knex),
    foldersIn: (folder: string) => foldersIn(db.knex, folder, MOST_FOLDERS),
  };
}
