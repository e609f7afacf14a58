import { expect, test } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';
import { AppError } from '../../server/base/errors.js';
import type { MediaInfo } from '../../server/media/info.js';
import type { SourceIndex } from '../../server/media/source-index.js';
import { createIndexCache } from '../../server/render/index-cache.js';
import type { RenderSource } from '../../server/render/model.js';

function setUp({ heapBytes = 1000, failures = 0 } = {}) {
  const clock = createFakeClock();
  const opened: string[] = [];
  const closed: string[] = [];
  const cache = createIndexCache({
    clock,
    async openIndex(path) {
      opened.push(path);
      if (failures-- > 0) throw new Error('could not be read');
      const index: SourceIndex = {
        ...{ container: 'mp4', audios: [], heapBytes },
        close: async () => void closed.push(path),
      };
      return index;
    },
  });
  return { clock, opened, closed, cache };
}

const info = {} as MediaInfo;
const source = (id: string, locate = async () => id): RenderSource => ({
  ...{ generationId: id, info, locate },
  plan: { recipe: '1', durationSeconds: 1, renditions: [] },
});
const look = async () => {};

function gate() {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

test('all who come at the same time share one opening', async () => {
  const { cache, opened } = setUp();
  await Promise.all([1, 2, 3].map(() => cache.use(source('a'), look)));
  await cache.use(source('a'), look);
  expect(opened).toEqual(['a']);
});

test('a failed opening is told to all who wait and is not kept', async () => {
  const { cache, opened } = setUp({ failures: 1 });
  const asked = await Promise.allSettled([cache.use(source('a'), look), cache.use(source('a'), look)]);
  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await cache.use(source('a'), look);
  expect(opened).toEqual(['a', 'a']);
});

test('what was unused for longest is closed when there are too many', async () => {
  const { cache, closed } = setUp();
  for (let i = 0; i < 64; i++) await cache.use(source(`s${i}`), look);
  await cache.use(source('s0'), look);
  await cache.use(source('one more'), look);
  await new Promise(setImmediate);
  expect(closed).toEqual(['s1']);
});

test('large indexes count by what they take', async () => {
  const { cache, closed } = setUp({ heapBytes: 100 * 1024 * 1024 });
  for (const id of ['a', 'b', 'c']) await cache.use(source(id), look);
  await new Promise(setImmediate);
  expect(closed).toEqual(['a']);
});

test('nothing is closed while somebody reads from it', async () => {
  const { cache, closed } = setUp({ heapBytes: 200 * 1024 * 1024 });
  const reading = gate();
  const read = cache.use(source('a'), () => reading.opened);
  await cache.use(source('b'), look);
  await new Promise(setImmediate);
  expect(closed).toEqual([]);
  reading.open();
  await read;
  await new Promise(setImmediate);
  expect(closed).toEqual(['a']);
});

test('what nobody has used for a minute is closed', async () => {
  const { cache, closed, clock } = setUp();
  await cache.use(source('a'), look);
  await clock.advance(59_000);
  expect(closed).toEqual([]);
  await clock.advance(61_000);
  expect(closed).toEqual(['a']);
});

test('whether the original is still there is asked at each use', async () => {
  const { cache } = setUp();
  let isGone = false;
  const fleeting = source('a', async () => {
    if (isGone) throw new AppError('source-missing', 'gone');
    return 'a';
  });
  await cache.use(fleeting, look);
  isGone = true;
  await expect(cache.use(fleeting, look)).rejects.toMatchObject({ code: 'source-missing' });
});

test('an index of a changed original is not used again', async () => {
  const { cache, opened, closed } = setUp();
  const changed = () => Promise.reject(new AppError('source-changed', 'changed'));
  await expect(cache.use(source('a'), changed)).rejects.toMatchObject({ code: 'source-changed' });
  await cache.use(source('a'), look);
  expect(opened).toEqual(['a', 'a']);
  expect(closed).toEqual(['a']);
});

test('the end waits for the last reader', async () => {
  const { cache, closed } = setUp();
  const reading = gate();
  const read = cache.use(source('a'), () => reading.opened);
  const end = cache.close().then(() => closed.length);
  await new Promise(setImmediate);
  reading.open();
  await read;
  expect(await end).toBe(1);
});

test('a container without an index is damage, not a crash', async () => {
  const cache = createIndexCache({ clock: createFakeClock(), openIndex: async () => undefined });
  await expect(cache.use(source('a'), look)).rejects.toMatchObject({ code: 'source-damaged' });
});
