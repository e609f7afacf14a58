/** From what a walk through the library found to the flat object that its page prints. Pure. */
import type { FilePage } from '../../library/model.js';
import type { WatcherFacts } from '../appliance.js';
import type { Links } from '../links.js';
import { viewRow, type Row } from './file-row.js';
import { libraryPath, toWalk, type LibraryQuery } from './library-query.js';
import type { Layout } from './looks.js';

/** What the page tells of the watcher; empty when all is well. */
export type WatcherNews = Pick<WatcherFacts, 'warning' | 'reason' | 'rootState'>;

export interface LibraryViewInput {
  query: LibraryQuery;
  rows: Row[];
  /** Where the pages around it begin. */
  keys: Pick<FilePage, 'before' | 'after'>;
  /** Names of the folders in the open one; none while searching. */
  folders: string[];
  /** Undefined where nobody counted. */
  total: number | undefined;
  failedTotal: number;
  /** Taken out of the library, and still in their folder. */
  removedTotal: number;
  layout: Layout;
  news: WatcherNews;
  mediaDir: string;
  isAdmin: boolean;
  onPage: Links;
  absolute: Links;
  assetsPath: string;
}

const KIND_WORDS = { video: 'Videos', audio: 'Audio', shared: 'Shared', failed: 'Cannot be played' } as const;
const ORDER_WORDS = { newest: 'Newest', name: 'Name', largest: 'Size', longest: 'Length' } as const;

export function viewLibrary(input: LibraryViewInput) {
  const { query, rows, keys, folders, layout, news, onPage } = input;
  const { folder } = query;
  const to = (change: Partial<LibraryQuery>) =>
    onPage.to(libraryPath({ ...query, from: undefined, ...change }));
  const walk = toWalk(query);
  const isNarrowed = walk.words.length > 0 || query.kind !== undefined;
  const names = folder.split('/').slice(0, -1);
  // Not under the prefix: it is sent back to us and read as a path of ours.
  const herePath = libraryPath(query);
  const here = onPage.to(herePath);
  return {
    title: 'Library · Lanternshare',
    area: 'library',
    assets: input.assetsPath,
    eventsPath: onPage.to('/files/events'),
    herePath,
    countText: countText(input, isNarrowed),
    warnings: [...new Set([news.warning, news.reason])].filter((text) => text !== undefined),
    lossAction: input.isAdmin && mayBeMeant(news) ? onPage.to('/files/loss') : undefined,
    mediaDir: input.mediaDir,
    findAction: onPage.to('/'),
    folder: folder.slice(0, -1),
    search: query.search,
    isDeep: query.isDeep,
    kinds: [
      { value: '', text: 'All files', isChosen: query.kind === undefined },
      ...entriesOf(KIND_WORDS).map(([value, text]) => ({
        value,
        text: value === 'failed' && input.failedTotal > 0 ? `${text} (${input.failedTotal})` : text,
        isChosen: query.kind === value,
      })),
    ],
    orders: entriesOf(ORDER_WORDS).map(([value, text]) => ({ value, text, isChosen: query.order === value })),
    layout,
    layouts: (['grid', 'list'] as const).map((one) => ({
      text: one === 'grid' ? 'Grid' : 'List',
      isChosen: one === layout,
      path: `${here}${here.includes('?') ? '&' : '?'}layout=${one}`,
    })),
    crumbs: ['Library', ...names].map((name, depth) => ({
      name,
      path: to({
        folder: names
          .slice(0, depth)
          .map((part) => `${part}/`)
          .join(''),
        search: '',
        kind: undefined,
      }),
      isHere: depth === names.length,
    })),
    folders: folders.toSorted(byName).map((name) => ({ name, path: to({ folder: `${folder}${name}/` }) })),
    depthPath: isNarrowed ? undefined : to({ isDeep: !query.isDeep }),
    files: rows.map((row) => viewRow(row, input)),
    bulkShareAction: onPage.to('/files/bulk/share'),
    bulkDeleteAction: onPage.to('/files/bulk/delete'),
    emptiness: isNarrowed
      ? 'nothing-found'
      : folder
        ? 'folder'
        : folders.length > 0
          ? 'only-folders'
          : 'library',
    allPath: to({ search: '', kind: undefined }),
    removedPath: input.removedTotal > 0 ? onPage.to('/files/removed') : undefined,
    removedText: `Removed files (${input.removedTotal})`,
    previousPath: keys.before && to({ from: { key: keys.before, isBackwards: true } }),
    nextPath: keys.after && to({ from: { key: keys.after, isBackwards: false } }),
    upload: {
      endpoint: onPage.to('/v1/uploads'),
      folder: folder.slice(0, -1),
      filesPath: onPage.to('/files/'),
    },
  };
}

/** Nobody deletes the folder itself, so a folder that is not there is not asked about. */
export function mayBeMeant({ rootState = 'ok' }: WatcherNews): boolean {
  return rootState !== 'ok' && rootState !== 'missing';
}

/** Where many are looked through, only what is on the page is counted. */
function countText({ total, rows, keys }: LibraryViewInput, isNarrowed: boolean): string {
  if (total === undefined) return keys.after || keys.before ? '' : `${files(rows.length)} found`;
  return total === 0 && !isNarrowed ? '' : files(total);
}

const byName = new Intl.Collator('en', { numeric: true }).compare;

const files = (n: number): string => (n === 1 ? '1 file' : `${n.toLocaleString('en')} files`);

function entriesOf<K extends string>(words: Record<K, string>): [K, string][] {
  return Object.entries(words) as [K, string][];
}
