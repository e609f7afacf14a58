import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findJoints } from '../../../server/media/index/matroska/joints.js';
import type { Block } from '../../../server/media/index/matroska/blocks.js';
import { openSource, type SourceFile } from '../../../server/media/index/source-file.js';

/** Blocks of one track, clusters of 40, at these times in ms; 48 kHz. */
describe('findJoints', () => {
  let folder: string;
  let source: SourceFile | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'joints-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function placesOf(times: number[]): Promise<(number | undefined)[] | undefined> {
    const { bytes, clusters, blocks } = clustersOf(times);
    const path = join(folder, `${times.length}.bin`);
    await writeFile(path, bytes);
    source = await openSource(path);
    const joined = await findJoints(source, {
      number: 1,
      beatOf: ({ ticks }) => ((ticks - times[0]!) * 48) / 1024,
      clusters,
      lastBlocks: blocks.filter(({ position }) => position > clusters.at(-1)!),
    });
    await source.close();
    return joined && blocks.map(joined.placeOf);
  }

  it('leaves out what overlaps at a joint, and nothing else', async () => {
    const places = (await placesOf([...beat(310, 0), ...beat(310, 309.5)]))!;
    expect(places.slice(0, 310)).toEqual([...Array(310).keys()]);
    expect(places.filter((place) => place === undefined).length).toBeLessThanOrEqual(1);
    const kept = places.filter((place) => place !== undefined);
    expect(kept).toEqual([...Array(kept.length).keys()]);
  });

  it('lets no error add up over many joints', async () => {
    const times = Array.from({ length: 20 }, (_, i) => beat(210, i * 209.4)).flat();
    const places = (await placesOf(times))!;
    places.forEach((place, i) => {
      if (place !== undefined) expect(Math.abs(times[i]! - (place * 1024) / 48)).toBeLessThan(0.65 * 21.4);
    });
    const kept = places.filter((place) => place !== undefined);
    expect(kept).toEqual([...Array(kept.length).keys()]);
  });

  it('has no answer for a gap, however long', async () => {
    expect(await placesOf([...beat(200, 0), ...beat(200, 200.7)])).toBeUndefined();
    expect(await placesOf([...beat(201, 0), ...beat(200, 203.4)])).toBeUndefined();
  });

  it('has no answer for frames of another length', async () => {
    expect(await placesOf(Array.from({ length: 300 }, (_, i) => i * 20))).toBeUndefined();
  });
});

/** Milliseconds of `count` frames from the given one on. */
const beat = (count: number, first: number) =>
  Array.from({ length: count }, (_, i) => Math.round(((first + i) * 1024) / 48));

function clustersOf(times: number[]) {
  const parts: Buffer[] = [];
  const clusters: number[] = [];
  const blocks: Block[] = [];
  let at = 0;
  for (let n = 0; n < times.length; n += 40) {
    const [start, ...others] = times.slice(n, n + 40) as [number, ...number[]];
    const stamp = Buffer.concat([Buffer.from([0xe7, 0x84]), uint32(start)]);
    const bodies = [start, ...others].map((time) => {
      const head = Buffer.from([0xa3, 0x86, 0x81, 0, 0, 0x80, 0xaa, 0xbb]);
      head.writeInt16BE(time - start, 3);
      return head;
    });
    const size = stamp.length + bodies.length * 8;
    clusters.push(at);
    [start, ...others].forEach((ticks, i) => {
      const position = at + 8 + stamp.length + i * 8;
      const frames = [{ position: position + 6, sizeBytes: 2 }];
      blocks.push({ track: 1, ticks, isKey: true, position, end: position + 8, frames });
    });
    parts.push(Buffer.from([0x1f, 0x43, 0xb6, 0x75]), sizeOf(size), stamp, ...bodies);
    at += 8 + size;
  }
  return { bytes: Buffer.concat(parts), clusters, blocks };
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** An EBML size of four bytes. */
const sizeOf = (size: number) => uint32(0x10000000 + size);
