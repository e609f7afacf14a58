/** What is asked before files are removed: which, what becomes of their sources and links. Pure. */
import type { MediaFile } from '../../library/model.js';
import type { Links } from '../links.js';

export interface RemovalViewInput {
  files: readonly MediaFile[];
  /** Links that end, those of clips included. */
  linkTotal: number;
  /** Without BASE_URL's prefix. */
  backPath: string;
  onPage: Pick<Links, 'to'>;
  assetsPath: string;
}

export function viewRemoval({ files, linkTotal, backPath, onPage, assetsPath }: RemovalViewInput) {
  const isOne = files.length === 1;
  const heading = isOne ? `Delete “${files[0]!.displayName}”?` : `Delete ${files.length} files?`;
  return {
    title: `${heading} · Lanternshare`,
    area: 'library',
    assets: assetsPath,
    heading,
    linksText:
      linkTotal === 0
        ? 'What was rendered goes, and so do clips.'
        : `${linkTotal === 1 ? 'Its link stops' : `${linkTotal} links stop`} working at once, for good. What was rendered goes, and so do clips.`,
    files: files.map(({ id, displayName, path }) => ({ id, name: displayName, path })),
    deleteAction: onPage.to('/files/bulk/delete'),
    backPath,
    cancelPath: onPage.to(backPath),
    choices: [
      {
        value: 'keep',
        text: isOne ? 'Leave the file in the media folder' : 'Leave the files in the media folder',
        note: 'It only leaves the library, and can be restored there.',
        // What was uploaded here has no other owner; what lay in the folder may have.
        isChosen: !files.every(({ source }) => source === 'upload'),
      },
      {
        value: 'delete',
        text: isOne
          ? 'Delete the file from the media folder, too'
          : 'Delete the files from the media folder, too',
        note: 'This cannot be undone.',
        isChosen: files.every(({ source }) => source === 'upload'),
      },
    ],
  };
}
