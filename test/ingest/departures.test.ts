/** Files that go: deleted by people, or behind a disk that is not there. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { signatureOf } from '../support/hall.js';
import { makeWav, openWriteWing, type WriteWing } from '../support/write-wing.js';

async function openWith(count: number): Promise<WriteWing> {
  const wing = await openWriteWing();
  for (let n = 0; n < count; n++) await wing.write(`${n}.wav`, makeWav(0.1));
  for (let n = 0; n < count; n++) await wing.reaches(`${n}.wav`, 'published');
  return wing;
}

const countGone = async (wing: WriteWing) =>
  (await wing.library.known()).filter(({ isGone }) => isGone).length;
const warnings = (wing: WriteWing) => wing.logged.filter(({ level }) => level === 40);

describe('a file that is deleted', () => {
  test('keeps its record for 30 days; then it and what was rendered go', async () => {
    const wing = await openWith(2);
    const { id, generationId } = (await wing.find('0.wav'))!;
    await rm(wing.at('0.wav'));
    await wing.until(async () => (await wing.library.get(id))?.goneAtMs !== undefined);
    expect(wing.ingest.status()).toMatchObject({ rootState: 'ok' });
    wing.clock.jump(29 * 24 * 3600_000);
    wing.clock.jump(3600_000);
    expect(await wing.library.get(id)).toBeDefined();
    wing.clock.jump(24 * 3600_000);
    await wing.turnUntil(async () => (await wing.library.get(id)) === undefined);
    await wing.turnUntil(() => wing.forgotten.includes(generationId!));
  });

  test('and is back in its place a moment later was never gone', async () => {
    const wing = await openWith(2);
    const { id } = (await wing.find('0.wav'))!;
    let wasGone = false;
    wing.library.onChange(() => {
      void wing.library.get(id).then((file) => (wasGone ||= file?.goneAtMs !== undefined));
    });
    await rename(wing.at('0.wav'), wing.at('.aside'));
    await wing.rescan();
    await rename(wing.at('.aside'), wing.at('0.wav'));
    await wing.rescan();
    wing.clock.jump(10_000);
    await wing.write('later.wav', makeWav(0.1));
    await wing.reaches('later.wav', 'published');
    expect(wasGone).toBe(false);
    expect(wing.filled).toHaveLength(3);
  });
});

test('what people sent keeps the id that they were told, also when it is like a file that went', async () => {
  const wing = await openWith(1);
  const sound = makeWav(0.2);
  await wing.write('old.wav', sound);
  const old = await wing.reaches('old.wav', 'published');
  await wing.until(async () => (await wing.find('old.wav'))?.fingerprint !== undefined);
  await rm(wing.at('old.wav'));
  await wing.until(async () => (await wing.library.get(old.id))?.goneAtMs !== undefined);

  await wing.write('.sending', sound);
  const signature = await signatureOf(wing.at('.sending'));
  const { id } = await wing.library.takeUpload({ path: 'sent.wav', signature, displayName: 'sent.wav' });
  await rename(wing.at('.sending'), wing.at('sent.wav'));
  wing.ingest.take(id);
  await wing.until(async () => (await wing.library.get(id))?.fingerprint !== undefined);
  // What is found out of the fingerprint is done before the next file is looked for.
  await wing.rescan();
  expect(await wing.library.get(id)).toMatchObject({ path: 'sent.wav', source: 'upload' });
});

describe('nothing is given up', () => {
  test('when more than a fifth vanish at once; the operator is warned, and may confirm', async () => {
    const wing = await openWith(7);
    for (let n = 0; n < 5; n++) await rm(wing.at(`${n}.wav`));
    await wing.rescan();
    wing.clock.jump(10_000);
    await wing.turnUntil(() => wing.ingest.status().rootState === 'mass-vanish');
    expect(wing.ingest.status().warning).toMatch(/^5 of 7 files vanished at once\./);
    expect(await countGone(wing)).toBe(0);
    expect(warnings(wing)).toHaveLength(1);
    await wing.ingest.acceptLoss();
    expect(await countGone(wing)).toBe(5);
    expect(wing.ingest.status()).toMatchObject({ rootState: 'ok' });
    expect(wing.ingest.status()).not.toHaveProperty('warning');
  });

  test('when the media folder is empty, also at a start', async () => {
    const wing = await openWith(1);
    await rename(wing.at('0.wav'), `${wing.mediaDir}.aside`);
    await wing.restart();
    wing.clock.jump(10_000);
    await wing.turnUntil(() => wing.ingest.status().rootState === 'empty');
    expect(await countGone(wing)).toBe(0);
    await rename(`${wing.mediaDir}.aside`, wing.at('0.wav'));
    await wing.rescan();
    wing.clock.jump(10_000);
    await wing.turnUntil(() => wing.ingest.status().rootState === 'ok');
    expect((await wing.find('0.wav'))!.state).toBe('published');
    expect(wing.filled.length).toBeLessThanOrEqual(2);
  });

  test('when the media folder itself is not there, or another one', async () => {
    const wing = await openWith(3);
    onTestFinished(() => rm(`${wing.mediaDir}.aside`, { recursive: true, force: true }));
    await rename(wing.mediaDir, `${wing.mediaDir}.aside`);
    await wing.rescan();
    wing.clock.jump(10_000);
    await wing.turnUntil(() => wing.ingest.status().rootState === 'missing');
    await mkdir(wing.mediaDir);
    await wing.write('of another disk.wav', makeWav(0.1));
    await wing.rescan();
    wing.clock.jump(10_000);
    await wing.turnUntil(() => wing.ingest.status().rootState === 'other-device');
    await wing.reaches('of another disk.wav', 'published');
    expect(await countGone(wing)).toBe(0);
    await rm(wing.mediaDir, { recursive: true });
    await rename(`${wing.mediaDir}.aside`, wing.mediaDir);
    await wing.rescan();
    wing.clock.jump(10_000);
    await wing.turnUntil(() => wing.ingest.status().rootState === 'ok');
    for (let n = 0; n < 3; n++) expect(await wing.find(`${n}.wav`)).toMatchObject({ state: 'published' });
    await wing.write('new.wav', makeWav(0.1));
    await wing.reaches('new.wav', 'published');
  });
});
