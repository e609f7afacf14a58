/** The webhooks of the settings page: their forms, and their list in people's words. */
import type { Request } from 'express';
import { AppError } from '../../base/errors.js';
import { isId } from '../../base/ids.js';
import { EVENT_NAMES, type EventName, type Webhook, type Webhooks } from '../../webhooks/model.js';
import type { Links } from '../links.js';
import { calendarDay } from './wording.js';

export type WebhookBook = Pick<Webhooks, 'create' | 'get' | 'list' | 'update' | 'remove' | 'waitingFor'>;

/** Shown once, in the answer that made it. */
export interface Secret {
  label: string;
  value: string;
  /** Where it is not so that nobody will see it again. */
  note?: string;
}

/** Registers a form; its outcome is a path to go to, or what to show at once. */
type AddForm = (path: string, act: (req: Request) => Promise<string | { secret: Secret }>) => void;

const HAPPENING = EVENT_NAMES.filter((name) => name.startsWith('file.job.'));
const EVENT_WORDS: Partial<Record<EventName, string>> = {
  'file.job.processing': 'a file is being read',
  'file.job.completed': 'a file can be played',
  'file.job.failed': 'a file cannot be played',
  'file.job.deleted': 'a file is gone',
};
const MOST_SHOWN = 100;

export function addWebhookForms(add: AddForm, { webhooks }: { webhooks: WebhookBook }): void {
  add('/settings/webhooks', async (req) => {
    const { endpoint, secret } = await webhooks.create(readWebhook(req));
    const note = 'It signs what is sent. The API tells it again.';
    return { secret: { label: `The secret of the webhook ${endpoint}`, value: secret, note } };
  });

  add('/settings/webhooks/:id/change', async (req) => {
    const { description, ...change } = readWebhook(req);
    const isActive = fieldsOf(req)['active'] === 'yes';
    await webhooks.update(readId(req), { ...change, description: description ?? '', isActive });
    return '/settings?done=webhook';
  });

  add('/settings/webhooks/:id/remove', async (req) => {
    await webhooks.remove(readId(req));
    return '/settings?done=webhook-removed';
  });
}

export async function viewWebhooks(webhooks: WebhookBook, onPage: Pick<Links, 'to'>) {
  const found = await webhooks.list({ sort: 'asc', limit: MOST_SHOWN, offset: 0 });
  const list = await Promise.all(
    found.webhooks.map(async (webhook) =>
      viewWebhook(webhook, await webhooks.waitingFor(webhook.id), onPage),
    ),
  );
  return { list, addAction: onPage.to('/settings/webhooks'), events: eventChoices(HAPPENING) };
}

function viewWebhook(webhook: Webhook, waiting: number, onPage: Pick<Links, 'to'>) {
  const { id, endpoint, description, isActive, events, createdAtMs } = webhook;
  const state = !isActive ? 'switched off' : waiting === 0 ? 'all delivered' : `${waiting} not delivered yet`;
  return {
    id,
    endpoint,
    description: description ?? '',
    isActive,
    facts: [description, `made ${calendarDay(createdAtMs)}`, state].filter(Boolean).join(' · '),
    events: eventChoices(events),
    changeAction: onPage.to(`/settings/webhooks/${id}/change`),
    removeAction: onPage.to(`/settings/webhooks/${id}/remove`),
  };
}

function eventChoices(chosen: readonly EventName[]) {
  return HAPPENING.map((name) => ({
    name,
    text: EVENT_WORDS[name] ?? name,
    isChosen: chosen.includes(name),
  }));
}

/** Errors: 'invalid'. */
function readWebhook(req: Request): { endpoint: string; description?: string; events: EventName[] } {
  const { endpoint, description, events } = fieldsOf(req);
  const given = [events].flat();
  const chosen = HAPPENING.filter((name) => given.includes(name));
  if (chosen.length === 0) throw new AppError('invalid', 'Choose at least one event to be told of.');
  const words = typeof description === 'string' ? description.trim() : '';
  return {
    endpoint: typeof endpoint === 'string' ? endpoint.trim() : '',
    events: chosen,
    ...(words ? { description: words.slice(0, 5000) } : {}),
  };
}

/** Errors: 'not-found'. */
function readId(req: Request): string {
  const id = String(req.params['id']);
  if (isId(id)) return id;
  throw new AppError('not-found', 'There is no such webhook any more.');
}

const fieldsOf = (req: Request): Record<string, unknown> =>
  (req.body as Record<string, unknown> | undefined) ?? {};
