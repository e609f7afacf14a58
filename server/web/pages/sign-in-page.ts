/** `/login`, `/logout` and the one-time `/setup/:token`. Who may come in is decided by auth. */
import { Router, urlencoded, type Request, type Response } from 'express';
import type { Auth } from '../../auth/index.js';
import { isAppError } from '../../base/errors.js';
import type { LinksOf } from '../links.js';
import { checkFormOrigin } from './form-origin.js';
import type { Frame } from './frame.js';
import { readNextPath } from './next-path.js';
import { setPolicy } from './policy.js';

export interface SignInPageParts {
  auth: Pick<Auth, 'viewer' | 'signIn' | 'signOut' | 'csrfToken' | 'checkCsrf' | 'setup'>;
  links: LinksOf;
  frame: Frame;
}

interface FormPage {
  heading: string;
  action: string;
  sentence?: string;
  error?: string;
  typedName?: string;
  next?: string;
  isNew?: boolean;
  /** False: nothing to fill in, only the sentence. */
  isOpen?: boolean;
}

/** The same whether there is something behind the link or not. */
const FOR_A_LINK = 'This link is for members, or it is no longer shared.';

const STATUS = { unauthenticated: 401, forbidden: 403, 'too-many': 429, invalid: 400 } as const;

export function createSignInPage({ auth, links, frame }: SignInPageParts): Router {
  const router = Router();
  const form = urlencoded({ extended: false, limit: '10kb' });
  const { to } = links.onPage;

  router.get('/login', async (req, res) => {
    const next = readNextPath(req.query['next']);
    if (auth.viewer(req)) return res.redirect(303, to(next));
    if (await auth.setup.isOpen())
      return show(req, res, 200, next.startsWith('/share/') ? nobodyYet() : notSetUp());
    show(req, res, 200, signInForm(next));
  });

  router.post('/login', form, async (req, res) => {
    const { username, password, next } = readFields(req);
    try {
      checkForm(req);
      await auth.signIn(req, username, password);
    } catch (error) {
      const status = statusOf(error);
      if (!status) throw error;
      const page = {
        ...signInForm(readNextPath(next)),
        typedName: username,
        error: (error as Error).message,
      };
      return show(req, res, status, page);
    }
    leave(res, readNextPath(next));
  });

  router.post('/logout', form, async (req, res) => {
    if (auth.viewer(req)) {
      auth.checkCsrf(req, readFields(req).csrf);
      await auth.signOut(req);
    }
    leave(res, '/login');
  });

  router.get('/setup/:token', async (req, res) => {
    if (await auth.setup.accepts(req.params.token)) return show(req, res, 200, setUpForm(req.params.token));
    show(req, res, 404, usedSetUp());
  });

  router.post('/setup/:token', form, async (req, res) => {
    const { username, password } = readFields(req);
    if (!(await auth.setup.accepts(req.params.token))) return show(req, res, 404, usedSetUp());
    try {
      checkForm(req);
      await auth.setup.redeem(req.params.token, { username, password });
    } catch (error) {
      if (isAppError(error, 'not-found')) return show(req, res, 404, usedSetUp());
      const status = statusOf(error);
      if (!status) throw error;
      const page = { ...setUpForm(req.params.token), typedName: username, error: (error as Error).message };
      return show(req, res, status, page);
    }
    await auth.signIn(req, username, password);
    leave(res, '/');
  });

  const signInForm = (next: string): FormPage => ({
    heading: 'Sign in',
    action: to('/login'),
    ...(next === '/' ? {} : { next }),
    ...(next.startsWith('/share/') ? { sentence: FOR_A_LINK } : {}),
  });
  const setUpForm = (token: string): FormPage => ({
    heading: 'Welcome',
    sentence: 'Make the first account. It can see the library and share files.',
    action: to(`/setup/${encodeURIComponent(token)}`),
    isNew: true,
  });
  const notSetUp = (): FormPage => ({
    heading: 'Not set up yet',
    sentence:
      'Open the one-time set-up link that was printed when Lanternshare started; it is at the end of its log. A restart prints a new one.',
    action: to('/login'),
    isOpen: false,
  });
  /** For who followed a link: the set-up is none of theirs. */
  const nobodyYet = (): FormPage => ({
    heading: 'Nothing to see here',
    sentence: FOR_A_LINK,
    action: to('/login'),
    isOpen: false,
  });
  const usedSetUp = (): FormPage => ({
    heading: 'This link is used up',
    sentence:
      'A set-up link works once, and only until the next start. If there is no account yet, restart Lanternshare for a new link.',
    action: to('/login'),
    isOpen: false,
  });

  function show(req: Request, res: Response, status: number, page: FormPage): void {
    setPolicy(res, { keep: 'none', sendsOrigin: true });
    const defaults = { isNew: false, isOpen: true, typedName: '' };
    const csrf = page.isOpen === false ? undefined : auth.csrfToken(req);
    const title = `${page.heading} · Lanternshare`;
    res
      .status(status)
      .send(frame.render('sign-in', { ...defaults, ...page, csrf, title, assets: frame.assetsPath }));
  }

  function leave(res: Response, path: string): void {
    setPolicy(res, { keep: 'none' });
    res.redirect(303, to(path));
  }

  /**
   * Whoever sends it must have been shown it by us (its token belongs to a cookie), and a browser must not say
   * that another site sent it: a neighbour under the same domain could plant a cookie. Errors: 'forbidden'.
   */
  function checkForm(req: Request): void {
    checkFormOrigin(req, links, 'Sign in');
    auth.checkCsrf(req, readFields(req).csrf);
  }

  return router;
}

function readFields(req: Request): { username: string; password: string; next: string; csrf: string } {
  const body = (req.body ?? {}) as Record<string, unknown>;
  const text = (name: string) => (typeof body[name] === 'string' ? body[name] : '');
  return {
    username: text('username').trim(),
    password: text('password'),
    next: text('next'),
    csrf: text('csrf'),
  };
}

function statusOf(error: unknown): number | undefined {
  return isAppError(error) && error.code in STATUS ? STATUS[error.code as keyof typeof STATUS] : undefined;
}
