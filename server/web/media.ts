/** What a page shows beside the stream: poster, pictures of moments, storyboard … Same guard, own audience. */
import type { CompanionFiles } from './companion-files.js';
import { CORS, deliver } from './deliver.js';
import { answerText, NOT_FOUND, type Refuse } from './errors.js';
import type { Guard } from './guard.js';
import type { Posters } from './posters.js';
import type { RenderBudget } from './render-budget.js';
import type { Answer } from './stream-path.js';

/** A better frame may be chosen by a later version, so not for ever; shared caches as with segments. */
const CACHING = {
  public: [...CORS, 'Cache-Control', 'public, max-age=86400, s-maxage=60'],
  private: [...CORS, 'Cache-Control', 'private, max-age=43200'],
};

export function createMedia({
  guard,
  posters,
  companions,
  budget,
  refuse,
}: {
  guard: Pick<Guard, 'open'>;
  posters: Posters;
  companions: CompanionFiles;
  budget: RenderBudget;
  refuse: Refuse;
}): Answer {
  return (req, res, { token, wanted }) => {
    const asker = new AbortController();
    res.once('close', () => asker.abort());
    void answer().catch((error: unknown) => {
      if (!res.destroyed) answerText(res, refuse(error, req));
    });

    async function answer(): Promise<void> {
      const opened = await guard.open(token, 'media', req);
      if (!opened) return answerText(res, NOT_FOUND);
      const { source, window, momentMs, share, file, isPublic } = opened;
      // A token for a moment opens that picture and nothing else; any other all but that. What chats keep and show to
      // everybody is there of what is shared with everybody only.
      const isForChats = wanted.kind === 'companion' && wanted.name === 'unfurl.mp4';
      const isMeant =
        (wanted.kind === 'frame') === (momentMs !== undefined) &&
        (!isForChats || (isPublic && !share?.isStreamOnly));
      const onMake = () => budget.spend(share?.id ?? file.id);
      const load = () =>
        wanted.kind === 'companion'
          ? companions.load(source, { name: wanted.name, range: window, onMake }, asker.signal)
          : posters.load(source, { window, momentMs, onMake }, asker.signal);
      const content = isMeant ? await load() : undefined;
      if (!content) return answerText(res, NOT_FOUND);
      deliver(req, res, content, CACHING[isPublic ? 'public' : 'private']);
    }
  };
}
