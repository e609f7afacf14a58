/** A share as the contract writes it: what it links to is left out until it can be played. */
import type { Generation, MediaFile } from '../../library/model.js';
import { shareStatus, type Share } from '../../share/index.js';
import type { Links } from '../links.js';
import { hasPoster } from '../poster.js';

export function shareJson(
  share: Share,
  { file, generation, to }: { file: MediaFile; generation: Generation | undefined; to: Links },
): object {
  const status = shareStatus(file);
  const title = share.title ?? file.displayName;
  return {
    id: share.id,
    object: 'share',
    file_id: share.fileId,
    asset_type: 'file',
    ...(share.title === undefined ? {} : { title: share.title }),
    ...(share.description === undefined ? {} : { description: share.description }),
    ...(share.metadata === undefined ? {} : { metadata: share.metadata }),
    visibility: share.visibility,
    link_preview: share.linkPreview,
    status,
    share_url: to.shareUrl(share),
    ...(status === 'completed' && generation ? mediaLinks(share, file, generation, to) : {}),
    embed_html: embedHtml(to.embedUrl(share), title),
    created_at: share.createdAtMs,
  };
}

function mediaLinks(share: Share, file: MediaFile, generation: Generation, to: Links): object {
  const download = file.goneAtMs === undefined ? to.download(share, file) : undefined;
  return {
    ...(hasPoster(generation.info) ? { preview_url: to.posterUrl(share, generation.id) } : {}),
    stream_url: to.streamUrl(share, generation.id),
    ...(download
      ? { media_download_url: download.url, media_download_expires_at: download.expiresAtMs }
      : {}),
  };
}

function embedHtml(url: string, title: string): string {
  return `<iframe src="${escape(url)}" title="${escape(title)}" width="640" height="360" style="border:0;max-width:100%" allow="autoplay; fullscreen; picture-in-picture" allowfullscreen></iframe>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
