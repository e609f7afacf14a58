/** What a name alone tells of a file or folder in the media dir. Pure; looks at no disk. */
import { NEVER_MEDIA } from './probe/index.js';

/**
 * media    may be one of ours
 * partial  somebody is still writing it, or hides it; remembered only to know it again under its real name
 * other    lies beside media and is never any
 */
export type NameKind = 'media' | 'partial' | 'other';

/** Extensions by which browsers, download tools and copy programs mark what is not finished. */
const PARTIAL = new Set(
  'part crdownload tmp temp partial filepart download opdownload !qb !ut bc! aria2 unfinished'.split(' '),
);
const OTHER = new Set(['thumbs.db', 'ehthumbs.db', 'desktop.ini']);
/** What NAS systems, desktops and file systems keep for themselves. Hidden folders begin with a dot. */
const OTHER_FOLDERS = new Set([
  '@eadir',
  '@recycle',
  '@recently-snapshot',
  '#recycle',
  '#snapshot',
  'lost+found',
  '$recycle.bin',
  'system volume information',
]);

export function judgeName(name: string): NameKind {
  // Syncthing (.syncthing.*.tmp, ~syncthing~*) and rsync (.name.XXXXXX) are among the dots and tildes.
  if (name.startsWith('.') || name.startsWith('~') || name.endsWith('~')) return 'partial';
  const lower = name.toLowerCase();
  const extension = extensionOf(lower);
  if (PARTIAL.has(extension)) return 'partial';
  return OTHER.has(lower) || NEVER_MEDIA.has(extension) ? 'other' : 'media';
}

/** The same for a path: only its last part counts, since no folder that is left out is ever entered. */
export const judgePath = (path: string): NameKind => judgeName(path.slice(path.lastIndexOf('/') + 1));

export const isLeftOutFolder = (name: string): boolean =>
  name.startsWith('.') || OTHER_FOLDERS.has(name.toLowerCase());

/** Of `a.tar.gz`: `gz`; of `.hidden` and `plain`: ''. */
function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1) : '';
}
