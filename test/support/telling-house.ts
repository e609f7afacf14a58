/** A library that tells webhooks, a receiver, and files that go through their states at will. */
import { expect, onTestFinished } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';
import { createLog } from '../../server/base/log.js';
import { createLibrary } from '../../server/library/index.js';
import { createWebhooks, type Webhooks } from '../../server/webhooks/index.js';
import { openTestDatabase } from './database.js';
import { infoOf, samplePlan, someSignature } from './hall.js';
import { startReceiver } from './receiver.js';

const LOCAL = ['127.0.0.1'];
type Resolve = NonNullable<Parameters<typeof createWebhooks>[0]['resolve']>;

export async function openTellingHouse({
  allow = LOCAL,
  resolve,
}: { allow?: string[]; resolve?: Resolve } = {}) {
  const { db, folder } = await openTestDatabase();
  const clock = createFakeClock();
  const lines: string[] = [];
  const log = createLog('debug', { write: (line) => lines.push(line) });
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const make = () => {
    const one = createWebhooks({
      db,
      clock,
      log,
      settings: { webhookAllow: allow },
      ...(resolve ? { resolve } : {}),
    });
    onTestFinished(() => one.close());
    return one;
  };
  const house = { webhooks: make() };
  const library = createLibrary({
    db,
    mediaDir: folder,
    clock,
    log,
    witness: (tx, transitions) => house.webhooks.witness(tx, transitions),
  });
  library.onChange(() => house.webhooks.wake());

  let files = 0;
  const signature = someSignature();
  async function admit() {
    const path = `file-${++files}.mp3`;
    const [file] = await library.admit([{ path, signature: { ...signature, inode: files } }]);
    return file!;
  }
  async function fail(): Promise<string> {
    const { id } = await admit();
    await library.fail(id, 'It is broken.');
    return id;
  }
  async function publish(): Promise<string> {
    const file = await admit();
    await library.setProcessing(file.id);
    await library.publish(file.id, { signature: file, info: infoOf(3), plan: samplePlan });
    return file.id;
  }
  const waiting = () => db.knex('webhook_deliveries').select<{ failures: number; due_at_ms: number }[]>();
  async function restart(): Promise<Webhooks> {
    await house.webhooks.close();
    house.webhooks = make();
    house.webhooks.start();
    return house.webhooks;
  }
  /** Until nothing of it is under way any more. */
  const noted = (failures: number) => expect.poll(waiting).toMatchObject([{ failures }]);
  return { db, clock, lines, receiver, library, house, admit, fail, publish, waiting, restart, noted };
}
