/** What chats and networks show of a link: title, description, poster, and where wished a player. Pure. */
import type { Generation, MediaFile } from '../../library/model.js';
import type { Share, Window } from '../../share/model.js';
import type { Links } from '../links.js';
import { frameSize } from '../embed.js';
import { hasPoster } from '../poster.js';
import { shownTitle } from '../shown-name.js';
import { shorten } from './wording.js';

export interface Card {
  title: string;
  summary: string | undefined;
  isAudio: boolean;
  /** Whole addresses: they are read elsewhere. */
  url: string;
  imageUrl: string | undefined;
  /** Only of what everybody may play. */
  player: { url: string; width: number; height: number } | undefined;
}

const SUMMARY_LETTERS = 200;

export function viewCard({
  share,
  file,
  generation,
  window,
  absolute,
}: {
  share: Share;
  file: MediaFile;
  generation: Generation | undefined;
  /** All that is shared of it. */
  window: Window | undefined;
  absolute: Links;
}): Card {
  const isPublic = share.visibility === 'public';
  return {
    title: shownTitle(share, file),
    summary: share.description && shorten(share.description, SUMMARY_LETTERS),
    isAudio: (generation?.info.mediaType ?? file.mediaType) === 'audio',
    url: absolute.shareUrl(share),
    imageUrl:
      generation && hasPoster(generation.info)
        ? imageUrl(share, { generation, window }, absolute)
        : undefined,
    player:
      isPublic && share.linkPreview === 'player' && generation
        ? { url: absolute.embedUrl(share), ...frameSize(generation.info.video) }
        : undefined,
  };
}

function imageUrl(
  share: Share,
  { generation, window }: { generation: Generation; window: Window | undefined },
  absolute: Links,
): string {
  return share.visibility === 'public'
    ? absolute.posterUrl(share, generation.id, window)
    : absolute.previewImageUrl(share);
}
