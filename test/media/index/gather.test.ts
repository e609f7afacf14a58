import { describe, expect, it } from 'vitest';
import { AppError } from '../../../server/base/errors.js';
import { gather } from '../../../server/media/index/gather.js';
import type { SourceFile } from '../../../server/media/index/source-file.js';

const BYTES = Buffer.from(Array.from({ length: 300_000 }, (_, n) => n % 251));

function createSource(checkUnchanged = () => Promise.resolve()) {
  const reads: [number, number][] = [];
  const source: SourceFile = {
    sizeBytes: BYTES.length,
    peek(position, length) {
      reads.push([position, length]);
      return Promise.resolve(BYTES.subarray(position, position + length));
    },
    checkUnchanged,
    close: () => Promise.resolve(),
  };
  return { source, reads };
}
const extents = (list: [position: number, size: number][]) => ({
  count: list.length,
  positionOf: (n: number) => list[n]![0],
  sizeOf: (n: number) => list[n]![1],
});

describe('gathering samples', () => {
  it('fetches neighbours and near pieces in one read, far ones in their own, in the order asked for', async () => {
    const { source, reads } = createSource();
    const data = await gather(
      source,
      extents([
        [100, 10],
        [110, 10],
        [500, 5],
        [200_000, 7],
        [50, 3],
      ]),
    );
    expect(Buffer.concat(data).toString('hex')).toBe(
      [
        [100, 120],
        [500, 505],
        [200_000, 200_007],
        [50, 53],
      ]
        .map(([a, b]) => BYTES.toString('hex', a, b))
        .join(''),
    );
    expect(reads).toEqual([
      [100, 405],
      [200_000, 7],
      [50, 3],
    ]);
  });

  it('fetches nothing for nothing', async () => {
    expect(await gather(createSource().source, extents([]))).toEqual([]);
  });

  it('calls a short file damaged, unless it changed', async () => {
    const beyond = extents([[BYTES.length - 5, 10]]);
    await expect(gather(createSource().source, beyond)).rejects.toMatchObject({ code: 'source-damaged' });
    const changed = () => Promise.reject(new AppError('source-changed', 'changed'));
    await expect(gather(createSource(changed).source, beyond)).rejects.toMatchObject({
      code: 'source-changed',
    });
  });

  it('refuses an absurd amount before it reads a byte', async () => {
    const { source, reads } = createSource();
    await expect(gather(source, extents([[0, 2 ** 31]]))).rejects.toMatchObject({ code: 'source-damaged' });
    expect(reads).toEqual([]);
  });
});
