/**
 * Goes round with what is written down: a few at once, one at a time per webhook, so that a slow receiver holds
 * up nobody else. What fails comes again, later each time, and is given up in the end. Nothing is kept here
 * that a restart would lose.
 */
import { rows, type Database } from '../../storage/database/index.js';
import type { Clock } from '../base/clock.js';
import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { Send } from './send.js';
import { signBody } from './signature.js';

type Delivery = rows.webhooks.deliveries.DeliveryRecord;

export interface Round {
  start(): void;
  /** Something new may be due. */
  wake(): void;
  close(): Promise<void>;
}

const AT_ONCE = 4;
/** After the first failure, the second, …; after the last one it is given up, some 21 hours later. */
const RETRY_SECONDS = [10, 60, 300, 1800, 7200, 6 * 3600, 12 * 3600];
/** A receiver that failed is left alone for so long at most, also by what is new. */
const LONGEST_QUIET_MS = 60_000;
/** When the database itself does not answer. */
const TROUBLE_MS = 60_000;

export function createRound(parts: { db: Database; clock: Clock; log: Log; send: Send }): Round {
  const { db, clock, log, send } = parts;
  const stop = new AbortController();
  const busy = new Map<string, Promise<void>>();
  let isStarted = false;
  let looking: Promise<void> | undefined;
  let isStale = false;
  let cancelTimer = () => {};

  /** One look at a time; what is told meanwhile is seen by one more after it. */
  function wake(): void {
    if (!isStarted || stop.signal.aborted) return;
    isStale = true;
    looking ??= lookWhileStale().finally(() => (looking = undefined));
  }

  async function lookWhileStale(): Promise<void> {
    while (isStale && !stop.signal.aborted) {
      isStale = false;
      await look().catch((error: unknown) => {
        log.error({ err: error }, 'webhook deliveries could not be read');
        wakeAfter(TROUBLE_MS);
      });
    }
  }

  async function look(): Promise<void> {
    cancelTimer();
    while (busy.size < AT_ONCE) {
      const next = await rows.webhooks.deliveries.next(db.knex, [...busy.keys()]);
      if (!next || stop.signal.aborted) return;
      const waitMs = next.dueAtMs - clock.now();
      if (waitMs > 0) return wakeAfter(waitMs);
      busy.set(next.webhookId, begin(next));
    }
  }

  /** A timer of Node's is good for 24 days; waking early does no harm. */
  function wakeAfter(ms: number): void {
    cancelTimer();
    cancelTimer = clock.after(Math.min(ms, 24 * 3600 * 1000), wake);
  }

  async function begin(delivery: Delivery): Promise<void> {
    try {
      await deliver(delivery);
    } catch (error) {
      log.error({ err: error, webhookId: delivery.webhookId }, 'webhook delivery could not be noted');
      await new Promise<void>((resolve) => {
        const cancel = clock.after(TROUBLE_MS, resolve);
        stop.signal.addEventListener('abort', () => (cancel(), resolve()), { once: true });
      });
    }
    busy.delete(delivery.webhookId);
    wake();
  }

  async function deliver(delivery: Delivery): Promise<void> {
    const { id, webhookId, event, body } = delivery;
    const webhook = await rows.webhooks.hooks.find(db.knex, webhookId);
    if (!webhook?.isActive) return drop(id);
    const headers = {
      'Content-Type': 'application/json; charset=utf-8',
      'User-Agent': 'Lanternshare',
      'X-Lanternshare-Event': event,
      'X-Lanternshare-Delivery': id,
      'X-Lanternshare-Signature': signBody(body, { secret: webhook.secret, atMs: clock.now() }),
    };
    try {
      await send({ endpoint: webhook.endpoint, headers, body }, stop.signal);
    } catch (error) {
      // Broken off by us: it is still written down.
      if (stop.signal.aborted) return;
      return fail(delivery, messageOf(error));
    }
    await drop(id);
    log.debug({ webhookId, event }, 'webhook was told');
  }

  async function fail(delivery: Delivery, reason: string): Promise<void> {
    const { id, webhookId, event } = delivery;
    const failures = delivery.failures + 1;
    const retrySeconds = RETRY_SECONDS[failures - 1];
    if (retrySeconds === undefined) {
      log.warn({ webhookId, event, failures, reason }, 'webhook could not be told and was given up');
      return drop(id);
    }
    log.info({ webhookId, event, failures, reason, retrySeconds }, 'webhook could not be told yet');
    const nowMs = clock.now();
    const dueAtMs = nowMs + retrySeconds * 1000;
    const othersAtMs = Math.min(dueAtMs, nowMs + LONGEST_QUIET_MS);
    await db.transaction((tx) =>
      rows.webhooks.deliveries.postpone(tx, { id, webhookId, failures }, { dueAtMs, othersAtMs }),
    );
  }

  const drop = (id: string) => db.transaction((tx) => rows.webhooks.deliveries.remove(tx, id));

  return {
    start() {
      isStarted = true;
      wake();
    },
    wake,
    async close() {
      stop.abort();
      cancelTimer();
      await looking;
      await Promise.all(busy.values());
    },
  };
}
