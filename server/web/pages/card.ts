/** What chats and networks show of a link: title, description, poster, and where wished a player. Pure. */
import type { Generation, MediaFile } from '../../library/model.js';
import type { Share, Window } from '../../share/model.js';
import type { Links } from '../links.js';
import { posterSize } from '../../media/poster.js';
import { unfurlSize } from '../../media/unfurl.js';
import { isForEverybody } from '../../share/model.js';
import { frameSize, type FrameSize } from '../embed.js';
import { hasPoster } from '../poster.js';
import { shownInfo } from '../shown-info.js';
import { shownTitle } from '../shown-name.js';
import { shorten } from './wording.js';

export interface Card {
  title: string;
  summary: string | undefined;
  isAudio: boolean;
  /** Whole addresses: they are read elsewhere. */
  url: string;
  imageUrl: string | undefined;
  /** How large the picture is, where that is known before it is made. */
  image: FrameSize | undefined;
  /** How large the player would stand in a page. */
  frame: FrameSize;
  /** Only of what everybody may play. */
  player: { url: string } | undefined;
  /** Its beginning as a small file, for chats, which cannot play streams. */
  film: { url: string; width: number; height: number } | undefined;
  /** Where other sites ask how to show the player. */
  oembedUrl: string | undefined;
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
  const info = generation && shownInfo(generation, window);
  const video = info?.video;
  const film =
    isForEverybody(share) && !share.isStreamOnly && share.linkPreview !== 'none' ? video : undefined;
  const hasPlayer = isForEverybody(share) && share.linkPreview === 'player' && generation !== undefined;
  return {
    title: shownTitle(share, file),
    summary: share.description && shorten(share.description, SUMMARY_LETTERS),
    isAudio: (info?.mediaType ?? file.mediaType) === 'audio',
    url: absolute.shareUrl(share),
    imageUrl:
      generation && info && hasPoster(info) ? imageUrl(share, { generation, window }, absolute) : undefined,
    image: video && posterSize(video),
    frame: frameSize(video),
    player: hasPlayer ? { url: absolute.embedUrl(share) } : undefined,
    film:
      generation && film
        ? { url: absolute.mediaUrl(share, generation.id, 'unfurl.mp4', window), ...unfurlSize(film) }
        : undefined,
    oembedUrl: hasPlayer
      ? absolute.to(`/oembed?url=${encodeURIComponent(absolute.shareUrl(share))}`)
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
