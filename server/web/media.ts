/** What a page shows beside the stream: the poster. Same guard, own audience. */
import { LRUCache } from 'lru-cache';
import type { Engine, RenderSource } from '../render/model.js';
import { CORS, createContent, deliver, type Content } from './deliver.js';
import { answerText, NOT_FOUND, type Refuse } from './errors.js';
import type { Guard } from './guard.js';
import { createSharedLoads } from './shared-loads.js';
import type { Answer } from './stream-path.js';

const POSTERS_KEPT_BYTES = 16 * 1024 * 1024;
/** A better frame may be chosen by a later version, so not for ever. */
const CACHING = 'max-age=86400';

export function createMedia({
  guard,
  engine,
  refuse,
}: {
  guard: Pick<Guard, 'open'>;
  engine: Pick<Engine, 'poster'>;
  refuse: Refuse;
}): Answer {
  const loads = createSharedLoads<Content | undefined>();
  const posters = new LRUCache<string, Content>({
    maxSize: POSTERS_KEPT_BYTES,
    sizeCalculation: ({ body }) => body.length + 1,
  });

  async function poster(source: RenderSource, asker: AbortSignal): Promise<Content | undefined> {
    const key = source.generationId;
    return posters.get(key) ?? loads.load(key, (signal) => make(source, signal), asker);
  }

  async function make(source: RenderSource, signal: AbortSignal): Promise<Content | undefined> {
    const jpeg = await engine.poster(source, signal);
    const content = jpeg && createContent(jpeg, 'image/jpeg');
    if (content) posters.set(source.generationId, content);
    return content;
  }

  return (req, res, { token }) => {
    const asker = new AbortController();
    res.once('close', () => asker.abort());
    void answer().catch((error: unknown) => {
      if (!res.destroyed) answerText(res, refuse(error, req));
    });

    async function answer(): Promise<void> {
      const opened = await guard.open(token, 'media');
      const content = opened && (await poster(opened.source, asker.signal));
      if (!content) return answerText(res, NOT_FOUND);
      const scope = opened.share ? 'public' : 'private';
      deliver(req, res, content, [...CORS, 'Cache-Control', `${scope}, ${CACHING}`]);
    }
  };
}
