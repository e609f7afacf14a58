/** What a page shows beside the stream: the poster, and pictures of moments. Same guard, own audience. */
import { CORS, deliver } from './deliver.js';
import { answerText, NOT_FOUND, type Refuse } from './errors.js';
import type { Guard } from './guard.js';
import type { Posters } from './posters.js';
import type { Answer } from './stream-path.js';

/** A better frame may be chosen by a later version, so not for ever; shared caches as with segments. */
const CACHING = {
  public: [...CORS, 'Cache-Control', 'public, max-age=86400, s-maxage=60'],
  private: [...CORS, 'Cache-Control', 'private, max-age=43200'],
};

export function createMedia({
  guard,
  posters,
  refuse,
}: {
  guard: Pick<Guard, 'open'>;
  posters: Posters;
  refuse: Refuse;
}): Answer {
  return (req, res, { token, wanted }) => {
    const asker = new AbortController();
    res.once('close', () => asker.abort());
    void answer().catch((error: unknown) => {
      if (!res.destroyed) answerText(res, refuse(error, req));
    });

    async function answer(): Promise<void> {
      const opened = await guard.open(token, 'media');
      if (!opened) return answerText(res, NOT_FOUND);
      const { source, window, isPublic } = opened;
      // A token for a moment opens that picture and not the poster; any other only the poster.
      const isMeant = (wanted.kind === 'frame') === (window !== undefined);
      const content = isMeant ? await posters.load(source, asker.signal, window?.startMs) : undefined;
      if (!content) return answerText(res, NOT_FOUND);
      deliver(req, res, content, CACHING[isPublic ? 'public' : 'private']);
    }
  };
}
