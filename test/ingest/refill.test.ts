import { onTestFinished, expect, test } from 'vitest';
import { silentLog } from '../../server/base/log.js';
import { createRefill } from '../../server/ingest/refill.js';
import type { Progress } from '../../server/render/model.js';
import { openHall } from '../support/hall.js';

async function open(published: number) {
  const { library, clock, publish } = await openHall();
  const generations: string[] = [];
  for (let n = 0; n < published; n++) {
    generations.push((await publish(`${n}.mp3`)).generationId!);
    await clock.advance(1);
  }
  const filled: string[] = [];
  const states = new Map<string, Progress['state']>();
  const refill = createRefill({
    library,
    engine: {
      fill({ generationId }) {
        filled.push(generationId);
        if (!states.has(generationId)) states.set(generationId, 'waiting');
      },
      progress(id) {
        const state = states.get(id);
        return state && { state, fraction: 0 };
      },
    },
    renewal: { isOutdated: () => false, renew: async () => undefined },
    clock,
    log: silentLog,
  });
  onTestFinished(() => refill.close());
  const reaches = async (count: number) => {
    while (filled.length < count) {
      await clock.advance(500);
      await new Promise(setImmediate);
    }
  };
  return { generations, filled, states, refill, clock, reaches };
}

test('published files are handed to the engine, newest first', async () => {
  const { generations, filled, refill, reaches } = await open(5);
  refill.start();
  await reaches(5);
  expect(filled).toEqual([...generations].reverse());
});

test('no more at once than the engine can soon work on; the rest follow as it gets on', async () => {
  const { generations, filled, states, refill, clock, reaches } = await open(120);
  refill.start();
  await reaches(50);
  await clock.advance(60_000);
  expect(filled.length).toBeLessThan(60);
  for (const id of filled) states.set(id, 'complete');
  await reaches(100);
  for (const id of filled) states.set(id, 'failed');
  await reaches(120);
  expect(new Set(filled)).toEqual(new Set(generations));
});
