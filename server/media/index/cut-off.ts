/** The refusal of a file whose end is missing, in the owner's words. Pure. */
import { AppError } from '../../base/errors.js';
import type { MediaInfo } from '../info.js';

/** Errors: always, AppError 'unsupported-media'. `playableSeconds` counts from the start of the file. */
export function refuseCutOff(playableSeconds: number, info: MediaInfo): never {
  const [playable, whole] = [Math.max(0, playableSeconds), info.durationSeconds].map((s) => s.toFixed(1));
  throw new AppError(
    'unsupported-media',
    playable === whole
      ? 'The file is cut off: its last moment is missing.'
      : `The file is cut off: only the first ${playable} of ${whole} seconds are there.`,
  );
}
