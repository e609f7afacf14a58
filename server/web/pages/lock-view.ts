/** What stands in the place of a share that asks for a password, and of one that has ended. Pure. */
import type { MediaFile } from '../../library/model.js';
import type { Ending, Share } from '../../share/model.js';
import type { Links } from '../links.js';
import { viewCard } from './card.js';
import { calendarDay } from './wording.js';

export interface LockViewInput {
  share: Share;
  file: MediaFile;
  error: string | undefined;
  /** Of the address that was asked for, with its question mark; where the player begins, and how. */
  search: string;
  isMinimal: boolean;
  onPage: Links;
  absolute: Links;
  assetsPath: string;
}

/** Without a preview nothing is told of what is behind it; with one its words are, and never a picture. */
export function viewLock(input: LockViewInput) {
  const { share, file, onPage, absolute } = input;
  const isShown = share.linkPreview !== 'none' && !input.isMinimal;
  const card = isShown
    ? viewCard({ share, file, generation: undefined, window: undefined, absolute })
    : undefined;
  return {
    title: card?.title ?? 'Lanternshare',
    card,
    heading: card?.title ?? 'This link has a password',
    description: isShown ? share.description : undefined,
    sentence: 'Whoever sent you the link can tell you its password.',
    error: input.error,
    action: onPage.to(`/share/${share.id}/password${input.search}`),
    isMinimal: input.isMinimal,
    homePath: onPage.to('/'),
    assets: input.assetsPath,
  };
}

export function viewEnded({
  share,
  ending,
  isMinimal,
  onPage,
  assetsPath,
}: {
  share: Share;
  /** undefined: not for this visitor to know. */
  ending: Ending | undefined;
  isMinimal: boolean;
  onPage: Links;
  assetsPath: string;
}) {
  return {
    title: 'No longer available',
    heading: 'No longer available',
    sentence: ending
      ? reasonOf(share, ending)
      : 'This link has ended. Whoever sent it to you can send you a new one.',
    editPath: ending && onPage.to(`/shares/${share.id}`),
    isMinimal,
    assets: assetsPath,
  };
}

function reasonOf(share: Share, ending: Ending): string {
  if (ending === 'expired') {
    return `The link expired on ${calendarDay(share.expiresAtMs ?? 0)}. Visitors see that it has ended, but not why.`;
  }
  const views = share.maxViews === 1 ? 'The one view' : `All ${share.maxViews} views`;
  return `${views} of this link ${share.maxViews === 1 ? 'is' : 'are'} used up. Visitors see that it has ended, but not why.`;
}
