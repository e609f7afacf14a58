import { expect, test } from 'vitest';
import { cutClips, openHall } from '../support/hall.js';

test('the links of a file are counted with those of its clips', async () => {
  const { shares, publish, cuts } = await openHall();
  const [one, other] = [(await publish('a.mp4')).id, (await publish('b.mp4')).id];
  const { clips } = await cutClips({ cuts }, one, [[0, 1]]);
  expect(await shares.countOfFiles([one])).toBe(0);
  await shares.create({ fileId: one });
  await shares.create({ fileId: one, segmentId: clips[0]!.id });
  await shares.create({ fileId: other });
  expect(await shares.countOfFiles([one])).toBe(2);
  expect(await shares.countOfFiles([one, other])).toBe(3);
  expect(await shares.countOfFiles([])).toBe(0);
});
