/**
 * Files that are missed: did people delete them, or is a disk not there? Pure. Being wrong the one way costs
 * a warning, the other way every link; so in doubt nothing counts as deleted.
 */

export type RootState = 'ok' | 'empty' | 'other-device' | 'missing' | 'mass-vanish';

export interface Loss {
  root: { isThere: boolean; reason?: string; isEmpty: boolean };
  /** The media dir is not the folder, or not the disk, that it was when the files were there. */
  isOtherRoot: boolean;
  /** Records that should have a file. */
  known: number;
  /** Those of them that have none. */
  missing: number;
}

const HANDFUL = 5;
const SHARE = 1 / 5;

export function judgeLoss({ root, isOtherRoot, known, missing }: Loss): {
  state: RootState;
  warning?: string;
} {
  if (!root.isThere) {
    return warn('missing', `The media folder cannot be read (${root.reason ?? 'it is not there'}).`);
  }
  if (missing === 0) return { state: 'ok' };
  if (root.isEmpty) return warn('empty', 'The media folder is empty, and files are on record.');
  const isLarge = missing > known * SHARE;
  if (isOtherRoot && isLarge) {
    return warn(
      'other-device',
      'The media folder is on another disk, or another folder, than the files on record.',
    );
  }
  if (isLarge && missing >= HANDFUL) {
    return warn('mass-vanish', `${missing} of ${known} files vanished at once.`);
  }
  return { state: 'ok' };
}

const warn = (state: RootState, what: string) => ({
  state,
  warning: `${what} No link was given up. Is a disk or a network share not mounted? If it was meant so, an admin can say so on the library page.`,
});
