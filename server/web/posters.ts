/** Posters and pictures of moments, hot ones kept; each is asked of the engine once at a time. Who may see one is decided before. */
import { LRUCache } from 'lru-cache';
import type { Engine, RenderSource } from '../render/model.js';
import { createContent, type Content } from './deliver.js';
import { createSharedLoads } from './shared-loads.js';

export interface Posters {
  /** The poster, or what is seen at a moment; undefined where there is no picture. Errors: the engine's; 'aborted'. */
  load(source: RenderSource, asker: AbortSignal, atMs?: number): Promise<Content | undefined>;
}

const POSTERS_KEPT_BYTES = 16 * 1024 * 1024;

export function createPosters({ engine }: { engine: Pick<Engine, 'poster' | 'frame'> }): Posters {
  const loads = createSharedLoads<Content | undefined>();
  const kept = new LRUCache<string, Content>({
    maxSize: POSTERS_KEPT_BYTES,
    sizeCalculation: ({ body }) => body.length + 1,
  });

  async function make(key: string, source: RenderSource, atMs: number | undefined, signal: AbortSignal) {
    const jpeg = await (atMs === undefined
      ? engine.poster(source, signal)
      : engine.frame(source, atMs, signal));
    const content = jpeg && createContent(jpeg, 'image/jpeg');
    if (content) kept.set(key, content);
    return content;
  }

  return {
    async load(source, asker, atMs) {
      const key = atMs === undefined ? source.generationId : `${source.generationId}/${atMs}`;
      return kept.get(key) ?? loads.load(key, (signal) => make(key, source, atMs, signal), asker);
    },
  };
}
