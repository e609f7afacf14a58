/**
 * Files that go by another name now keep their records. Where one known file took the place of another, the
 * two records become one, and the links of both lead there.
 */
import type { Library, MediaFile } from '../library/model.js';
import type { Admission } from './admission.js';
import type { Departures } from './departures.js';
import { judgeTakeover } from './identify.js';
import { isSameContent } from './settle.js';
import type { Difference } from './watch/index.js';

export type Rename = Extract<Difference, { kind: 'moved' }>;

/** Returns those whose files have no record, or another content than is recorded: they have to settle. */
export type ApplyRenames = (renames: readonly Rename[]) => Promise<Rename[]>;

const PORTION = 500;

export function createApplyRenames(options: {
  library: Library;
  admission: Pick<Admission, 'push'>;
  departures: Pick<Departures, 'drop'>;
  onOrphaned: (generationIds: string[]) => void;
}): ApplyRenames {
  const { library, admission, departures, onOrphaned } = options;

  async function move(record: MediaFile, { path, signature }: Rename): Promise<void> {
    // Content that changed as well is judged once it has settled; until then the record says what it was.
    await library.move(record.id, { path, signature: isSameContent(record, signature) ? signature : record });
    departures.drop(path);
    admission.push([record.id]);
  }

  async function takeOver(mover: MediaFile, occupant: MediaFile, { path, signature }: Rename): Promise<void> {
    const { keepId, dropId, mustProbe } = judgeTakeover(mover, occupant);
    await library.merge(keepId, dropId);
    await library.move(keepId, { path, signature });
    if (mustProbe) await library.replace(keepId, signature);
    admission.push([keepId]);
    const kept = await library.get(keepId);
    const generations = [mover.generationId, occupant.generationId].filter((id) => id !== undefined);
    // After a replacement the old content stays until the new one is published, which then sweeps it.
    onOrphaned(generations.filter((id) => id !== kept?.generationId));
  }

  return async (renames) => {
    const from = byPath(
      await recordsAt(
        library,
        renames.map((one) => one.from),
      ),
    );
    const to = byPath(
      await recordsAt(
        library,
        renames.map((one) => one.path),
      ),
    );
    const rest: Rename[] = [];
    for (const rename of renames) {
      const record = from.get(rename.from);
      const occupant = to.get(rename.path);
      if (!record) rest.push(rename);
      else if (rename.replaces && occupant && occupant.id !== record.id) {
        await takeOver(record, occupant, rename);
      } else {
        await move(record, rename);
        if (!isSameContent(record, rename.signature)) rest.push(rename);
      }
    }
    return rest;
  };
}

async function recordsAt(library: Library, paths: string[]): Promise<MediaFile[]> {
  const records: MediaFile[] = [];
  for (let at = 0; at < paths.length; at += PORTION) {
    records.push(...(await library.at(paths.slice(at, at + PORTION))));
  }
  return records;
}

const byPath = (records: MediaFile[]) => new Map(records.map((record) => [record.path, record]));
