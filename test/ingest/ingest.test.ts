/** From a file that appears in a folder to a record that can be played, through everything in between. */
import { mkdir, open, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Prober } from '../../server/media/probe/index.js';
import { makeTestFolder } from '../support/database.js';
import { makeWav, openWriteWing, toTransportStream } from '../support/write-wing.js';

describe('a file that is dropped in', () => {
  test('is playable at once, without any time passing, and its rendering is asked for', async () => {
    const wing = await openWriteWing();
    await wing.write('a.wav', makeWav());
    const file = await wing.reaches('a.wav', 'published');
    expect(file).toMatchObject({ mediaType: 'audio', durationSeconds: 0.5 });
    expect(wing.filled).toEqual([file.generationId]);
    await wing.until(async () => (await wing.find('a.wav'))?.fingerprint !== undefined);
  });

  test('may be there before the start, in a folder that is made when missing', async () => {
    const wing = await openWriteWing({
      async before(mediaDir) {
        await mkdir(join(mediaDir, 'x'), { recursive: true });
        await writeFile(join(mediaDir, 'x', 'a.wav'), makeWav());
      },
    });
    await wing.reaches('x/a.wav', 'published');
    const fresh = await openWriteWing();
    expect((await stat(fresh.mediaDir)).isDirectory()).toBe(true);
    expect(fresh.ingest.status()).toMatchObject({
      watcher: 'watching',
      firstScanDone: true,
      rootState: 'ok',
    });
  });

  test('is taken at once under its real name, even where the container tells nothing', async () => {
    const wing = await openWriteWing({ settleMs: 3600_000 });
    const stream = await toTransportStream(makeWav(), await makeTestFolder());
    await wing.drop('a.ts', stream);
    await wing.reaches('a.ts', 'published');
  });

  test('may have any name', async () => {
    const names = [
      'spaces and "quotes".wav',
      '-dash.wav',
      '🎬 日本.wav',
      'two\nlines.wav',
      'percent %03d.wav',
      'e\u0301.wav',
      '\u00e9.wav',
      'deep/er/a.wav',
      `${'x'.repeat(251)}.wav`,
    ];
    const wing = await openWriteWing();
    for (const name of names) await wing.write(name, makeWav(0.1));
    for (const name of names) await wing.reaches(name, 'published');
    expect((await wing.library.known()).map(({ path }) => path).sort()).toEqual(names.sort());
  });

  test('that is no media fails with one sentence, and holds up nothing', async () => {
    const wing = await openWriteWing();
    await wing.drop('junk.mp4', 'not media at all');
    await wing.drop('good.wav', makeWav());
    expect((await wing.reaches('junk.mp4', 'failed')).error).toMatch(/^[A-Z].+\.$/);
    await wing.reaches('good.wav', 'published');
    expect(wing.logged.filter(({ level }) => level >= 40)).toEqual([]);
  });

  test('that lies beside media is left alone quietly', async () => {
    const wing = await openWriteWing();
    for (const name of ['a.nfo', 'a.jpg', 'a.srt', '.a.wav', 'a.wav.part', 'Thumbs.db']) {
      await wing.write(name, makeWav());
    }
    await wing.write('a.wav', makeWav());
    await wing.reaches('a.wav', 'published');
    expect((await wing.library.known()).map(({ path }) => path)).toEqual(['a.wav']);
    expect(wing.logged.filter(({ level }) => level >= 40)).toEqual([]);
  });

  test('through a link plays under the name of the link', async () => {
    const wing = await openWriteWing();
    await wing.write('folder/a.wav', makeWav());
    await symlink('folder/a.wav', wing.at('link.wav'));
    await wing.reaches('link.wav', 'published');
    await wing.reaches('folder/a.wav', 'published');
  });
});

describe('a copy that takes its time', () => {
  async function startCopy(wing: Awaited<ReturnType<typeof openWriteWing>>, name: string, bytes: Buffer) {
    const handle = await open(wing.at(name), 'w');
    await handle.write(bytes.subarray(0, bytes.length / 2));
    return {
      async finish() {
        await handle.write(bytes.subarray(bytes.length / 2));
        await handle.close();
      },
    };
  }

  test('and stalls for 40 s is not published half, and is at once when it is whole', async () => {
    const wing = await openWriteWing();
    const copy = await startCopy(wing, 'a.wav', makeWav());
    await wing.turnUntil(() => wing.ingest.status().settling === 1);
    for (let n = 0; n < 8; n++) wing.clock.jump(5000);
    await wing.write('later.wav', makeWav());
    await wing.reaches('later.wav', 'published');
    expect(await wing.find('a.wav')).toBeUndefined();
    await copy.finish();
    expect((await wing.reaches('a.wav', 'published')).durationSeconds).toBe(0.5);
  });

  test('and never ends is failed with the reason after a minute, and taken when it goes on after all', async () => {
    const wing = await openWriteWing();
    const copy = await startCopy(wing, 'a.wav', makeWav());
    await wing.turnUntil(() => wing.ingest.status().settling === 1);
    await wing.turnUntil(async () => {
      wing.clock.jump(10_000);
      return (await wing.find('a.wav'))?.state === 'failed';
    });
    expect((await wing.find('a.wav'))!.error).toMatch(/^The file ends early: its header promises 8\.0 KB/);
    await copy.finish();
    await wing.reaches('a.wav', 'published');
  });

  test('and was taken too early is taken again quietly, under the same id', async () => {
    const wing = await openWriteWing();
    const stream = await toTransportStream(makeWav(2), await makeTestFolder());
    const copy = await startCopy(wing, 'a.ts', stream);
    const early = await wing.reaches('a.ts', 'published');
    expect(early.durationSeconds).toBeLessThan(1.6);
    await copy.finish();
    await wing.until(async () => ((await wing.find('a.ts'))?.durationSeconds ?? 0) > 1.9);
    const whole = (await wing.find('a.ts'))!;
    expect(whole).toMatchObject({ id: early.id, state: 'published' });
    expect(whole.generationId).not.toBe(early.generationId);
    expect(wing.logged.filter(({ level }) => level >= 40)).toEqual([]);
    expect(wing.forgotten).toEqual([]);
    await wing.turnUntil(async () => {
      wing.clock.jump(10_000);
      return (await wing.library.generation(early.generationId!)) === undefined;
    });
    expect(wing.forgotten).toEqual([early.generationId]);
  });
});

describe('a restart', () => {
  test('goes on with what was left pending, and hands published files to the engine again', async () => {
    let isHeld = true;
    const held = (real: Prober): Prober => ({
      ...real,
      probe: (path, options) =>
        isHeld && path.endsWith('late.wav')
          ? new Promise((_resolve, reject) =>
              options?.signal?.addEventListener('abort', () => reject(new Error('stopped'))),
            )
          : real.probe(path, options),
    });
    const wing = await openWriteWing({ prober: held });
    await wing.write('early.wav', makeWav());
    const early = await wing.reaches('early.wav', 'published');
    await wing.write('late.wav', makeWav());
    await wing.reaches('late.wav', 'processing');
    isHeld = false;
    await wing.restart();
    await wing.reaches('late.wav', 'published');
    await wing.turnUntil(() => wing.filled.filter((id) => id === early.generationId).length === 2);
    expect((await wing.find('early.wav'))!.generationId).toBe(early.generationId);
  });

  test('of a version with another recipe plans published files anew, then removes what the older one made', async () => {
    const wing = await openWriteWing();
    await wing.write('a.wav', makeWav());
    await wing.write('lost.wav', makeWav());
    const before = await wing.reaches('a.wav', 'published');
    const lost = await wing.reaches('lost.wav', 'published');
    await wing.until(async () => (await wing.find('a.wav'))?.fingerprint !== undefined);
    const { id: shareId } = await wing.shares.create({ fileId: before.id });
    await rename(wing.at('lost.wav'), join(await makeTestFolder(), 'lost.wav'));
    await wing.restart('next');
    await wing.until(async () => (await wing.find('a.wav'))?.generationId !== before.generationId);
    const after = (await wing.find('a.wav'))!;
    expect(after).toMatchObject({ id: before.id, state: 'published', durationSeconds: 0.5 });
    expect((await wing.library.generation(after.generationId!))!.plan.recipe).toBe('next');
    expect(await wing.shares.get(shareId)).toMatchObject({ fileId: before.id });
    await wing.turnUntil(() => wing.filled.includes(after.generationId!));
    await wing.turnUntil(() => {
      wing.clock.jump(10_000);
      return wing.forgotten.length > 0;
    });
    expect(wing.forgotten).toEqual([before.generationId]);
    expect((await wing.library.get(lost.id))!.generationId).toBe(lost.generationId);
    await wing.restart();
    expect((await wing.find('a.wav'))!.generationId).toBe(after.generationId);
  });

  test('sweeps generations that no file points at', async () => {
    const wing = await openWriteWing();
    await wing.write('a.wav', makeWav(0.5));
    const { generationId } = await wing.reaches('a.wav', 'published');
    await wing.write('a.wav', makeWav(1));
    await wing.until(async () => (await wing.find('a.wav'))?.durationSeconds === 1);
    await wing.restart();
    await wing.turnUntil(() => wing.forgotten.includes(generationId!));
  });
});
