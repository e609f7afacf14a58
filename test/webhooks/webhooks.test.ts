import { describe, expect, onTestFinished, test } from 'vitest';
import { isSigned, startReceiver, type Receiver } from '../support/receiver.js';
import { openTellingHouse } from '../support/telling-house.js';

const MINUTE_MS = 60_000;
const eventsOf = (receiver: Receiver) => receiver.all.map(({ json }) => json.event);

describe('a webhook', () => {
  test('is told what happens to a file, in order and signed', async () => {
    const { house, receiver, publish, library, clock, waiting } = await openTellingHouse();
    house.webhooks.start();
    const webhook = await house.webhooks.create({ endpoint: receiver.url });
    const id = await publish();
    await library.remove(id);
    const told = [await receiver.next(), await receiver.next(), await receiver.next()];
    expect(eventsOf(receiver)).toEqual(['file.job.processing', 'file.job.completed', 'file.job.deleted']);
    for (const one of told) expect(isSigned(one, webhook.secret)).toBe(true);
    expect(isSigned(told[0]!, 'another secret')).toBe(false);
    const seconds = Math.floor(clock.now() / 1000);
    expect(told[1]).toMatchObject({
      path: '/hook?of=test',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'x-lanternshare-event': 'file.job.completed',
        'x-lanternshare-delivery': told[1]!.json.id,
        'x-lanternshare-signature': expect.stringMatching(new RegExp(`^t=${seconds},v1=`)) as string,
      },
      json: {
        object: 'event',
        event: 'file.job.completed',
        created_at: clock.now(),
        data: { id, object: 'file', status: 'completed', filename: 'file-1.mp3', duration_seconds: 12.5 },
      },
    });
    await expect.poll(waiting).toEqual([]);
  });

  test('is told only what it subscribed to, and why a file failed', async () => {
    const { house, receiver, publish, fail } = await openTellingHouse();
    house.webhooks.start();
    await house.webhooks.create({
      endpoint: receiver.url,
      events: ['file.job.failed', 'describe.job.failed'],
    });
    await publish();
    await fail();
    expect((await receiver.next()).json.data).toMatchObject({ status: 'failed', error: 'It is broken.' });
    expect(eventsOf(receiver)).toEqual(['file.job.failed']);
  });

  test('that is switched off or removed is told nothing, also not what waits', async () => {
    const { house, receiver, fail, waiting } = await openTellingHouse();
    const [off, gone] = [
      await house.webhooks.create({ endpoint: receiver.url }),
      await house.webhooks.create({ endpoint: receiver.url }),
    ];
    await fail();
    expect(await waiting()).toHaveLength(2);
    expect((await house.webhooks.update(off.id, { isActive: false })).isActive).toBe(false);
    await house.webhooks.remove(gone.id);
    await fail();
    expect(await waiting()).toEqual([]);
    await expect(house.webhooks.remove(gone.id)).rejects.toMatchObject({ code: 'not-found' });
    await expect(house.webhooks.update(gone.id, {})).rejects.toMatchObject({ code: 'not-found' });
  });

  test('is told once of a file that is taken out of the library, and what it was', async () => {
    const { house, receiver, publish, library, waiting } = await openTellingHouse();
    await house.webhooks.create({ endpoint: receiver.url, events: ['file.job.deleted'] });
    const id = await publish();
    await library.withdraw(id);
    await library.restore(id);
    await library.withdraw(id);
    await library.remove(id);
    house.webhooks.start();
    const [first, second] = [await receiver.next(), await receiver.next()];
    expect([first.json.data.status, second.json.data.status]).toEqual(['completed', 'pending']);
    await expect.poll(waiting).toEqual([]);
    expect(receiver.all).toHaveLength(2);
  });

  test('hears nothing of a change that was not committed', async () => {
    const { house, receiver, library, publish, waiting } = await openTellingHouse();
    await house.webhooks.create({ endpoint: receiver.url, events: ['file.job.failed'] });
    const id = await publish();
    await expect(library.fail(id, 'x')).rejects.toMatchObject({ code: 'conflict' });
    expect(await waiting()).toEqual([]);
  });
});

describe('a delivery that fails', () => {
  test('comes again, later each time, and is given up after a day', async () => {
    const { house, receiver, fail, clock, waiting, noted, lines } = await openTellingHouse();
    house.webhooks.start();
    await house.webhooks.create({ endpoint: receiver.url });
    receiver.answer = 500;
    await fail();
    const first = await receiver.next();
    const waits = [10, 60, 300, 1800, 7200, 6 * 3600, 12 * 3600];
    for (const [n, seconds] of waits.entries()) {
      await noted(n + 1);
      await clock.advance(seconds * 1000 - 1);
      expect(receiver.all).toHaveLength(n + 1);
      await clock.advance(1);
      expect((await receiver.next()).json).toEqual(first.json);
    }
    await expect.poll(waiting).toEqual([]);
    await expect.poll(() => lines.join()).toContain('webhook could not be told and was given up');
    expect(lines.join()).toContain('the answer was 500');
    expect(lines.join()).not.toMatch(/whsec_|of=test/);
  });

  test('is not lost by a restart', async () => {
    const { house, receiver, fail, clock, noted, restart } = await openTellingHouse();
    house.webhooks.start();
    await house.webhooks.create({ endpoint: receiver.url });
    receiver.answer = 503;
    await fail();
    await receiver.next();
    await noted(1);
    receiver.answer = 200;
    await restart();
    await clock.advance(MINUTE_MS);
    await receiver.next();
    expect(receiver.all.map(({ json }) => json.id)).toEqual([
      receiver.all[0]!.json.id,
      receiver.all[0]!.json.id,
    ]);
  });

  test('was under way at a stop, and is sent again by the next start', async () => {
    const { house, receiver, fail, restart, waiting } = await openTellingHouse();
    house.webhooks.start();
    await house.webhooks.create({ endpoint: receiver.url });
    receiver.answer = () => {};
    await fail();
    await receiver.next();
    receiver.answer = 200;
    await restart();
    await receiver.next();
    await expect.poll(waiting).toEqual([]);
  });

  test('by a redirect is not followed', async () => {
    const { house, receiver, fail, noted } = await openTellingHouse();
    house.webhooks.start();
    await house.webhooks.create({ endpoint: receiver.url });
    receiver.answer = (res) =>
      res.writeHead(307, { Location: `http://127.0.0.1:${receiver.port}/other` }).end();
    await fail();
    await noted(1);
    expect(receiver.all.map(({ path }) => path)).toEqual(['/hook?of=test']);
  });

  test('by silence ends after ten seconds, and holds up neither files nor other webhooks', async () => {
    const { house, receiver, fail, clock, db } = await openTellingHouse();
    const other = await startReceiver();
    onTestFinished(() => other.close());
    house.webhooks.start();
    const silent = await house.webhooks.create({ endpoint: receiver.url });
    await house.webhooks.create({ endpoint: other.url });
    receiver.answer = () => {};
    for (let n = 0; n < 5; n++) await fail();
    await receiver.next();
    for (let n = 0; n < 5; n++) await other.next();
    expect(receiver.all).toHaveLength(1);
    await clock.advance(10_000);
    const failures = () =>
      db.knex('webhook_deliveries').where('webhook_id', silent.id).max('failures as most');
    await expect.poll(failures).toEqual([{ most: 1 }]);
  });

  test('lets its webhook rest for a while, also from what is new', async () => {
    const { house, receiver, fail, clock, waiting } = await openTellingHouse();
    house.webhooks.start();
    await house.webhooks.create({ endpoint: receiver.url });
    receiver.answer = 500;
    await Promise.all([fail(), fail(), fail()]);
    await receiver.next();
    await expect.poll(async () => (await waiting()).filter(({ failures }) => failures > 0)).toHaveLength(1);
    for (const { due_at_ms } of await waiting())
      expect(due_at_ms).toBeGreaterThanOrEqual(clock.now() + 10_000);
    expect(receiver.all).toHaveLength(1);
  });
});

test('a thousand wait for one webhook at most; the oldest are dropped', async () => {
  const { house, receiver, library, admit, waiting, db } = await openTellingHouse();
  await house.webhooks.create({ endpoint: receiver.url, events: ['file.job.failed'] });
  const { id } = await admit();
  await db.transaction(async (tx) => {
    const before = (await library.get(id))!;
    const transition = { before, after: { ...before, state: 'failed' as const } };
    await house.webhooks.witness(
      tx,
      Array.from({ length: 1005 }, () => transition),
    );
  });
  expect(await waiting()).toHaveLength(1000);
});

test('there are fifty webhooks at most', async () => {
  const { house, receiver } = await openTellingHouse();
  for (let n = 0; n < 50; n++) await house.webhooks.create({ endpoint: receiver.url });
  await expect(house.webhooks.create({ endpoint: receiver.url })).rejects.toMatchObject({ code: 'conflict' });
});
