import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { createClips, type Clips, type Cutting } from '../../server/clips/index.js';
import { AppError } from '../../server/base/errors.js';
import { silentLog } from '../../server/base/log.js';
import type { Exec } from '../../server/base/exec.js';
import type { Hall } from '../support/hall.js';
import { infoOf, openHall, samplePlan } from '../support/hall.js';
import { videoInfo } from '../support/some-film.js';

/** Programs that run until the test says what they found, or they are killed. */
function createSlowExec() {
  const running: { print(text: string): void; isKilled: () => boolean }[] = [];
  const exec: Pick<Exec, 'start'> = {
    start(_file, _args, { signal } = {}) {
      const stdout = new PassThrough();
      const done = new Promise<{ stderr: string }>((resolve, reject) => {
        stdout.on('end', () => resolve({ stderr: '' }));
        signal?.addEventListener('abort', () => {
          stdout.destroy();
          reject(new AppError('aborted', 'stopped'));
        });
      });
      done.catch(() => {});
      running.push({ print: (text) => stdout.end(text), isKilled: () => signal?.aborted ?? false });
      return { pid: 1, stdin: new PassThrough(), outputs: [stdout], done, kill: () => {} };
    },
  };
  return { exec, running };
}

async function open() {
  const hall = await openHall();
  const { exec, running } = createSlowExec();
  const start = () => {
    const clips = createClips({ ...hall, exec, onRemoved: () => {}, log: silentLog });
    onTestFinished(() => clips.close());
    return clips;
  };
  return { hall, running, start, clips: start() };
}

async function publishFilm({ library, write }: Hall, path: string) {
  const found = await write(path);
  const [file] = await library.admit([found]);
  await library.setProcessing(file!.id);
  const info = videoInfo(found.signature.sizeBytes);
  await library.publish(file!.id, { signature: found.signature, info, plan: samplePlan });
  return file!.id;
}

const manual: Cutting = { strategy: 'manual', ranges: [{ startSeconds: 0, endSeconds: 1 }], range: {} };
const shots: Cutting = {
  strategy: 'shots',
  shots: { detector: 'content', threshold: 27, minSeconds: 0, maxSeconds: undefined, fillsGaps: true },
  range: {},
};
const ask = (cutting: Cutting) => ({ cutting, config: {}, hasThumbnails: true });
const SCORES = 'frame:1 pts:1 pts_time:2.5\nlavfi.scene_score=0.900000\n';

async function statusOf(clips: Clips, id: string) {
  return (await clips.getSegmentation(id))?.status;
}

test('clips go with their file: out of the library, and to the record that it becomes', async () => {
  const { hall, clips } = await open();
  const drop = await hall.publish('a.mp3');
  const { id } = await clips.segment(drop.id, ask(manual));
  const keep = await hall.publish('b.mp3');
  await hall.library.merge(keep.id, drop.id);
  expect((await clips.list({ fileId: keep.id, limit: 10, offset: 0 })).clips).toMatchObject([
    { segmentationId: id, startSeconds: 0, endSeconds: 1 },
  ]);
  expect(await clips.getSegmentation(id)).toMatchObject({ fileId: keep.id });
  await hall.library.withdraw(keep.id);
  expect(await clips.getSegmentation(id)).toBeUndefined();
  expect((await clips.list({ limit: 10, offset: 0 })).total).toBe(0);
});

test('a file that is removed while it is cut stays without clips, also when it comes back', async () => {
  const { hall } = await open();
  const file = await hall.publish('a.mp3');
  const library = { ...hall.library, get: () => Promise.resolve(file) };
  const clips = createClips({
    ...hall,
    library,
    exec: createSlowExec().exec,
    onRemoved: () => {},
    log: silentLog,
  });
  onTestFinished(() => clips.close());
  await hall.library.withdraw(file.id);
  await expect(clips.segment(file.id, ask(manual))).rejects.toMatchObject({ code: 'not-found' });
  await hall.library.restore(file.id);
  expect((await clips.listSegmentations({ fileId: file.id, limit: 10, offset: 0 })).total).toBe(0);
});

test('shots are looked for one file after the other, and told when they are found', async () => {
  const { hall, clips, running } = await open();
  const fileId = await publishFilm(hall, 'film.mp4');
  const first = await clips.segment(fileId, ask(shots));
  const second = await clips.segment(fileId, ask(shots));
  await expect.poll(() => statusOf(clips, first.id), { interval: 5 }).toBe('processing');
  expect(await statusOf(clips, second.id)).toBe('pending');
  await expect.poll(() => running.length, { interval: 5 }).toBe(1);
  running[0]!.print(SCORES);
  await expect.poll(() => statusOf(clips, first.id), { interval: 5 }).toBe('completed');
  const found = await clips.list({ segmentationId: first.id, limit: 10, offset: 0 });
  expect(found.clips).toMatchObject([
    { startSeconds: 0, endSeconds: 2.5 },
    { startSeconds: 2.5, endSeconds: 6 },
  ]);
  await expect.poll(() => running.length, { interval: 5 }).toBe(2);
});

test('a search ends when nobody wants it any more, and goes on after a stop', async () => {
  const { hall, clips, running, start } = await open();
  const fileId = await publishFilm(hall, 'film.mp4');
  const unwanted = await clips.segment(fileId, ask(shots));
  await expect.poll(() => running.length, { interval: 5 }).toBe(1);
  await clips.removeSegmentation(unwanted.id);
  expect(running[0]!.isKilled()).toBe(true);

  const { id } = await clips.segment(fileId, ask(shots));
  await expect.poll(() => running.length, { interval: 5 }).toBe(2);
  await clips.close();
  expect(await statusOf(clips, id)).toBe('processing');
  const again = start();
  await again.start();
  await expect.poll(() => running.length, { interval: 5 }).toBe(3);
  running[2]!.print(SCORES);
  await expect.poll(() => statusOf(again, id), { interval: 5 }).toBe('completed');
});

test('what has no picture has no shots', async () => {
  const { hall, clips } = await open();
  const song = await hall.publish('song.mp3');
  expect(infoOf(1).video).toBeUndefined();
  await expect(clips.segment(song.id, ask(shots))).rejects.toMatchObject({ code: 'invalid' });
});

test('a file has so many segmentations and no more', async () => {
  const { hall, clips } = await open();
  const song = await hall.publish('song.mp3');
  for (let n = 0; n < 1000; n++) await clips.segment(song.id, ask(manual));
  await expect(clips.segment(song.id, ask(manual))).rejects.toMatchObject({ code: 'too-many' });
});

test('a clip is removed with its shares, and what made it with the last one', async () => {
  const { hall, clips } = await open();
  const film = await hall.publish('a.mp3');
  const ranges = [0, 2].map((startSeconds) => ({ startSeconds, endSeconds: startSeconds + 1 }));
  const { id } = await clips.segment(film.id, ask({ strategy: 'manual', ranges, range: {} }));
  const [first, second] = (await clips.list({ segmentationId: id, limit: 10, offset: 0 })).clips;
  const share = await hall.shares.create({ fileId: film.id, segmentId: first!.id });
  await hall.cuts.remove(first!.id);
  expect(await hall.shares.get(share.id)).toBeUndefined();
  expect((await clips.list({ fileId: film.id, limit: 10, offset: 0 })).clips).toEqual([second]);
  expect(await clips.getSegmentation(id)).toBeDefined();
  await clips.remove(second!.id);
  expect(await clips.getSegmentation(id)).toBeUndefined();
  await clips.remove(second!.id);
});
