/**
 * `/settings`: one's own password, sessions and API keys; for admins the members. Plain forms. What is secret
 * is shown in the answer that made it and never again.
 */
import { Router, urlencoded, type Request, type Response } from 'express';
import type { Auth, Viewer } from '../../auth/index.js';
import { AppError, isAppError } from '../../base/errors.js';
import { createSecret } from '../../base/ids.js';
import type { LinksOf } from '../links.js';
import type { Appliance } from '../appliance.js';
import { viewAppliance } from './appliance-view.js';
import type { About } from './about.js';
import type { Frame } from './frame.js';
import { setPolicy } from './policy.js';
import { viewSettings, type SettingsNews } from './settings-view.js';
import { signInPath } from './to-sign-in.js';
import { addWebhookForms, viewWebhooks, type WebhookBook } from './webhook-forms.js';

export interface SettingsPageParts {
  auth: Pick<Auth, 'viewer' | 'checkCsrf' | 'changePassword' | 'signOutEverywhere' | 'keys' | 'members'>;
  webhooks: WebhookBook;
  appliance: Appliance;
  about: About;
  links: LinksOf;
  frame: Frame;
}

/** What may stand after `?done=`; other words there mean nothing. */
const DONE = new Map([
  ['password', 'Your password is changed. Everywhere else you are signed out.'],
  ['revoked', 'The key is revoked.'],
  ['webhook', 'The webhook is changed.'],
  ['webhook-removed', 'The webhook is removed.'],
  ['removed', 'The member is removed, and so are their sessions and keys.'],
]);
/** 96 bits: strong enough to stay, short enough to be typed once. */
const MADE_PASSWORD_BYTES = 12;
/** A wrong password of somebody who is signed in is no missing sign-in. */
const STATUS = {
  unauthenticated: 403,
  invalid: 400,
  conflict: 409,
  'too-many': 429,
  'not-found': 404,
} as const;

type Form = NonNullable<SettingsNews['error']>['form'];
/** Where to go, or what to show at once. */
type Outcome = string | SettingsNews;

export function createSettingsPage(parts: SettingsPageParts): Router {
  const { auth, webhooks, appliance, about, links, frame } = parts;
  const router = Router();
  const form = urlencoded({ extended: false, limit: '10kb' });
  const { to } = links.onPage;

  router.get('/settings', async (req, res) => {
    setPolicy(res, { keep: 'none' });
    if (!auth.viewer(req)) return res.redirect(303, signInPath(req.url, links.onPage));
    await show(req, res, 200, { done: DONE.get(String(req.query['done'])) });
  });

  on('/settings/password', 'password', async (req) => {
    await auth.changePassword(req, field(req, 'current'), field(req, 'password'));
    return '/settings?done=password';
  });

  on('/settings/sign-out-everywhere', 'password', async (req) => {
    await auth.signOutEverywhere(req);
    return '/login';
  });

  on('/settings/keys', 'key', async (req, viewer) => {
    const name = field(req, 'name');
    const { key } = await auth.keys.create(name, viewer.memberId);
    return { secret: { label: `The key “${name.trim()}”`, value: key } };
  });

  on('/settings/keys/:id/revoke', 'list', async (req, viewer) => {
    const owner = viewer.role === 'admin' ? undefined : viewer.memberId;
    await auth.keys.revoke(String(req.params['id']), owner);
    return '/settings?done=revoked';
  });

  on('/settings/members', 'member', async (req, viewer) => {
    checkAdmin(viewer);
    const username = field(req, 'username').trim();
    const password = createSecret(MADE_PASSWORD_BYTES);
    await auth.members.add({ username, password }, field(req, 'role') === 'admin' ? 'admin' : 'member');
    return { secret: { label: `The password of ${username}`, value: password } };
  });

  on('/settings/members/:id/reset', 'list', async (req, viewer) => {
    const { memberId, username } = await another(req, viewer);
    const password = createSecret(MADE_PASSWORD_BYTES);
    await auth.members.resetPassword(memberId, password);
    return { secret: { label: `The new password of ${username}`, value: password } };
  });

  on('/settings/members/:id/remove', 'list', async (req, viewer) => {
    const { memberId } = await another(req, viewer);
    await auth.members.remove(memberId);
    return '/settings?done=removed';
  });

  addWebhookForms(
    (path, act) =>
      on(path, 'webhook', (req, viewer) => {
        checkAdmin(viewer);
        return act(req);
      }),
    { webhooks },
  );

  /** A form of ours: only from who is signed in, with their token; a refusal is shown beside its form. */
  function on(path: string, name: Form, act: (req: Request, viewer: Viewer) => Promise<Outcome>): void {
    router.post(path, form, async (req, res) => {
      setPolicy(res, { keep: 'none' });
      const viewer = auth.viewer(req);
      if (!viewer) return res.redirect(303, signInPath('/settings', links.onPage));
      auth.checkCsrf(req, field(req, 'csrf'));
      try {
        const outcome = await act(req, viewer);
        if (typeof outcome === 'string') res.redirect(303, to(outcome));
        else await show(req, res, 200, outcome);
      } catch (error) {
        const status = statusOf(error);
        if (!status) throw error;
        const typedName = name === 'member' ? field(req, 'username') : '';
        await show(req, res, status, { error: { form: name, text: (error as Error).message }, typedName });
      }
    });
  }

  /** The member that the address names. Errors: 'forbidden', 'not-found', 'conflict' (the viewer). */
  async function another(req: Request, viewer: Viewer): Promise<Viewer> {
    checkAdmin(viewer);
    const member = await auth.members.get(String(req.params['id']));
    if (!member) throw new AppError('not-found', 'There is no such member any more.');
    if (member.memberId !== viewer.memberId) return member;
    throw new AppError('conflict', 'That is yourself: change your password above, or ask another admin.');
  }

  async function show(req: Request, res: Response, status: number, news: SettingsNews): Promise<void> {
    const viewer = auth.viewer(req)!;
    const isAdmin = viewer.role === 'admin';
    const page = viewSettings({
      viewer,
      keys: await auth.keys.list(isAdmin ? undefined : viewer.memberId),
      members: isAdmin ? await auth.members.list() : [],
      news,
      webhooks: isAdmin ? await viewWebhooks(webhooks, links.onPage) : undefined,
      appliance: isAdmin ? viewAppliance(await appliance.read(), links.onPage) : undefined,
      about,
      onPage: links.onPage,
      assetsPath: frame.assetsPath,
    });
    res.status(status).send(frame.render('settings', { ...frame.viewerOf(req), ...page }));
  }

  return router;
}

function checkAdmin({ role }: Viewer): void {
  if (role !== 'admin') throw new AppError('forbidden', 'Only an admin may do that.');
}

function field(req: Request, name: string): string {
  const value = (req.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
}

function statusOf(error: unknown): number | undefined {
  return isAppError(error) && error.code in STATUS ? STATUS[error.code as keyof typeof STATUS] : undefined;
}
