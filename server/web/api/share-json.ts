/** A share as the contract writes it: what it links to is left out until it can be played. */
import { z } from 'zod';
import type { Generation, MediaFile } from '../../library/model.js';
import { narrow, partOf, shareStatus, type Share } from '../../share/index.js';
import type { Asked, Ending, Window } from '../../share/model.js';
import { embedHtml, frameSize } from '../embed.js';
import type { Links } from '../links.js';
import { hasPoster } from '../poster.js';
import { shownInfo } from '../shown-info.js';
import { savedName, shownTitle } from '../shown-name.js';
import { address, answerOf, jsonObject, unixMs, uuid } from './answers.js';
import { controlsAnswer, controlsJson } from './share-controls.js';

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
  error: z.string().optional().meta({ description: 'One sentence, where a segment can no longer be played' }),
  preview_url: address.optional(),
  share_url: address,
  stream_url: address.optional().meta({ description: 'HLS; there once the status is completed' }),
  media_download_url: address
    .optional()
    .meta({ description: 'The original, or the part that is shared; good for minutes' }),
  media_download_expires_at: unixMs.nullable().optional(),
  embed_html: z.string(),
  created_at: unixMs,
  ...controlsAnswer,
}).meta({ id: 'Share' });

export type ShareJson = z.input<typeof shareAnswer>;

/** The shape of most pictures, where nothing is known yet. */
const UNKNOWN_SIZE = { width: 640, height: 360 };
const OUTSIDE = 'The file as it is now has nothing to see or hear at the times of this segment.';

/** `asked`: the part that addresses are wanted for. Errors: 'invalid' when what is shared does not have it. */
export function shareJson(
  share: Share,
  { file, generation, asked, views, ending, to }: Shown & { to: Links },
): ShareJson {
  const shared = generation && partOf(share, generation);
  const status = shareStatus(file, shared);
  return {
    id: share.id,
    object: 'share',
    file_id: share.fileId,
    ...(share.segment
      ? { file_segment_id: share.segment.id, asset_type: 'file_segment' }
      : { asset_type: 'file' }),
    ...(share.title === undefined ? {} : { title: share.title }),
    ...(share.description === undefined ? {} : { description: share.description }),
    ...(share.metadata === undefined ? {} : { metadata: share.metadata }),
    visibility: share.visibility,
    link_preview: share.linkPreview,
    status,
    ...(shared === 'outside' && status === 'failed' ? { error: OUTSIDE } : {}),
    share_url: to.shareUrl(share),
    ...(status === 'completed' && generation && shared !== 'outside' && !ending
      ? mediaLinks(
          share,
          {
            file,
            generation,
            window: asked ? narrow(shared, generation, asked) : shared,
          },
          to,
        )
      : {}),
    embed_html: embedHtml({
      url: to.embedUrl(share),
      title: shownTitle(share, file),
      ...(generation ? frameSize(generation.info.video) : UNKNOWN_SIZE),
    }),
    created_at: share.createdAtMs,
    ...controlsJson(share, { views, ending }),
  };
}

interface Shown {
  file: MediaFile;
  generation: Generation | undefined;
  asked?: Asked | undefined;
  views: number;
  ending: Ending | undefined;
}

function mediaLinks(
  share: Share,
  { file, generation, window }: { file: MediaFile; generation: Generation; window: Window | undefined },
  to: Links,
): Partial<ShareJson> {
  const info = shownInfo(generation, window);
  const name = savedName(share, file, window && info);
  const download =
    file.goneAtMs === undefined && !share.isStreamOnly
      ? to.download(share, { generationId: generation.id, name, window })
      : undefined;
  return {
    ...(hasPoster(info) ? { preview_url: to.posterUrl(share, generation.id, window) } : {}),
    stream_url: to.streamUrl(share, generation.id, window),
    ...(download
      ? { media_download_url: download.url, media_download_expires_at: download.expiresAtMs }
      : {}),
  };
}
