/**
 * What stands in the place of a private share for those who are not signed in. Without a preview it is the
 * same for every id, also for those that never were. Pure.
 */
import type { Links } from '../links.js';
import type { Card } from './card.js';
import { signInPath } from './to-sign-in.js';

export interface LockedViewInput {
  /** Of a share with a preview; undefined says nothing. */
  preview: { card: Card; description: string | undefined; imagePath: string | undefined } | undefined;
  /** As asked for, without our prefix. */
  path: string;
  isMinimal: boolean;
  onPage: Links;
  assetsPath: string;
}

export function viewLocked({ preview, path, isMinimal, onPage, assetsPath }: LockedViewInput) {
  const wholePath = withoutLayout(path);
  return {
    title: preview?.card.title ?? 'Lanternshare',
    card: preview?.card,
    heading: preview?.card.title ?? 'Sign in to see this',
    // Browsers send no cookie of ours into a frame on another site, before sign-in and after it.
    sentence: isMinimal
      ? 'It opens in a tab of its own and plays there. This page is not told who you are, not even after you signed in.'
      : 'This is for members only.',
    description: isMinimal ? undefined : preview?.description,
    imagePath: isMinimal ? undefined : preview?.imagePath,
    linkPath: isMinimal ? onPage.to(wholePath) : signInPath(wholePath, onPage),
    linkText: isMinimal ? 'Open to sign in' : 'Sign in to watch',
    isMinimal,
    homePath: onPage.to('/'),
    assets: assetsPath,
  };
}

/** `/share/x?layout=minimal&s=5` → `/share/x?s=5` */
function withoutLayout(path: string): string {
  const [start = '', query] = path.split('?', 2);
  const rest = new URLSearchParams(query);
  rest.delete('layout');
  return rest.size > 0 ? `${start}?${rest.toString()}` : start;
}
