/** The page on which one share is changed, and the question before shares are revoked. Pure. */
import type { MediaFile } from '../../library/model.js';
import type { Share } from '../../share/model.js';
import type { Links } from '../links.js';
import { shownTitle } from '../shown-name.js';
import { viewShareForm } from './share-form.js';
import { clockTime } from './wording.js';

const PREVIEWS = [
  { value: 'none', public: 'title and picture', private: 'nothing', locked: 'nothing' },
  {
    value: 'full',
    public: 'title and picture, marked as wished',
    private: 'title, description and picture',
    locked: 'title and description',
  },
  {
    value: 'player',
    public: 'the player, where a network plays it',
    private: 'title, description and picture',
    locked: 'title and description',
  },
] as const;

export interface ShareEditInput {
  share: Share;
  file: MediaFile;
  done: string | undefined;
  /** What was wrong with what was sent, and what had been typed. */
  error?: string | undefined;
  typed?: { title: string; description: string } | undefined;
  onPage: Links;
  absolute: Links;
  assetsPath: string;
}

export function viewShareEdit(input: ShareEditInput) {
  const { share, file, typed, onPage, absolute } = input;
  const { segment } = share;
  const title = shownTitle(share, file);
  return {
    title: `${title} · Lanternshare`,
    area: 'shares',
    assets: input.assetsPath,
    heading: title,
    ofText: segment
      ? `${clockTime(segment.startSeconds)}–${clockTime(segment.endSeconds)} of ${file.displayName}`
      : file.displayName,
    audience: share.visibility === 'public' ? 'For anyone with the link' : 'For members',
    url: absolute.shareUrl(share),
    path: onPage.shareUrl(share),
    done: input.done,
    error: input.error,
    shareId: share.id,
    saveAction: onPage.to(`/shares/${share.id}`),
    reissueAction: onPage.to(`/shares/${share.id}/reissue`),
    revokeAction: onPage.to('/shares/revoke'),
    cancelPath: onPage.to('/shares'),
    shownTitle: typed?.title ?? share.title ?? '',
    ownTitle: shownTitle({ ...share, title: undefined }, file),
    description: typed?.description ?? share.description ?? '',
    previews: previewsOf(share),
    controls: viewShareForm(share),
  };
}

function previewsOf({ visibility, hasPassword, linkPreview }: Share) {
  const words = visibility === 'private' ? 'private' : hasPassword ? 'locked' : 'public';
  const chosen = words === 'public' && linkPreview === 'full' ? 'none' : linkPreview;
  // What means the same is offered once.
  const offered = PREVIEWS.filter(({ value }) =>
    words === 'public' ? value !== 'full' : value !== 'player',
  );
  const isOffered = offered.some(({ value }) => value === chosen);
  return offered.map((one) => ({
    value: one.value,
    text: one[words],
    isChosen: isOffered ? one.value === chosen : one.value === 'full',
  }));
}

export interface RevokeViewInput {
  shares: { share: Share; file: MediaFile }[];
  /** Without BASE_URL's prefix. */
  backPath: string;
  onPage: Pick<Links, 'to'>;
  assetsPath: string;
}

export function viewRevoke({ shares, backPath, onPage, assetsPath }: RevokeViewInput) {
  const isOne = shares.length === 1;
  const heading = isOne ? 'Revoke this link?' : `Revoke ${shares.length} links?`;
  return {
    title: `${heading} · Lanternshare`,
    area: 'shares',
    assets: assetsPath,
    heading,
    sentence: `${isOne ? 'It stops' : 'They stop'} working at once, for good, also for those who are watching. The ${isOne ? 'file stays' : 'files stay'}.`,
    shares: shares.map(({ share, file }) => ({
      id: share.id,
      title: shownTitle(share, file),
      ofText: file.displayName,
    })),
    revokeAction: onPage.to('/shares/revoke'),
    backPath,
    cancelPath: onPage.to(backPath),
  };
}
