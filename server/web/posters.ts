/**
 * Posters of whole contents and of parts, and pictures of moments; hot ones kept, each asked of the engine once at a
 * time. Who may see one is decided before.
 */
import { LRUCache } from 'lru-cache';
import type { Engine, RenderSource } from '../render/model.js';
import type { Window } from '../share/model.js';
import { createContent, type Content } from './deliver.js';
import { createSharedLoads } from './shared-loads.js';

/** What the picture stands for: a moment, or a part; else the whole. */
export interface Pictured {
  window?: Window | undefined;
  momentMs?: number | undefined;
  /** Told before the picture of a part is made; may refuse. */
  onMake?: () => void;
}

export interface Posters {
  /** undefined where there is no picture. Errors: the engine's; 'aborted'; those of onMake. */
  load(source: RenderSource, pictured: Pictured, asker: AbortSignal): Promise<Content | undefined>;
}

const POSTERS_KEPT_BYTES = 16 * 1024 * 1024;

export function createPosters({ engine }: { engine: Pick<Engine, 'poster' | 'frame' | 'clips'> }): Posters {
  const loads = createSharedLoads<Content | undefined>();
  const kept = new LRUCache<string, Content>({
    maxSize: POSTERS_KEPT_BYTES,
    sizeCalculation: ({ body }) => body.length + 1,
  });

  function draw(source: RenderSource, { window, momentMs, onMake }: Pictured, signal: AbortSignal) {
    if (momentMs !== undefined) return engine.frame(source, momentMs, signal);
    if (!window) return engine.poster(source, signal);
    onMake?.();
    return engine.clips.poster(source, window, signal);
  }

  async function keep(key: string, drawn: Promise<Buffer | undefined>) {
    const jpeg = await drawn;
    const content = jpeg && createContent(jpeg, 'image/jpeg');
    if (content) kept.set(key, content);
    return content;
  }

  return {
    async load(source, pictured, asker) {
      const key = keyOf(source, pictured);
      return kept.get(key) ?? loads.load(key, (signal) => keep(key, draw(source, pictured, signal)), asker);
    },
  };
}

function keyOf({ generationId }: RenderSource, { window, momentMs }: Pictured): string {
  if (momentMs !== undefined) return `${generationId}/${momentMs}`;
  return window ? `${generationId}/${window.startMs}-${window.endMs}` : generationId;
}
