/**
 * What is streamed: a whole content, or a part of it that is a stream of its own. Each knows what it has under which
 * address and how to get it made; nobody else tells the two apart.
 */
import { layoutClip } from '../../media/clip/index.js';
import { clipMultivariantPlaylist, clipPlaylist } from '../../media/clip-playlist.js';
import { mediaPlaylist, multivariantPlaylist } from '../../media/playlist.js';
import type { Engine, RenderSource } from '../../render/model.js';
import type { Window } from '../../share/model.js';
import type { Wanted } from '../stream-path.js';
import { typeOf, typeOfClip } from './resources.js';

export type StreamEngine = Pick<Engine, 'init' | 'segment' | 'captions' | 'measured' | 'clips'>;

/** A text is a playlist. */
export type Made = Buffer | string;

export interface Streamed {
  /** Same content, same part: same key. */
  key: string;
  /** undefined: there is no such thing. */
  typeOf(wanted: Wanted): string | undefined;
  /** Whether it is made for this part alone. */
  costs(wanted: Wanted): boolean;
  /** Of what it has. Errors: the engine's. */
  make(wanted: Wanted, signal: AbortSignal): Promise<Made>;
}

export function streamWhole(engine: StreamEngine, source: RenderSource): Streamed {
  const { plan } = source;
  return {
    key: source.generationId,
    typeOf: (wanted) => typeOf(plan, wanted),
    costs: () => false,
    async make(wanted, signal) {
      switch (wanted.kind) {
        case 'multivariant':
          return multivariantPlaylist(plan, await engine.measured(source));
        case 'playlist':
          return mediaPlaylist(plan, wanted.renditionId);
        case 'init':
          return engine.init(source, wanted.renditionId, signal);
        case 'segment':
          return engine.segment(source, wanted.renditionId, wanted.n, signal);
        case 'captions':
          return engine.captions(source, wanted.renditionId, signal);
        default:
          throw noContent(wanted);
      }
    },
  };
}

/** Errors: 'invalid' for a part without anything in it. */
export function streamPart(engine: StreamEngine, source: RenderSource, window: Window): Streamed {
  const { plan, info, generationId } = source;
  const layout = layoutClip(plan, info, window);
  const { clips } = engine;
  const piecesOf = (renditionId: string) => {
    const track = layout.renditions.find(({ id }) => id === renditionId);
    return track && track.kind !== 'subtitles' ? track.pieces : [];
  };
  return {
    key: `${generationId}/${window.startMs}-${window.endMs}`,
    typeOf: (wanted) => typeOfClip(layout, wanted),
    costs(wanted) {
      if (wanted.kind === 'segment') return piecesOf(wanted.renditionId)[wanted.n]?.kind === 'made';
      return wanted.kind === 'init' && wanted.which !== 'parent';
    },
    async make(wanted, signal) {
      switch (wanted.kind) {
        case 'multivariant':
          return clipMultivariantPlaylist(plan, layout, await engine.measured(source));
        case 'playlist':
          return clipPlaylist(layout, wanted.renditionId);
        case 'init':
          return clips.init(source, window, wanted.renditionId, wanted.which, signal);
        case 'segment':
          return clips.segment(source, window, wanted.renditionId, wanted.n, signal);
        case 'captions':
          return clips.captions(source, window, wanted.renditionId, signal);
        default:
          throw noContent(wanted);
      }
    },
  };
}

function noContent({ kind }: Wanted): Error {
  return new Error(`no stream content: ${kind}`);
}
