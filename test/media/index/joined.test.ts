import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openIndex } from '../../../server/media/index/index.js';
import { evenOut } from '../../../server/media/index/mp4/even-out.js';
import { makeClip } from '../../support/clips.js';
import { probeFile } from '../../support/probed.js';

const run = promisify(execFile);

describe('sound that was joined', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'joined-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    { extension: 'mp4', ticksPerSecond: 48_000, mostShifted: 512 },
    // Times in milliseconds: half a frame and a little.
    { extension: 'mkv', ticksPerSecond: 1000, mostShifted: 640 },
  ])('is copied from $extension, each frame near its time', async (container) => {
    const { extension, ticksPerSecond, mostShifted } = container;
    const clip = await makeClip({ seconds: 10 });
    const list = join(folder, 'list.txt');
    await writeFile(list, `file '${clip}'\n`.repeat(4));
    const path = join(folder, `joined.${extension}`);
    await run('ffmpeg', ['-v', 'error', '-f', 'concat', '-safe', '0', '-i', list, '-c', 'copy', path]);
    const packets = (
      await run('ffprobe', [
        ...[
          '-v',
          'error',
          '-select_streams',
          'a',
          '-show_entries',
          'packet=pts,size',
          '-of',
          'csv=p=0',
          path,
        ],
      ])
    ).stdout
      .trim()
      .split('\n')
      .map((line) => line.split(',').map(Number) as [pts: number, size: number])
      .map(([pts, size]) => [(pts * 48_000) / ticksPerSecond, size] as const);
    const beats = packets.slice(1).map(([pts], i) => Math.round((pts - packets[i]![0]) / 128));
    expect(new Set(beats).size).toBeGreaterThan(1);

    const index = (await openIndex(path, await probeFile(path)))!;
    const audio = index.audios[0]!;
    const { samples } = await audio.read(0, audio.frameCount);
    // Wherever reading begins, a frame is the same.
    for (let first = 0; first < audio.frameCount; first += 97) {
      const last = Math.min(first + 97, audio.frameCount);
      expect((await audio.read(first, last)).samples).toEqual(samples.slice(first, last));
    }
    await index.close();
    expect(Math.abs(audio.frameCount * 1024 - 40 * 48_000)).toBeLessThanOrEqual(2 * 1024);
    let from = 0;
    for (const { ptsTicks, sizeBytes } of samples) {
      const at = packets.findIndex(
        ([pts, size], i) => i >= from && size === sizeBytes && Math.abs(pts - ptsTicks) <= mostShifted,
      );
      expect(at).toBeGreaterThanOrEqual(from);
      from = at + 1;
    }
  });
});

describe('evenOut', () => {
  const beat = (count: number, first = 0) => Array.from({ length: count }, (_, i) => first + i * 1024);

  it('leaves out what overlaps at a joint, and nothing else', () => {
    const kept = evenOut(Float64Array.from([...beat(500), 499 * 1024 + 1, ...beat(500, 500 * 1024)]))!;
    expect(kept).toHaveLength(1000);
    expect([...kept.slice(498, 502)]).toEqual([498, 499, 501, 502]);
  });

  it('lets no error add up over many joints', () => {
    const pts: number[] = [];
    for (let joint = 0; joint < 50; joint++) pts.push(...beat(300, joint * 300 * 1024 - joint * 512));
    const kept = evenOut(Float64Array.from(pts))!;
    kept.forEach((n, k) => expect(Math.abs(pts[n]! - k * 1024)).toBeLessThanOrEqual(512));
  });

  it('has no answer for a gap, nor for frames of another length', () => {
    expect(evenOut(Float64Array.from([...beat(10), ...beat(10, 11 * 1024)]))).toBeUndefined();
    expect(evenOut(Float64Array.from({ length: 500 }, (_, i) => i * 960))).toBeUndefined();
  });
});
