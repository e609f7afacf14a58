import { describe, expect, test } from 'vitest';
import { infoOf, openHall, samplePlan, someSignature } from '../support/hall.js';

describe('a listener', () => {
  test('hears of every change after it was committed, until it leaves', async () => {
    const { library, admit, db } = await openHall();
    const heard: string[] = [];
    const stop = library.onChange((id) => heard.push(id));
    const { id } = await admit('a.mp4');
    await library.setProcessing(id);
    await library.publish(id, {
      signature: (await library.get(id))!,
      info: infoOf(1),
      plan: samplePlan,
    });
    await library.markGone([id, id, 'nobody']);
    expect(heard).toEqual([id, id, id, id]);
    await expect(library.fail(id, 'no')).rejects.toThrow();
    await library.markGone([id]);
    expect(heard).toHaveLength(4);
    stop();
    await library.remove(id);
    expect(heard).toHaveLength(4);
    expect(await db.knex('media_files').first()).toBeUndefined();
  });

  test('reads the new state when it asks at once', async () => {
    const { library, admit } = await openHall();
    const { id } = await admit('a.mp4');
    await library.get(id);
    const states: Promise<string | undefined>[] = [];
    library.onChange((changed) => states.push(library.get(changed).then((file) => file?.state)));
    await library.setProcessing(id);
    await library.fail(id, 'no');
    await library.remove(id);
    expect(await Promise.all(states)).toEqual(['processing', 'failed', undefined]);
  });

  test('that fails neither undoes the change nor silences the others', async () => {
    const { library } = await openHall();
    const heard: string[] = [];
    library.onChange(() => {
      throw new Error('not my day');
    });
    library.onChange((id) => heard.push(id));
    const [file] = await library.admit([{ path: 'a.mp4', signature: someSignature() }]);
    expect(heard).toEqual([file!.id]);
  });
});

test('what was read cannot be changed by its reader', async () => {
  const { library, publish } = await openHall();
  const { id, generationId } = await publish('a.mp3');
  const file = (await library.get(id))!;
  expect(() => (file.displayName = 'mine')).toThrow(TypeError);
  const generation = (await library.generation(generationId!))!;
  expect(() => (generation.sizeBytes = 0)).toThrow(TypeError);
});

test('what nobody knows is absent', async () => {
  const { library } = await openHall();
  expect(await library.get('nobody')).toBeUndefined();
  expect(await library.generation('nothing')).toBeUndefined();
  expect(await library.remove('nobody')).toEqual([]);
});
