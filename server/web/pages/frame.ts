/** What every page has around it: the header of a signed-in member, the assets, the templates. */
import type { Request } from 'express';
import type { Auth } from '../../auth/index.js';
import type { Links } from '../links.js';
import type { ViewName, Views } from './views.js';

export interface Frame {
  assetsPath: string;
  /** For the header; empty for visitors, who get no cookie by looking. */
  viewerOf(req: Request): {
    username?: string;
    csrf?: string;
    homePath: string;
    settingsPath: string;
    signOutPath: string;
  };
  isMember(req: Request): boolean;
  render(name: ViewName, page: object): string;
}

export function createFrame({
  auth,
  views,
  onPage,
  assetsPath,
}: {
  auth: Pick<Auth, 'viewer' | 'csrfToken'>;
  views: Views;
  onPage: Pick<Links, 'to'>;
  assetsPath: string;
}): Frame {
  return {
    assetsPath: onPage.to(assetsPath),
    viewerOf(req) {
      const viewer = auth.viewer(req);
      return {
        homePath: onPage.to('/'),
        settingsPath: onPage.to('/settings'),
        signOutPath: onPage.to('/logout'),
        ...(viewer ? { username: viewer.username, csrf: auth.csrfToken(req) } : {}),
      };
    },
    isMember: (req) => auth.viewer(req) !== undefined,
    render: views.render,
  };
}
