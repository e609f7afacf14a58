/**
 * Plans published files anew that were planned by an older recipe: what is made from then on is of one kind, and
 * the older renditions can go. A file that cannot be planned at present keeps what it has. Knows not when.
 */
import { join } from 'node:path';
import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { Generation, Library, MediaFile } from '../library/model.js';
import type { Engine } from '../render/model.js';
import { probeFile, type ProbeParts } from './probe-file.js';
import { pickSignature } from './signature.js';
import { toSource } from './source.js';

export interface Renewal {
  isOutdated(generation: Generation): boolean;
  /** The generation that the file shows from now on; undefined where the present one stays. */
  renew(file: MediaFile, signal: AbortSignal): Promise<Generation | undefined>;
}

export function createRenewal(options: {
  library: Pick<Library, 'publish' | 'locate'>;
  engine: Pick<Engine, 'fill'>;
  parts: ProbeParts;
  recipe: string;
  /** Real path of the media dir. */
  root: string;
  onOrphaned: (generationIds: string[]) => void;
  log: Log;
}): Renewal {
  const { library, engine, parts, recipe, root, onOrphaned, log } = options;
  return {
    isOutdated: ({ plan }) => plan.recipe !== recipe,
    async renew(file, signal) {
      const { id, path } = file;
      try {
        const signature = pickSignature(file);
        const { index, ...made } = await probeFile(parts, { fullPath: join(root, path), signature }, signal);
        const { generation, replacedId } = await library.publish(id, made).catch(async (error: unknown) => {
          await index?.close();
          throw error;
        });
        engine.fill(toSource(library, generation), index);
        if (replacedId !== undefined) onOrphaned([replacedId]);
        return generation;
      } catch (error) {
        if (!signal.aborted)
          log.info({ path, reason: messageOf(error) }, 'file stayed as it was planned before');
        return undefined;
      }
    },
  };
}
