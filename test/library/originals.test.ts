import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FakeClock } from '../../server/base/clock.js';
import type { AppError } from '../../server/base/errors.js';
import { openHall, signatureOf } from '../support/hall.js';

describe('locating an original', () => {
  test('follows a rename at once and says what is missing', async () => {
    const { library, publish, mediaDir } = await openHall();
    const file = await publish('a.mp3');
    const generationId = file.generationId!;
    expect(await library.locate(generationId)).toBe(join(mediaDir, 'a.mp3'));
    await rename(join(mediaDir, 'a.mp3'), join(mediaDir, 'b.mp3'));
    await library.move(file.id, { path: 'b.mp3', signature: file });
    expect(await library.locate(generationId)).toBe(join(mediaDir, 'b.mp3'));
    await library.markGone([file.id]);
    await expect(library.locate(generationId)).rejects.toMatchObject({ code: 'source-missing' });
    await library.remove(file.id);
    await expect(library.locate(generationId)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('looks at the disk again after a second, not before', async () => {
    const { library, publish, mediaDir, clock } = await openHall();
    const file = await publish('a.mp3');
    await library.locate(file.generationId!);
    await rename(join(mediaDir, 'a.mp3'), join(mediaDir, 'away.mp3'));
    await clock.advance(999);
    expect(await library.locate(file.generationId!)).toBe(join(mediaDir, 'a.mp3'));
    await clock.advance(1);
    expect(await refusal(clock, library.locate(file.generationId!))).toBe('source-missing');
    await rename(join(mediaDir, 'away.mp3'), join(mediaDir, 'a.mp3'));
    expect(await library.locate(file.generationId!)).toBe(join(mediaDir, 'a.mp3'));
  });

  test('waits a moment for word of a rename that the disk shows already', async () => {
    const { library, publish, mediaDir, clock } = await openHall();
    const file = await publish('a.mp3');
    await clock.advance(5000);
    await rename(join(mediaDir, 'a.mp3'), join(mediaDir, 'b.mp3'));
    const located = library.locate(file.generationId!);
    await library.move(file.id, { path: 'b.mp3', signature: file });
    expect(await located).toBe(join(mediaDir, 'b.mp3'));
  });

  test('tells a content that was changed from the one that was published', async () => {
    const { library, publish, write, clock } = await openHall();
    const file = await publish('a.mp3', 'old');
    const { signature: changed } = await write('a.mp3', 'newer');
    await clock.advance(5000);
    expect(await refusal(clock, library.locate(file.generationId!))).toBe('source-changed');
    await library.replace(file.id, changed);
    await expect(library.locate(file.generationId!)).rejects.toMatchObject({ code: 'source-changed' });
  });

  test('accepts the same content under a new time once it was touched or copied', async () => {
    const { library, publish, write, mediaDir } = await openHall();
    const file = await publish('a.mp3', 'same');
    const { signature: later } = await write('a.mp3', 'same');
    await library.touch(file.id, later);
    expect(await library.locate(file.generationId!)).toBe(join(mediaDir, 'a.mp3'));
    await write('copy.mp3', 'same');
    await library.move(file.id, {
      path: 'copy.mp3',
      signature: await signatureOf(join(mediaDir, 'copy.mp3')),
    });
    expect(await library.locate(file.generationId!)).toBe(join(mediaDir, 'copy.mp3'));
  });

  test('does not take a touched new content for the old one', async () => {
    const { library, publish, write, clock } = await openHall();
    const file = await publish('a.mp3', 'old');
    await library.replace(file.id, (await write('a.mp3', 'changed')).signature);
    await library.touch(file.id, (await write('a.mp3', 'changed')).signature);
    expect(await refusal(clock, library.locate(file.generationId!))).toBe('source-changed');
  });
});

/** The code of a refusal that comes only after some patience. */
async function refusal(clock: FakeClock, work: Promise<unknown>): Promise<string | undefined> {
  let isOver = false;
  const code = work
    .then(
      () => undefined,
      (error: AppError) => error.code,
    )
    .finally(() => (isOver = true));
  while (!isOver) await clock.advance(500);
  return code;
}
