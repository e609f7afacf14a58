/** What a generation's plan, or a clip's layout, offers under its stream addresses, and as which type. Pure. */
import type { ClipLayout } from '../../media/clip/index.js';
import type { Plan, Rendition } from '../../media/plan.js';
import type { Wanted } from '../stream-path.js';

const INIT_TYPES: Record<string, string> = { video: 'video/mp4', audio: 'audio/mp4' };
const SEGMENT_TYPE = 'video/iso.segment';
const CAPTIONS_TYPE = 'text/vtt; charset=utf-8';
const PLAYLIST_TYPE = 'application/vnd.apple.mpegurl';

/** RFC 8216 section 4 for playlists, RFC 8081-style registered names for the rest. */
export function typeOf(plan: Plan, wanted: Wanted): string | undefined {
  switch (wanted.kind) {
    case 'multivariant':
      return PLAYLIST_TYPE;
    case 'playlist':
      return find(plan, wanted.renditionId) && PLAYLIST_TYPE;
    case 'init': {
      return wanted.which === 'parent' ? INIT_TYPES[find(plan, wanted.renditionId)?.kind ?? ''] : undefined;
    }
    case 'segment': {
      const rendition = find(plan, wanted.renditionId);
      return rendition && wanted.n < segmentCount(plan, rendition) ? SEGMENT_TYPE : undefined;
    }
    case 'captions':
      return find(plan, wanted.renditionId)?.kind === 'subtitles' ? CAPTIONS_TYPE : undefined;
    case 'poster':
    case 'frame':
    case 'companion':
    case 'original':
      return undefined;
  }
}

/** The pieces of the clip are all that there is: of the parent's addresses none means anything here. */
export function typeOfClip(layout: ClipLayout, wanted: Wanted): string | undefined {
  if (wanted.kind === 'multivariant') return PLAYLIST_TYPE;
  const track = 'renditionId' in wanted && layout.renditions.find(({ id }) => id === wanted.renditionId);
  if (!track) return undefined;
  const pieces = track.kind === 'subtitles' ? [] : track.pieces;
  switch (wanted.kind) {
    case 'playlist':
      return PLAYLIST_TYPE;
    case 'init':
      return pieces.some(({ init }) => init === wanted.which) ? INIT_TYPES[track.kind] : undefined;
    case 'segment':
      return wanted.n < pieces.length ? SEGMENT_TYPE : undefined;
    case 'captions':
      return track.kind === 'subtitles' ? CAPTIONS_TYPE : undefined;
  }
}

/** Media segments (m4s) of a rendition; a subtitle rendition has none, it is one text. */
function segmentCount(plan: Plan, rendition: Rendition): number {
  if (rendition.kind === 'video') return (plan.videoGrid?.frames.length ?? 1) - 1;
  return rendition.kind === 'audio' ? rendition.frames.length - 1 : 0;
}

function find(plan: Plan, renditionId: string): Rendition | undefined {
  return plan.renditions.find(({ id }) => id === renditionId);
}
