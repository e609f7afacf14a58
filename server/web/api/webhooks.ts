/** Webhooks over the API: made, listed, read, changed, deleted. What is sent to them is the business of their room. */
import { z } from 'zod';
import { AppError } from '../../base/errors.js';
import { EVENT_NAMES, type Webhook, type Webhooks } from '../../webhooks/model.js';
import { answerOf, listOf, pageOf, removed, unixMs, uuid } from './answers.js';
import { id, object, oneOf, optional, page, text } from './input.js';
import { defineRoute, type ApiRoute } from './route.js';

export type WebhookBook = Pick<Webhooks, 'create' | 'get' | 'list' | 'update' | 'remove'>;

const ENDPOINT_LENGTH = 2000;
const DESCRIPTION_LENGTH = 5000;
const ANY_EVENTS = 100;

const params = object({ webhook_id: id });
const events = z
  .array(oneOf(...EVENT_NAMES), { error: 'a list of names of events' })
  .max(ANY_EVENTS, { error: `a list of at most ${ANY_EVENTS} names` });
const endpoint = text(ENDPOINT_LENGTH).meta({ type: 'string', format: 'uri', maxLength: ENDPOINT_LENGTH });

const draft = object({
  endpoint,
  description: optional(text(DESCRIPTION_LENGTH)),
  subscribed_events: optional(events),
});

/** null takes the description away; left out leaves it as it is. */
const change = object({
  endpoint: optional(endpoint),
  description: z.nullable(text(DESCRIPTION_LENGTH)).optional(),
  subscribed_events: optional(events),
  active: optional(z.boolean({ error: 'true or false' })),
});

const listQuery = object({
  ...page,
  order: optional(oneOf('created_at')),
  sort: optional(oneOf('asc', 'desc')),
});

const webhookAnswer = answerOf({
  id: uuid,
  object: z.literal('webhook'),
  created_at: unixMs,
  webhook_secret: z.string().meta({ description: 'Signs what is sent' }),
  endpoint: z.string(),
  active: z.boolean(),
  description: z.string().optional(),
  subscribed_events: z.array(z.enum(EVENT_NAMES)),
}).meta({ id: 'Webhook' });

export function createWebhooksApi({ webhooks }: { webhooks: WebhookBook }): ApiRoute[] {
  const create = defineRoute(
    {
      method: 'post',
      path: '/webhooks',
      topic: 'Webhooks',
      summary: 'Be told what happens to files',
      notes:
        'Each event is sent by POST and signed. Events of other kinds than file.job are accepted and never happen here. ' +
        'Endpoints at private addresses are refused unless WEBHOOK_ALLOW allows them.',
      body: draft,
      answer: webhookAnswer,
      refusals: ['conflict'],
    },
    async ({ body }) =>
      webhookJson(
        await webhooks.create({
          endpoint: body.endpoint,
          description: body.description,
          events: body.subscribed_events,
        }),
      ),
  );

  const list = defineRoute(
    {
      method: 'get',
      path: '/webhooks',
      topic: 'Webhooks',
      summary: 'List webhooks',
      query: listQuery,
      answer: listOf(webhookAnswer),
    },
    async ({ query: { limit, offset, sort = 'desc' } }) => {
      const found = await webhooks.list({ sort, limit, offset });
      return pageOf(found.webhooks.map(webhookJson), { total: found.total, limit, offset });
    },
  );

  const get = defineRoute(
    {
      method: 'get',
      path: '/webhooks/:webhook_id',
      topic: 'Webhooks',
      summary: 'Read a webhook',
      params,
      answer: webhookAnswer,
      refusals: ['not-found'],
    },
    async ({ params }) => {
      const webhook = await webhooks.get(params.webhook_id);
      if (!webhook) throw new AppError('not-found', `There is no webhook ${params.webhook_id}.`);
      return webhookJson(webhook);
    },
  );

  const update = defineRoute(
    {
      method: 'put',
      path: '/webhooks/:webhook_id',
      topic: 'Webhooks',
      summary: 'Change a webhook',
      notes: 'One that is not active is told nothing, also not later.',
      params,
      body: change,
      answer: webhookAnswer,
      refusals: ['not-found'],
    },
    async ({ params, body }) =>
      webhookJson(
        await webhooks.update(params.webhook_id, {
          endpoint: body.endpoint,
          description: body.description,
          events: body.subscribed_events,
          isActive: body.active,
        }),
      ),
  );

  const remove = defineRoute(
    {
      method: 'delete',
      path: '/webhooks/:webhook_id',
      topic: 'Webhooks',
      summary: 'Delete a webhook',
      params,
      answer: removed('webhook'),
      refusals: ['not-found'],
    },
    async ({ params }) => {
      await webhooks.remove(params.webhook_id);
      return { id: params.webhook_id, object: 'webhook' as const };
    },
  );

  return [create, list, get, update, remove];
}

function webhookJson(webhook: Webhook): z.output<typeof webhookAnswer> {
  return {
    id: webhook.id,
    object: 'webhook',
    created_at: webhook.createdAtMs,
    webhook_secret: webhook.secret,
    endpoint: webhook.endpoint,
    active: webhook.isActive,
    ...(webhook.description === undefined ? {} : { description: webhook.description }),
    subscribed_events: webhook.events,
  };
}
