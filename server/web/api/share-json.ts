/** A share as the contract writes it: what it links to is left out until it can be played. */
import { z } from 'zod';
import type { Generation, MediaFile } from '../../library/model.js';
import { shareStatus, type Share } from '../../share/index.js';
import type { Links } from '../links.js';
import { hasPoster } from '../poster.js';
import { address, answerOf, jsonObject, unixMs, uuid } from './answers.js';

export const VISIBILITIES = ['public', 'private'] as const;
export const LINK_PREVIEWS = ['none', 'full', 'player'] as const;

export const shareAnswer = answerOf({
  id: uuid,
  object: z.literal('share'),
  file_id: uuid,
  file_segment_id: uuid.optional(),
  asset_type: z.enum(['file', 'file_segment']),
  title: z.string().optional(),
  description: z.string().optional(),
  metadata: jsonObject.optional(),
  visibility: z.enum(VISIBILITIES),
  link_preview: z.enum(LINK_PREVIEWS),
  status: z.enum(['pending', 'processing', 'completed', 'failed']),
  preview_url: address.optional(),
  share_url: address,
  stream_url: address.optional().meta({ description: 'HLS; there once the status is completed' }),
  media_download_url: address.optional().meta({ description: 'The original; good for minutes' }),
  media_download_expires_at: unixMs.nullable().optional(),
  embed_html: z.string(),
  created_at: unixMs,
}).meta({ id: 'Share' });

export type ShareJson = z.input<typeof shareAnswer>;

export function shareJson(
  share: Share,
  { file, generation, to }: { file: MediaFile; generation: Generation | undefined; to: Links },
): ShareJson {
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

function mediaLinks(share: Share, file: MediaFile, generation: Generation, to: Links): Partial<ShareJson> {
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
