/** What a generation's plan offers under its stream addresses, and as which type. Pure. */
import type { Plan, Rendition } from '../../media/plan.js';
import type { Wanted } from '../stream-path.js';

const PLAYLIST_TYPE = 'application/vnd.apple.mpegurl';

/** RFC 8216 section 4 for playlists, RFC 8081-style registered names for the rest. */
export function typeOf(plan: Plan, wanted: Wanted): string | undefined {
  switch (wanted.kind) {
    case 'multivariant':
      return PLAYLIST_TYPE;
    case 'playlist':
      return find(plan, wanted.renditionId) && PLAYLIST_TYPE;
    case 'init': {
      const kind = find(plan, wanted.renditionId)?.kind;
      return kind === 'video' ? 'video/mp4' : kind === 'audio' ? 'audio/mp4' : undefined;
    }
    case 'segment': {
      const rendition = find(plan, wanted.renditionId);
      return rendition && wanted.n < segmentCount(plan, rendition) ? 'video/iso.segment' : undefined;
    }
    case 'captions':
      return find(plan, wanted.renditionId)?.kind === 'subtitles' ? 'text/vtt; charset=utf-8' : undefined;
    case 'poster':
    case 'frame':
    case 'companion':
    case 'original':
      return undefined;
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
