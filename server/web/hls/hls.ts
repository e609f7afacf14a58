/**
 * Streams: playlists, initialisation sections, segments and captions of what a token opens. The token and
 * the plan say what exists; whatever does not is one and the same 404.
 */
import { LRUCache } from 'lru-cache';
import type { Deliveries } from '../deliveries.js';
import { answerHead, CORS, deliver, type HeaderList } from '../deliver.js';
import { answerText, NOT_FOUND, type Refuse } from '../errors.js';
import type { Guard, Opened } from '../guard.js';
import type { RenderBudget } from '../render-budget.js';
import type { Answer } from '../stream-path.js';
import { createContents } from './contents.js';
import { createDispatch } from './dispatch.js';
import { streamPart, streamWhole, type Streamed, type StreamEngine } from './streamed.js';

/**
 * What is under a generation's address never changes, so a viewer's own browser may keep it; playlists may get
 * truer bit rates. A cache that many share asks again after a minute: longer it must not go on with what is
 * no longer shared.
 */
const POLICY = {
  public: headersOf({ media: 'public, max-age=86400, s-maxage=60, immutable', playlist: 'no-cache' }),
  private: headersOf({ media: 'private, max-age=43200, immutable', playlist: 'private, no-cache' }),
};

/** Each is asked for many times, and takes a while to be laid out. */
const PARTS_KEPT = 500;

export function createHls({
  guard,
  engine,
  budget,
  deliveries,
  refuse,
}: {
  guard: Pick<Guard, 'open'>;
  engine: StreamEngine;
  budget: RenderBudget;
  deliveries: Pick<Deliveries, 'stream'>;
  refuse: Refuse;
}): Answer {
  const dispatch = createDispatch();
  const contents = createContents();
  const parts = new LRUCache<string, Streamed>({ max: PARTS_KEPT });

  /** A window is a stream of its own: the whole is not even looked at. */
  function streamedOf({ source, window }: Opened): Streamed {
    if (!window) return streamWhole(engine, source);
    const key = `${source.generationId}/${window.startMs}-${window.endMs}`;
    const part = parts.get(key) ?? streamPart(engine, source, window);
    parts.set(key, part);
    return part;
  }

  return (req, res, { token, wanted }) => {
    const isPlaylist = wanted.kind === 'multivariant' || wanted.kind === 'playlist';
    const kind = isPlaylist ? 'playlist' : 'media';
    let opened: Opened | undefined;
    let streamed: Streamed | undefined;
    let type: string | undefined;

    dispatch({
      kind,
      async exists() {
        try {
          opened = await guard.open(token, 'hls', req);
          streamed = opened && streamedOf(opened);
        } catch (error) {
          fail(error);
          return false;
        }
        type = streamed?.typeOf(wanted);
        return type !== undefined;
      },
      deliver() {
        const { share, file, isPublic } = opened!;
        deliveries.stream(opened!, wanted, req);
        const policy = POLICY[isPublic ? 'public' : 'private'][kind];
        const ready = contents.peek(streamed!, wanted);
        if (ready) return answer(() => deliver(req, res, ready, policy));
        // A look at the headers is not worth a render.
        if (req.method === 'HEAD' && wanted.kind === 'segment')
          return answer(() => answerHead(res, type!, policy));
        const asker = new AbortController();
        res.once('close', () => asker.abort());
        contents
          .load(streamed!, wanted, {
            type: type!,
            asker: asker.signal,
            onMake: () => budget.spend(share?.id ?? file.id),
          })
          .then((content) => deliver(req, res, content, policy))
          .catch(fail);
      },
      refuse: () => {
        if (!res.headersSent) answerText(res, NOT_FOUND);
      },
    });

    function answer(fn: () => void): void {
      try {
        fn();
      } catch (error) {
        fail(error);
      }
    }

    function fail(error: unknown): void {
      if (res.destroyed) return;
      answerText(res, refuse(error, req));
    }
  };
}

function headersOf(caching: { media: string; playlist: string }): Record<'media' | 'playlist', HeaderList> {
  return {
    media: [...CORS, 'Cache-Control', caching.media],
    playlist: [...CORS, 'Cache-Control', caching.playlist],
  };
}
