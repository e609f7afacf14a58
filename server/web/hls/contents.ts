/**
 * The bytes behind stream addresses, hot ones kept: segments by weight, playlists by number. Each is asked
 * of the engine once at a time, however many wait for it. Knows no request and no token.
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { createContent, type Content } from '../deliver.js';
import { createSharedLoads } from '../shared-loads.js';
import type { Wanted } from '../stream-path.js';
import type { Made, Streamed } from './streamed.js';

export interface Contents {
  /** Only what is at hand already. */
  peek(streamed: Streamed, wanted: Wanted): Content | undefined;
  /** `onMake` is told before something is made that costs, and may refuse. Errors: the engine's; 'aborted'; its own. */
  load(
    streamed: Streamed,
    wanted: Wanted,
    { type, asker, onMake }: { type: string; asker: AbortSignal; onMake: () => void },
  ): Promise<Content>;
}

const HOT_BYTES = 64 * 1024 * 1024;
/** One that takes a quarter of the room is passed on and not kept. */
const LARGEST_KEPT_BYTES = HOT_BYTES / 4;
const PLAYLISTS_KEPT = 500;
const PLAYLIST_BYTES = 16 * 1024 * 1024;
const COMPRESSED_FROM_BYTES = 1024;

const compress = promisify(gzip);

export function createContents(): Contents {
  const loads = createSharedLoads<Content>();
  const media = new LRUCache<string, Content>({
    maxSize: HOT_BYTES,
    maxEntrySize: LARGEST_KEPT_BYTES,
    sizeCalculation: ({ body }) => body.length + 1,
  });
  const playlists = new LRUCache<string, Content>({
    max: PLAYLISTS_KEPT,
    maxSize: PLAYLIST_BYTES,
    sizeCalculation: ({ body, gzip }) => body.length + (gzip?.body.length ?? 0) + 1,
  });
  const cacheOf = (wanted: Wanted) => (wanted.kind === 'playlist' ? playlists : media);

  function peek({ key }: Streamed, wanted: Wanted): Content | undefined {
    return cacheOf(wanted).get(keyOf(key, wanted));
  }

  const load: Contents['load'] = async (streamed, wanted, { type, asker, onMake }) => {
    // Never kept: its bit rates are corrected once a rendition is complete.
    if (wanted.kind === 'multivariant') {
      return createContent(Buffer.from(await streamed.make(wanted, asker)), type);
    }
    const key = keyOf(streamed.key, wanted);
    return (
      cacheOf(wanted).get(key) ??
      loads.load(
        key,
        (signal) => {
          if (streamed.costs(wanted)) onMake();
          return make(key, signal);
        },
        asker,
      )
    );

    async function make(key: string, signal: AbortSignal): Promise<Content> {
      const content = await toContent(await streamed.make(wanted, signal), type);
      cacheOf(wanted).set(key, content);
      return content;
    }
  };

  return { peek, load };
}

/** Playlists are texts, and many lines of them are alike. */
async function toContent(made: Made, type: string): Promise<Content> {
  if (Buffer.isBuffer(made)) return createContent(made, type);
  const body = Buffer.from(made);
  return createContent(body, type, body.length > COMPRESSED_FROM_BYTES ? await compress(body) : undefined);
}

function keyOf(prefix: string, wanted: Wanted): string {
  if (wanted.kind === 'segment') return `${prefix}/${wanted.renditionId}/${wanted.n}`;
  if (wanted.kind === 'init') return `${prefix}/${wanted.renditionId}/init/${wanted.which}`;
  return 'renditionId' in wanted
    ? `${prefix}/${wanted.renditionId}/${wanted.kind}`
    : `${prefix}/${wanted.kind}`;
}
