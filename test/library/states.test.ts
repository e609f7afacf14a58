import { describe, expect, test } from 'vitest';
import type { Hall } from '../support/hall.js';
import { infoOf, openHall, samplePlan, someSignature } from '../support/hall.js';

/** Takes a new record to a state, by its own verbs. */
async function fileIn(hall: Hall, state: 'pending' | 'processing' | 'published' | 'failed') {
  const [file] = await hall.library.admit([{ path: `${state}.mp3`, signature: someSignature() }]);
  const { id } = file!;
  if (state !== 'pending') await hall.library.setProcessing(id);
  if (state === 'published') await publish(hall, id);
  if (state === 'failed') await hall.library.fail(id, 'It is not media.', 'moov atom not found');
  return id;
}

const publish = (hall: Hall, id: string, signature = someSignature()) =>
  hall.library.publish(id, { signature, info: infoOf(signature.sizeBytes), plan: samplePlan });

const verbs = {
  setProcessing: (hall: Hall, id: string) => hall.library.setProcessing(id),
  publish: (hall: Hall, id: string) => publish(hall, id),
  fail: (hall: Hall, id: string) => hall.library.fail(id, 'No.'),
  replace: (hall: Hall, id: string) => hall.library.replace(id, someSignature({ mtimeMs: 9 })),
};

describe('a file', () => {
  test.each([
    ['pending', 'setProcessing', 'processing'],
    ['pending', 'fail', 'failed'],
    ['pending', 'replace', 'pending'],
    ['processing', 'setProcessing', 'processing'],
    ['processing', 'publish', 'published'],
    ['processing', 'fail', 'failed'],
    ['processing', 'replace', 'pending'],
    ['published', 'replace', 'pending'],
    ['published', 'publish', 'published'],
    ['failed', 'setProcessing', 'processing'],
    ['failed', 'fail', 'failed'],
    ['failed', 'replace', 'pending'],
  ] as const)('that is %s becomes by %s %s', async (from, verb, to) => {
    const hall = await openHall();
    const id = await fileIn(hall, from);
    await verbs[verb](hall, id);
    expect(await hall.library.get(id)).toMatchObject({ state: to });
  });

  test.each([
    ['pending', 'publish'],
    ['published', 'setProcessing'],
    ['published', 'fail'],
    ['failed', 'publish'],
  ] as const)('that is %s refuses %s and stays as it is', async (from, verb) => {
    const hall = await openHall();
    const id = await fileIn(hall, from);
    const before = await hall.library.get(id);
    await expect(verbs[verb](hall, id)).rejects.toMatchObject({ code: 'conflict' });
    expect(await hall.library.get(id)).toEqual(before);
  });

  test('that does not exist is refused by every verb', async () => {
    const hall = await openHall();
    for (const verb of Object.values(verbs)) {
      await expect(verb(hall, 'nobody')).rejects.toMatchObject({ code: 'not-found' });
    }
  });

  test('keeps why it failed until it is tried again', async () => {
    const hall = await openHall();
    const id = await fileIn(hall, 'failed');
    expect(await hall.library.get(id)).toMatchObject({
      error: 'It is not media.',
      errorDetail: 'moov atom not found',
    });
    await hall.library.setProcessing(id);
    const file = await hall.library.get(id);
    expect(file?.error).toBeUndefined();
    expect(file?.errorDetail).toBeUndefined();
  });
});

describe('publishing', () => {
  test('shows what was probed and hands it out again whole', async () => {
    const hall = await openHall();
    const file = await hall.publish('song.mp3', 'la la la');
    expect(file).toMatchObject({ state: 'published', mediaType: 'audio', durationSeconds: 12.5 });
    const generation = await hall.library.generation(file.generationId!);
    expect(generation).toMatchObject({
      fileId: file.id,
      sizeBytes: 8,
      mtimeMs: file.mtimeMs,
      info: infoOf(8),
      plan: samplePlan,
      createdAtMs: hall.clock.now(),
    });
  });

  test('refuses a content that is no longer the one on record', async () => {
    const hall = await openHall();
    const id = await fileIn(hall, 'processing');
    await expect(publish(hall, id, someSignature({ mtimeMs: 9 }))).rejects.toMatchObject({
      code: 'source-changed',
    });
    expect(await hall.library.get(id)).toMatchObject({ state: 'processing' });
  });

  test('keeps the old generation published while a new content is probed, then tells what it replaced', async () => {
    const hall = await openHall();
    const { id, generationId } = await hall.publish('a.mp3', 'old');
    const { signature } = await hall.write('a.mp3', 'new content');
    await hall.library.replace(id, signature);
    expect(await hall.library.get(id)).toMatchObject({ state: 'pending', generationId });
    await hall.library.setProcessing(id);
    const { generation, replacedId } = await publish(hall, id, signature);
    expect(replacedId).toBe(generationId);
    expect(generation.id).not.toBe(generationId);
    expect(await hall.library.get(id)).toMatchObject({ generationId: generation.id });
    expect(await hall.library.orphanGenerations()).toEqual([generationId]);
  });

  test('tells of the old generation also when a try in between has failed', async () => {
    const hall = await openHall();
    const { id, generationId } = await hall.publish('a.mp3');
    await hall.library.replace(id, someSignature({ mtimeMs: 9 }));
    await hall.library.fail(id, 'The file ends early.');
    expect((await hall.library.get(id))?.generationId).toBeUndefined();
    await hall.library.replace(id, someSignature());
    await hall.library.setProcessing(id);
    expect((await publish(hall, id)).replacedId).toBe(generationId);
  });

  test('leaves old generations readable until they are dropped, and the shown one cannot be dropped', async () => {
    const hall = await openHall();
    const { id, generationId: old } = await hall.publish('a.mp3');
    await hall.library.replace(id, someSignature());
    await hall.library.setProcessing(id);
    const { generation } = await publish(hall, id);
    expect(await hall.library.generation(old!)).toBeDefined();
    await hall.library.dropGeneration(old!);
    expect(await hall.library.generation(old!)).toBeUndefined();
    expect(await hall.library.orphanGenerations()).toEqual([]);
    await expect(hall.library.dropGeneration(generation.id)).rejects.toMatchObject({ code: 'conflict' });
  });
});
