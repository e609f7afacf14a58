import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWeb, segmentBytes, type TestWeb } from '../support/web.js';

let web: TestWeb;

beforeAll(async () => {
  web = await startWeb();
});
afterAll(() => web.close());

const openFiles = () => readdirSync('/proc/self/fd').length;

/** Asks, reads a little of the answer, hangs up. */
async function hangUp(path: string): Promise<void> {
  const socket = connect(web.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await once(socket, 'data');
  const gone = once(socket, 'close');
  socket.resetAndDestroy();
  await gone;
}

describe('people who hang up', () => {
  test.each([
    ['large segments', () => `/hls/${web.token('hls')}/v480/0.m4s`],
    ['downloads', () => downloadPath],
  ])('leave no descriptor behind after 200 aborted %s', async (_what, path) => {
    web.engine.onSegment = (id, n) => Promise.resolve(segmentBytes(id, n, 12_000_000));
    downloadPath ??= await makeDownload('large.mp4', 32_000_000);
    for (let i = 0; i < 5; i++) await hangUp(path());
    await expect.poll(openFiles, { timeout: 5000, interval: 20 }).toBeLessThan(200);
    const before = openFiles();
    for (let i = 0; i < 200; i += 10) await Promise.all(Array.from({ length: 10 }, () => hangUp(path())));
    await expect.poll(openFiles, { timeout: 10_000, interval: 20 }).toBeLessThanOrEqual(before);
    expect((await fetch(web.url + path())).status).toBe(200);
  });

  test('who stay to the end leave none either', async () => {
    const path = await makeDownload('whole.mp4', 1_000_000);
    const before = openFiles();
    for (let i = 0; i < 30; i++) {
      const range: Record<string, string> = i % 3 === 0 ? { range: 'bytes=5-10' } : {};
      const res = await fetch(web.url + path, { method: i % 3 === 1 ? 'HEAD' : 'GET', headers: range });
      await res.arrayBuffer();
    }
    await expect.poll(openFiles, { timeout: 5000, interval: 20 }).toBeLessThan(before + 5);
  });

  test('end the render that only they waited for, and nobody else’s', async () => {
    const signals: AbortSignal[] = [];
    web.engine.onSegment = (_id, _n, signal) => {
      signals.push(signal);
      return new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Error('given up')), { once: true }),
      );
    };
    const ask = (n: number, signal: AbortSignal) =>
      fetch(`${web.url}/hls/${web.token('hls')}/v480/${n}.m4s`, { signal }).catch(() => 'gone');
    const [one, two, three] = [new AbortController(), new AbortController(), new AbortController()];
    const asked = [ask(1, one.signal), ask(1, two.signal), ask(2, three.signal)];
    await expect.poll(() => signals.length, { interval: 10 }).toBe(2);
    three.abort();
    one.abort();
    await expect.poll(() => signals.filter((s) => s.aborted).length, { interval: 10 }).toBe(1);
    two.abort();
    await expect.poll(() => signals.filter((s) => s.aborted).length, { interval: 10 }).toBe(2);
    expect(await Promise.all(asked)).toEqual(['gone', 'gone', 'gone']);
    expect(web.logLines.join('')).not.toContain('request failed');
  });
});

let downloadPath: string;

async function makeDownload(name: string, sizeBytes: number): Promise<string> {
  const { file, generation } = await web.addFile(name, Buffer.alloc(sizeBytes));
  const token = web.token('download', {
    subject: 'file',
    subjectId: file.id,
    generationId: generation.id,
    epoch: 0,
  });
  return `/download/${token}/${name}`;
}
