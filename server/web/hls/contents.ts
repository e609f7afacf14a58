/**
 * The bytes behind stream addresses, hot ones kept: segments by weight, playlists by number. Each is asked
 * of the engine once at a time, however many wait for it. Knows no request and no token.
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { mediaPlaylist, multivariantPlaylist } from '../../media/playlist.js';
import type { Engine, RenderSource } from '../../render/model.js';
import { createContent, type Content } from '../deliver.js';
import { createSharedLoads } from '../shared-loads.js';
import type { Wanted } from '../stream-path.js';

export type StreamEngine = Pick<Engine, 'init' | 'segment' | 'captions' | 'measured'>;

export interface Contents {
  /** Only what is at hand already. */
  peek(source: RenderSource, wanted: Wanted): Content | undefined;
  /** Errors: the engine's; 'aborted'. */
  load(source: RenderSource, wanted: Wanted, type: string, asker: AbortSignal): Promise<Content>;
}

const HOT_BYTES = 64 * 1024 * 1024;
/** One that takes a quarter of the room is passed on and not kept. */
const LARGEST_KEPT_BYTES = HOT_BYTES / 4;
const PLAYLISTS_KEPT = 500;
const PLAYLIST_BYTES = 16 * 1024 * 1024;
const COMPRESSED_FROM_BYTES = 1024;

const compress = promisify(gzip);

export function createContents({ engine }: { engine: StreamEngine }): Contents {
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

  function peek(source: RenderSource, wanted: Wanted): Content | undefined {
    return cacheOf(wanted).get(keyOf(source, wanted));
  }

  async function load(source: RenderSource, wanted: Wanted, type: string, asker: AbortSignal) {
    // Never kept: its bit rates are corrected once a rendition is complete.
    if (wanted.kind === 'multivariant') return multivariant(source, type);
    const key = keyOf(source, wanted);
    return (
      cacheOf(wanted).get(key) ??
      loads.load(
        key,
        async (signal) => {
          const content = await make(source, wanted, type, signal);
          cacheOf(wanted).set(key, content);
          return content;
        },
        asker,
      )
    );
  }

  async function multivariant(source: RenderSource, type: string): Promise<Content> {
    const text = multivariantPlaylist(source.plan, await engine.measured(source));
    return createContent(Buffer.from(text), type);
  }

  async function make(source: RenderSource, wanted: Wanted, type: string, signal: AbortSignal) {
    switch (wanted.kind) {
      case 'playlist':
        return playlistContent(mediaPlaylist(source.plan, wanted.renditionId), type);
      case 'init':
        return createContent(await engine.init(source, wanted.renditionId, signal), type);
      case 'segment':
        return createContent(await engine.segment(source, wanted.renditionId, wanted.n, signal), type);
      case 'captions':
        return createContent(await engine.captions(source, wanted.renditionId, signal), type);
      case 'multivariant':
      case 'poster':
      case 'frame':
      case 'companion':
      case 'original':
        throw new Error(`no stream content: ${wanted.kind}`);
    }
  }

  return { peek, load };
}

async function playlistContent(text: string, type: string): Promise<Content> {
  const body = Buffer.from(text);
  return createContent(body, type, body.length > COMPRESSED_FROM_BYTES ? await compress(body) : undefined);
}

function keyOf({ generationId }: RenderSource, wanted: Wanted): string {
  if (wanted.kind === 'segment') return `${generationId}/${wanted.renditionId}/${wanted.n}`;
  return 'renditionId' in wanted
    ? `${generationId}/${wanted.renditionId}/${wanted.kind}`
    : `${generationId}/${wanted.kind}`;
}
