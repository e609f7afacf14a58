/** Storyboard and waveform: made by themselves after all that plays, at once for who asks, never in the way. */
import { afterEach, expect, test } from 'vitest';
import type { Waveform } from '../../server/media/waveform.js';
import type { RenderSource } from '../../server/render/index.js';
import { makeClip } from '../support/clips.js';
import { isOver, never, sourceOf, startEngine, whenProgress, type EngineWorld } from '../support/engine.js';

let world: EngineWorld;
afterEach(() => world.close());

const NAMES = ['storyboard.jpg', 'waveform.json'] as const;
const isCompanion = (args: string[]) => args.join(' ').match(/tile=|s16le/) !== null;
const clip = async () => sourceOf(await makeClip({ seconds: 4 }));

async function finish(source: RenderSource) {
  const over = whenProgress(world, source, isOver);
  world.engine.fill(source);
  return over;
}

test('are made for a new file without being asked for, and not again after a restart', async () => {
  let tellWritten!: () => void;
  const written = new Promise<void>((resolve) => {
    tellWritten = resolve;
  });
  const left = new Set<string>(NAMES);
  world = await startEngine({
    store: (real) => ({
      async writeBlob(generationId, name, content) {
        await real.writeBlob(generationId, name, content);
        left.delete(name.split('/').at(-1)!);
        if (left.size === 0) tellWritten();
      },
    }),
  });
  const source = await clip();
  await finish(source);
  await written;
  world = await world.restart();
  expect(await finish(source)).toEqual({ state: 'complete', fraction: 1 });
  for (const name of NAMES)
    expect(await world.engine.companion(source, name, undefined, never)).toBeDefined();
  expect(world.commands).toEqual([]);
});

test('a file is whole without them, also where they cannot be made, which is not tried for ever', async () => {
  world = await startEngine();
  world.rewrite = (args) => (isCompanion(args) ? ['-v', 'error', '-i', 'file:/nowhere'] : args);
  const source = await clip();
  for (const name of NAMES)
    expect(await world.engine.companion(source, name, undefined, never)).toBeUndefined();
  expect(await finish(source)).toEqual({ state: 'complete', fraction: 1 });
  const tried = world.commands.filter(isCompanion).length;
  for (const name of NAMES)
    expect(await world.engine.companion(source, name, undefined, never)).toBeUndefined();
  expect(world.commands.filter(isCompanion)).toHaveLength(tried);
});

test('are made once for all who ask at the same time', async () => {
  world = await startEngine();
  const source = await clip();
  const ask = () => world.engine.companion(source, 'waveform.json', undefined, never);
  const [one, two] = await Promise.all([ask(), ask()]);
  expect(one).toEqual(two);
  expect(await ask()).toEqual(one);
  expect(world.commands).toHaveLength(1);
});

test('a waveform shows what is heard and when, of a part what is heard in it', async () => {
  world = await startEngine();
  const source = await clip();
  const read = async (part?: { startMs: number; endMs: number }) =>
    JSON.parse(String(await world.engine.companion(source, 'waveform.json', part, never))) as Waveform;
  const whole = await read();
  expect(whole).toMatchObject({ version: 1 });
  expect(whole.durationSeconds).toBeCloseTo(4, 1);
  // A click on every whole second, 50 ms each, as is a peak.
  expect(loud(whole)).toEqual([0, 20, 40, 60]);
  const part = await read({ startMs: 1500, endMs: 3500 });
  expect(part).toMatchObject({ durationSeconds: 2 });
  expect(part.peaks).toHaveLength(40);
  expect(loud(part)).toEqual([10, 30]);
  expect((await read({ startMs: 2100, endMs: 2900 })).peaks.filter((peak) => peak > 0.4)).toEqual([]);

  function loud({ peaks }: Waveform) {
    return [...peaks.keys()].filter((n) => peaks[n]! > 0.5);
  }
});

test('there is none of what cannot be seen or heard', async () => {
  world = await startEngine();
  const song = await sourceOf(await makeClip({ name: 'song.flac', video: false, audio: ['-c:a', 'flac'] }));
  expect(await world.engine.companion(song, 'storyboard.jpg', undefined, never)).toBeUndefined();
  const silent = await sourceOf(await makeClip({ audio: false }), { generationId: 'g2' });
  expect(await world.engine.companion(silent, 'waveform.json', undefined, never)).toBeUndefined();
  expect(world.commands).toEqual([]);
});
