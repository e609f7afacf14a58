import { expect, test } from 'vitest';
import { silentLog } from '../../server/base/log.js';
import { createClipSweep } from '../../server/share/index.js';
import type { Window } from '../../server/share/model.js';
import { cutClips, openHall } from '../support/hall.js';

async function openSweep() {
  const hall = await openHall();
  const kept = new Map<string, readonly Window[]>();
  const swept: (() => void)[] = [];
  const sweep = createClipSweep({
    ...hall,
    clips: {
      sweep(generationId, keep) {
        kept.set(generationId, keep);
        for (const tell of swept.splice(0)) tell();
        return Promise.resolve();
      },
    },
    log: silentLog,
  });
  const next = () => new Promise<void>((resolve) => swept.push(resolve));
  return { ...hall, sweep, kept, next };
}

test('what is shared of a file is kept, and nothing else, from the start and by the clock', async () => {
  const { publish, cuts, shares, sweep, kept, next, clock } = await openSweep();
  const file = await publish('talk.mp3');
  const { clips, segmentationId } = await cutClips({ cuts }, file.id, [
    [1, 2.5],
    [3, 4],
    // To the end of the file, in the millisecond after it.
    [5, 12.505],
  ]);
  await shares.create({ fileId: file.id });
  await shares.create({ fileId: file.id, segmentId: clips[0]!.id, visibility: 'private' });
  await shares.create({ fileId: file.id, segmentId: clips[2]!.id });
  let round = next();
  sweep.start();
  await round;
  expect(kept.get(file.generationId!)!.toSorted((a, b) => a.startMs - b.startMs)).toEqual([
    { startMs: 1000, endMs: 2500 },
    { startMs: 5000, endMs: 12_500 },
  ]);

  await cuts.removeSegmentation(segmentationId);
  expect(await shares.list({ fileId: file.id, limit: 10, offset: 0 })).toMatchObject({ total: 1 });
  round = next();
  await clock.advance(3600_000);
  await round;
  expect(kept.get(file.generationId!)).toEqual([]);
  await sweep.close();
});
