/** The watching thread, and the regular scan behind it. */
import { describe, expect, test } from 'vitest';
import { startWorker } from '../../../server/ingest/watch/start-worker.js';
import type { Thread } from '../../../server/ingest/watch/index.js';
import { openWatch, paths } from '../../support/watched-folder.js';

describe('the watching thread', () => {
  test('does its work beside us', async () => {
    const world = await openWatch({ startThread: startWorker });
    await world.write('a.mp4');
    await world.start();
    await world.write('b.mp4');
    await world.tells('present', 'a.mp4');
    await world.tells('present', 'b.mp4');
    await world.watch.rescan();
  });

  test('is started again when it ends, and tells what was missed', async () => {
    const threads: Thread[] = [];
    const startThread = (root: string) => {
      const thread = startWorker(root);
      threads.push(thread);
      return thread;
    };
    const world = await openWatch({ startThread });
    await world.start();
    await threads[0]!.terminate();
    expect(world.watch.status()).toMatchObject({ watcher: 'degraded' });
    expect(world.watch.status().reason).toMatch(/ended.+started again in 1 s\.$/);
    await world.write('missed.mp4');
    await world.clock.advance(1000);
    await world.tells('present', 'missed.mp4');
    await world.until(() => world.scans.length === 2);
    expect(world.watch.status()).toMatchObject({ watcher: 'watching' });
    expect(world.watch.status()).not.toHaveProperty('reason');
  });
});

describe('a scan', () => {
  test('finds what no event told', async () => {
    const world = await openWatch();
    await world.write('hidden from events/a.mp4');
    await world.start();
    await world.tells('present', 'hidden from events/a.mp4');
    world.watch.forget(['hidden from events/a.mp4']);
    world.told.length = 0;
    await world.watch.rescan();
    expect(world.told).toMatchObject([{ kind: 'present', path: 'hidden from events/a.mp4' }]);
  });

  test('comes by itself every five minutes', async () => {
    const world = await openWatch();
    await world.start();
    await world.clock.advance(299_000);
    expect(world.scans).toHaveLength(1);
    await world.clock.advance(2000);
    await world.until(() => world.scans.length === 2);
  });

  test('does not hold up what happens meanwhile', async () => {
    const world = await openWatch();
    for (let n = 0; n < 30; n++) await world.write(`${n}/a.mp4`);
    await world.start();
    const scanned = world.watch.rescan();
    await world.write('during.mp4');
    await world.tells('present', 'during.mp4');
    await scanned;
    expect(paths(world.told, 'absent')).toEqual([]);
  });
});
