/** How somebody likes to see our pages: light or dark, grid or list. Remembered by their browser alone. */
import { Router, urlencoded, type Request, type Response } from 'express';
import type { Links } from '../links.js';
import { readNextPath } from './next-path.js';

export const THEMES = ['light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
export const LAYOUTS = ['grid', 'list'] as const;
export type Layout = (typeof LAYOUTS)[number];

const COOKIES = { theme: 'lanternshare_theme', layout: 'lanternshare_layout' } as const;
/** As long as browsers keep any. */
const KEPT_MS = 400 * 24 * 3600 * 1000;

/** Undefined: as the system has it. */
export const readTheme = (req: Request): Theme | undefined => readCookie(req, COOKIES.theme, THEMES);

export const readLayout = (req: Request): Layout => readCookie(req, COOKIES.layout, LAYOUTS) ?? 'grid';

export const rememberLayout = (res: Response, layout: Layout): void => remember(res, COOKIES.layout, layout);

/** `POST /theme`, for browsers without scripts. It changes nothing but a colour, so that it needs no proof. */
export function createLooks({ onPage }: { onPage: Pick<Links, 'to'> }): Router {
  const router = Router();
  router.post('/theme', urlencoded({ extended: false, limit: '10kb' }), (req, res) => {
    const { theme, back } = (req.body ?? {}) as Record<string, unknown>;
    const wished = THEMES.find((one) => one === theme);
    if (wished) remember(res, COOKIES.theme, wished);
    else res.clearCookie(COOKIES.theme, { path: '/' });
    res.redirect(303, onPage.to(readNextPath(back)));
  });
  return router;
}

function remember(res: Response, name: string, value: string): void {
  // Not httpOnly: the theme's button changes it without asking us.
  res.cookie(name, value, { path: '/', sameSite: 'lax', secure: res.req.secure, maxAge: KEPT_MS });
}

function readCookie<T extends string>(req: Request, name: string, values: readonly T[]): T | undefined {
  const found = new RegExp(`(?:^|;\\s*)${name}=(\\w+)(?:;|$)`).exec(req.headers.cookie ?? '')?.[1];
  return values.find((one) => one === found);
}
