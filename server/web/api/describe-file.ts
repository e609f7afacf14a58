/** A media file with what the engine and the links have to say of it, as JSON. */
import type { LibraryReader, MediaFile } from '../../library/model.js';
import type { Engine } from '../../render/model.js';
import { sourceOf } from '../guard.js';
import type { Links } from '../links.js';
import { hasPoster } from '../poster.js';
import { fileJson, type FileJson } from './file-json.js';

/** Renditions are looked up where one file is asked for, not in lists. */
export type DescribeFile = (
  file: MediaFile,
  to: Links,
  options?: { withRenditions?: boolean },
) => Promise<FileJson>;

export function createDescribeFile({
  library,
  engine,
}: {
  library: Pick<LibraryReader, 'generation' | 'locate'>;
  engine: Pick<Engine, 'progress' | 'report'>;
}): DescribeFile {
  return async (file, to, { withRenditions = false } = {}) => {
    const generation = file.generationId ? await library.generation(file.generationId) : undefined;
    return fileJson({
      file,
      generation,
      progress: generation && engine.progress(generation.id),
      thumbnailUrl: generation && hasPoster(generation.info) ? to.previewPosterUrl(file) : undefined,
      renditions:
        withRenditions && generation ? await engine.report(sourceOf(generation, library)) : undefined,
    });
  };
}
