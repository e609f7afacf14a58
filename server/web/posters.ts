/** Poster pictures, hot ones kept; each is asked of the engine once at a time. Who may see one is decided before. */
import { LRUCache } from 'lru-cache';
import type { Engine, RenderSource } from '../render/model.js';
import { createContent, type Content } from './deliver.js';
import { createSharedLoads } from './shared-loads.js';

export interface Posters {
  /** undefined where there is no picture. Errors: the engine's; 'aborted'. */
  load(source: RenderSource, asker: AbortSignal): Promise<Content | undefined>;
}

const POSTERS_KEPT_BYTES = 16 * 1024 * 1024;

export function createPosters({ engine }: { engine: Pick<Engine, 'poster'> }): Posters {
  const loads = createSharedLoads<Content | undefined>();
  const kept = new LRUCache<string, Content>({
    maxSize: POSTERS_KEPT_BYTES,
    sizeCalculation: ({ body }) => body.length + 1,
  });

  async function make(source: RenderSource, signal: AbortSignal): Promise<Content | undefined> {
    const jpeg = await engine.poster(source, signal);
    const content = jpeg && createContent(jpeg, 'image/jpeg');
    if (content) kept.set(source.generationId, content);
    return content;
  }

  return {
    async load(source, asker) {
      const key = source.generationId;
      return kept.get(key) ?? loads.load(key, (signal) => make(source, signal), asker);
    },
  };
}
