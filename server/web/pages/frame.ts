/** What every page has around it: the header of a signed-in member, the assets, the templates. */
import type { Request } from 'express';
import type { Auth } from '../../auth/index.js';
import type { Links } from '../links.js';
import { readTheme, type Theme } from './looks.js';
import { readNextPath } from './next-path.js';
import type { ViewName, Views } from './views.js';

const AREAS = [
  { name: 'library', text: 'Library', path: '/' },
  { name: 'shares', text: 'Shares', path: '/shares' },
  { name: 'settings', text: 'Settings', path: '/settings' },
];
/** '' is as the system has it. */
const NEXT_THEME = { '': 'light', light: 'dark', dark: '' } as const;

export interface Frame {
  assetsPath: string;
  /** For the header; empty for visitors, who get no cookie by looking. */
  viewerOf(req: Request): {
    username?: string;
    csrf?: string;
    homePath: string;
    areas: { name: string; text: string; path: string }[];
    signOutPath: string;
    themePath: string;
    theme?: Theme;
    nextTheme: string;
    themeText: string;
    /** Where who has pressed a button of the header wants to be again. */
    backPath: string;
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
      const theme = readTheme(req);
      return {
        homePath: onPage.to('/'),
        areas: AREAS.map(({ path, ...area }) => ({ ...area, path: onPage.to(path) })),
        signOutPath: onPage.to('/logout'),
        themePath: onPage.to('/theme'),
        ...(theme ? { theme } : {}),
        nextTheme: NEXT_THEME[theme ?? ''],
        themeText: theme ?? 'as the system',
        backPath: req.method === 'GET' ? readNextPath(req.originalUrl) : '/',
        ...(viewer ? { username: viewer.username, csrf: auth.csrfToken(req) } : {}),
      };
    },
    isMember: (req) => auth.viewer(req) !== undefined,
    render: views.render,
  };
}
