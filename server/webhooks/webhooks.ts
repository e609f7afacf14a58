/**
 * Who is told what happens to files. Writes each event down in the transaction that makes it, and sends it
 * afterwards, so that no event is lost by a crash and no file waits for a receiver.
 */
import { rows, type Database, type Tx } from '../../storage/database/index.js';
import type { Clock } from '../base/clock.js';
import { AppError, isAppError } from '../base/errors.js';
import { createId, createSecret } from '../base/ids.js';
import type { Log } from '../base/log.js';
import { describeEvent, eventOf } from './event.js';
import { EVENT_NAMES, type EventName, type FileTransition, type Webhook, type Webhooks } from './model.js';
import { createReach, type Resolve } from './reach.js';
import { createRound } from './round.js';
import { createSend } from './send.js';

export interface WebhooksOptions {
  db: Database;
  clock: Clock;
  log: Log;
  settings: { webhookAllow: readonly string[] };
  /** Of host names, for tests; by DNS otherwise. */
  resolve?: Resolve;
}

const MOST_WEBHOOKS = 50;
/** Of one webhook; what is older is dropped. */
const MOST_WAITING = 1000;
const LONGEST_ENDPOINT = 2000;

export function createWebhooks({ db, clock, log, settings, resolve }: WebhooksOptions): Webhooks {
  const reach = createReach(settings.webhookAllow, { resolve, clock });
  const round = createRound({ db, clock, log, send: createSend({ reach, clock }) });
  let hasWritten = false;

  /** Errors: 'invalid', naming the field. */
  async function checkEndpoint(endpoint: string): Promise<string> {
    const url = parseEndpoint(endpoint);
    await reach.checkNow(url).catch((error: unknown) => {
      if (!isAppError(error, 'forbidden')) throw error;
      throw new AppError('invalid', `endpoint cannot be used: ${error.message}`, { cause: error });
    });
    return url.href;
  }

  async function writeDown(tx: Tx, webhook: rows.webhooks.hooks.WebhookRecord, transition: FileTransition) {
    const event = eventOf(transition);
    if (event === undefined || !webhook.events.includes(event)) return false;
    const [deliveryId, nowMs] = [createId(), clock.now()];
    const { before, after = before } = transition;
    // Of what is gone, what it was.
    const file = event === 'file.job.deleted' ? before : after;
    const body = describeEvent(event, file, { deliveryId, nowMs });
    const delivery = { id: deliveryId, webhookId: webhook.id, event, body, failures: 0, dueAtMs: nowMs };
    await rows.webhooks.deliveries.insert(tx, delivery);
    return true;
  }

  return {
    async create({ endpoint, description, events = eventsThatHappen() }) {
      const record = {
        id: createId(),
        endpoint: await checkEndpoint(endpoint),
        description,
        secret: `whsec_${createSecret()}`,
        isActive: true,
        events: [...new Set(events)],
        createdAtMs: clock.now(),
      };
      await db.transaction(async (tx) => {
        if ((await rows.webhooks.hooks.count(tx)) >= MOST_WEBHOOKS) {
          throw new AppError('conflict', `There are ${MOST_WEBHOOKS} webhooks already. Delete one first.`);
        }
        await rows.webhooks.hooks.insert(tx, record);
      });
      return record;
    },

    async get(id) {
      return asWebhook(await rows.webhooks.hooks.find(db.knex, id));
    },

    async list(query) {
      const { records, total } = await rows.webhooks.hooks.list(db.knex, query);
      return { webhooks: records.map((record) => asWebhook(record)!), total };
    },

    waitingFor: (id) => rows.webhooks.deliveries.countOf(db.knex, id),

    async update(id, change) {
      const endpoint = change.endpoint === undefined ? undefined : await checkEndpoint(change.endpoint);
      return db.transaction(async (tx) => {
        const before = asWebhook(await rows.webhooks.hooks.find(tx, id));
        if (!before) throw noWebhook(id);
        const after = {
          ...before,
          endpoint: endpoint ?? before.endpoint,
          description:
            change.description === undefined ? before.description : (change.description ?? undefined),
          events: change.events ? [...new Set(change.events)] : before.events,
          isActive: change.isActive ?? before.isActive,
        };
        await rows.webhooks.hooks.update(tx, after);
        if (!after.isActive) await rows.webhooks.deliveries.removeAllOf(tx, id);
        return after;
      });
    },

    async remove(id) {
      if (!(await db.transaction((tx) => rows.webhooks.hooks.remove(tx, id)))) throw noWebhook(id);
    },

    async witness(tx, transitions) {
      if (!transitions.some((transition) => eventOf(transition))) return;
      for (const webhook of await rows.webhooks.hooks.listActive(tx)) {
        let hasNews = false;
        for (const transition of transitions) {
          if (await writeDown(tx, webhook, transition)) hasNews = true;
        }
        if (!hasNews) continue;
        hasWritten = true;
        const dropped = await rows.webhooks.deliveries.removeOldest(tx, webhook.id, MOST_WAITING);
        if (dropped > 0) {
          log.warn(
            { webhookId: webhook.id, dropped },
            'too much waits for a webhook: the oldest was dropped',
          );
        }
      }
    },

    wake() {
      if (hasWritten) round.wake();
      hasWritten = false;
    },
    start: () => round.start(),
    close: () => round.close(),
  };
}

const eventsThatHappen = (): EventName[] => EVENT_NAMES.filter((name) => name.startsWith('file.job.'));

function parseEndpoint(endpoint: string): URL {
  const url = endpoint.length <= LONGEST_ENDPOINT && URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new AppError(
      'invalid',
      `endpoint must be an http or https address of at most ${LONGEST_ENDPOINT} characters.`,
    );
  }
  if (url.username || url.password) {
    throw new AppError(
      'invalid',
      'endpoint must not hold a user name or password; check the signature instead.',
    );
  }
  url.hash = '';
  return url;
}

/** Events are checked where they come in. */
function asWebhook(record: rows.webhooks.hooks.WebhookRecord | undefined): Webhook | undefined {
  return record && { ...record, events: record.events as EventName[] };
}

function noWebhook(id: string): AppError {
  return new AppError('not-found', `There is no webhook ${id}.`);
}
