/** How the appliance is, in people's words; what is not well comes first. Pure. */
import type { ApplianceFacts } from '../appliance.js';
import type { Links } from '../links.js';
import { libraryPath, readLibraryQuery } from './library-query.js';
import { fileSize } from './wording.js';

const GIB = 1024 ** 3;
const LOW_BYTES = 5 * GIB;

const WATCHER = {
  starting: 'Starting',
  watching: 'Changes are seen at once',
  degraded: 'Not every folder can be watched; the rest is looked at every few minutes',
  polling: 'Changes are looked for every now and then',
} as const;

export function viewAppliance(facts: ApplianceFacts, onPage: Pick<Links, 'to'>) {
  const { originals, failedFiles, renderedBytes, freeMediaBytes, freeDataBytes, watcher, workload } = facts;
  const troubles = [
    watcher.warning,
    watcher.reason,
    workload.reason,
    lowWords('media folder', freeMediaBytes),
    lowWords('data folder', freeDataBytes),
  ];
  return {
    troubles: [...new Set(troubles)].filter((one) => one !== undefined),
    storage: [
      { name: 'Originals', text: `${fileSize(originals.sizeBytes)} in ${count(originals.files, 'file')}` },
      { name: 'Rendered', text: renderedBytes === undefined ? 'is being counted' : fileSize(renderedBytes) },
      { name: 'Free in the media folder', text: sizeOf(freeMediaBytes) },
      { name: 'Free in the data folder', text: sizeOf(freeDataBytes) },
      { name: 'Media folder', text: facts.mediaDir },
      { name: 'Data folder', text: facts.dataDir },
    ],
    health: [
      { name: 'Watcher', text: watcher.watcher ? WATCHER[watcher.watcher] : 'unknown' },
      {
        name: 'Seen in the folder',
        text: watcher.firstScanDone
          ? `${count(watcher.files ?? 0, 'file')} in ${count(watcher.folders ?? 0, 'folder')}`
          : 'is being looked through',
      },
      { name: 'Still being written', text: count(watcher.settling ?? 0, 'file') },
      {
        name: 'Rendering',
        text: workload.files === 0 ? 'nothing left to do' : `${count(workload.files, 'file')} to go on with`,
      },
    ],
    failedText: failedFiles > 0 ? `${count(failedFiles, 'file')} cannot be played` : undefined,
    failedPath: onPage.to(libraryPath(readLibraryQuery({ kind: 'failed' }))),
  };
}

function lowWords(where: string, bytes: number | undefined): string | undefined {
  return bytes !== undefined && bytes < LOW_BYTES
    ? `There is little room left in the ${where}: ${fileSize(bytes)}.`
    : undefined;
}

const sizeOf = (bytes: number | undefined): string => (bytes === undefined ? 'unknown' : fileSize(bytes));

function count(n: number, word: string): string {
  return `${n.toLocaleString('en')} ${word}${n === 1 ? '' : 's'}`;
}
