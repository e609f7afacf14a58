import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';
import { API_KEY, startWeb, type TestWeb } from '../support/web.js';

const clock = createFakeClock();
let web: TestWeb;
beforeAll(async () => {
  web = await startWeb({ clock });
});
afterAll(() => web.close());

/** Sends a head that announces more than follows. */
async function begin(path: string, type: string, body: string, key = API_KEY): Promise<Socket> {
  const socket = connect(web.port, '127.0.0.1');
  await once(socket, 'connect');
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: x',
    `Authorization: Bearer ${key}`,
    `Content-Type: ${type}`,
    'Content-Length: 1000',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  return socket;
}

async function readAll(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(socket, 'close');
  return text;
}

const part = '--b\r\nContent-Disposition: form-data; name="file"; filename="slow.mp4"\r\n\r\nslow';
const uploads = () => readdir(join(web.mediaDir, '.lanternshare-uploads')).catch(() => []);

test('a body that does not come within a minute is waited for no longer', async () => {
  const socket = await begin('/v1/share', 'application/json', '{');
  const answer = readAll(socket);
  await advanceUntil(socket);
  expect(await answer).toMatch(/^HTTP\/1\.1 408 /);
});

test('an upload may take as long as it takes', async () => {
  const socket = await begin('/v1/files', 'multipart/form-data; boundary=b', part);
  await expect.poll(uploads, { interval: 5 }).toHaveLength(1);
  await clock.advance(3600_000);
  expect(await uploads()).toHaveLength(1);
  socket.destroy();
  await expect.poll(uploads, { interval: 5 }).toEqual([]);
});

test('an upload that nobody allowed has only the minute', async () => {
  const socket = await begin('/v1/files', 'multipart/form-data; boundary=b', part, 'ls_wrong_key_0123456789');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 401 /);
  socket.resume();
  await advanceUntil(socket);
  expect(await uploads()).toEqual([]);
});

/** Minute by minute, until the connection is over. */
async function advanceUntil(socket: Socket): Promise<void> {
  while (!socket.closed) await clock.advance(60_000);
}
