/**
 * Streams: playlists, initialisation sections, segments and captions of what a token opens. The token and
 * the plan say what exists; whatever does not is one and the same 404.
 */
import { answerHead, CORS, deliver, type HeaderList } from '../deliver.js';
import { answerText, NOT_FOUND, type Refuse } from '../errors.js';
import type { Guard, Opened } from '../guard.js';
import type { Answer } from '../stream-path.js';
import { createContents, type StreamEngine } from './contents.js';
import { createDispatch } from './dispatch.js';
import { typeOf } from './resources.js';

/**
 * What is under a generation's address never changes, so a viewer's own browser may keep it; playlists may get
 * truer bit rates. A cache that many share asks again after a minute: longer it must not go on with what is
 * no longer shared.
 */
const POLICY = {
  public: headersOf({ media: 'public, max-age=86400, s-maxage=60, immutable', playlist: 'no-cache' }),
  private: headersOf({ media: 'private, max-age=43200, immutable', playlist: 'private, no-cache' }),
};

export function createHls({
  guard,
  engine,
  refuse,
}: {
  guard: Pick<Guard, 'open'>;
  engine: StreamEngine;
  refuse: Refuse;
}): Answer {
  const dispatch = createDispatch();
  const contents = createContents({ engine });

  return (req, res, { token, wanted }) => {
    const isPlaylist = wanted.kind === 'multivariant' || wanted.kind === 'playlist';
    const kind = isPlaylist ? 'playlist' : 'media';
    let opened: Opened | undefined;
    let type: string | undefined;

    dispatch({
      kind,
      async exists() {
        try {
          opened = await guard.open(token, 'hls');
        } catch (error) {
          fail(error);
          return false;
        }
        type = opened && typeOf(opened.generation.plan, wanted);
        return type !== undefined;
      },
      deliver() {
        const { source, isPublic } = opened!;
        const policy = POLICY[isPublic ? 'public' : 'private'][kind];
        const ready = contents.peek(source, wanted);
        if (ready) return answer(() => deliver(req, res, ready, policy));
        // A look at the headers is not worth a render.
        if (req.method === 'HEAD' && wanted.kind === 'segment')
          return answer(() => answerHead(res, type!, policy));
        const asker = new AbortController();
        res.once('close', () => asker.abort());
        contents
          .load(source, wanted, type!, asker.signal)
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
