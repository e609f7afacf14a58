/** A generation as the engine wants it: its original is located at each use, wherever it is then. */
import type { Generation, Library } from '../library/model.js';
import type { RenderSource } from '../render/model.js';

export function toSource(library: Pick<Library, 'locate'>, { id, info, plan }: Generation): RenderSource {
  return { generationId: id, info, plan, locate: () => library.locate(id) };
}
