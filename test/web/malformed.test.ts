import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWeb, type TestWeb } from '../support/web.js';

let web: TestWeb;

beforeAll(async () => {
  web = await startWeb();
});
afterAll(() => web.close());

/** Everything that comes back on one connection, until the server or the end of the text closes it. */
async function send(text: string | Buffer): Promise<string> {
  const socket = connect(web.port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1');
    // Who hangs up before the answer gets none; and a second, smuggled request has time to be answered.
    void fetch(`${web.url}/healthz`).then(() => socket.end());
  });
  socket.on('error', () => {}); // being cut off is an answer too
  if (text.length > 0) socket.write(text);
  else socket.end();
  await once(socket, 'close');
  return answer;
}

const statusesOf = (answer: string) => [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map((m) => Number(m[1]));
const ask = (target: string, method = 'GET') =>
  `${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;

describe('requests that are no HTTP', () => {
  test.each([
    ['nothing', ''],
    ['rubbish', 'hello there\r\n\r\n'],
    ['TLS', Buffer.from('16030100c8010000c40303', 'hex')],
    ['binary', Buffer.from([0, 1, 2, 255, 254, 13, 10, 13, 10])],
    ['an unknown version', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n'],
    ['an unknown method', 'FROB / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
    ['a space in the target', 'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost : x\r\n\r\n'],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n'],
    ['two lengths', 'POST /v1/share HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    [
      'a length and chunks',
      'POST /v1/share HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n',
    ],
    ['a length of -1', 'POST /v1/share HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n'],
    [
      'an unknown coding',
      'POST /v1/share HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
    ],
    ['a bad chunk', 'POST /v1/share HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n'],
    ['a huge header', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`],
    ['a huge target', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['CONNECT', 'CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n'],
  ])('%s is refused, and never smuggles a second request in', async (_what, text) => {
    const answer = await send(text);
    for (const status of statusesOf(answer)) expect([400, 401, 408, 431]).toContain(status);
    expect(statusesOf(answer).length).toBeLessThanOrEqual(1);
    expect(answer).not.toMatch(/at .*\.(js|ts):\d+/);
    expect((await fetch(`${web.url}/healthz`)).status).toBe(200);
  });
});

describe('targets that name nothing', () => {
  test.each([
    '/..',
    '/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..%2f..%2fetc%2fpasswd',
    '/assets/../package.json',
    '/assets/x/..%2f..%2fpackage.json',
    '/assets/x/%2e%2e',
    '/share/../v1',
    '/share/%00',
    '/share/%E0%A4%A',
    '/share/%ff',
    `/share/${'x'.repeat(10_000)}`,
    `/files/${'x'.repeat(10_000)}`,
    '//evil.example/x',
    '/\\evil.example',
    '/player.html',
    '/x.m3u8',
    '/x.ts',
    '/hls/player.html',
    '/hls/..%2fplayer.html',
    '/share/__proto__',
    '/constructor',
    '/healthz/../hls/x',
    '*',
    '?',
    'http://',
    'http://evil.example/hls/x',
    '/share/1?s[]=1&s[a]=2&__proto__[x]=1',
  ])('%s is a clean refusal', async (target) => {
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE']) {
      const answer = await send(ask(target, method));
      const [status] = statusesOf(answer);
      expect(status, `${method} ${answer.slice(0, 200)}`).toBeGreaterThanOrEqual(200);
      expect(status).toBeLessThan(500);
      expect([200, 206]).not.toContain(method === 'GET' ? status : 0);
      expect(answer).not.toMatch(/\.(js|ts):\d+|node_modules|root:x:/);
    }
  });

  test('a host that is no host never becomes a link', async () => {
    for (const host of [
      'a b',
      'x"><script>',
      'evil.example/path',
      '@',
      'x:99999999',
      'a\tb',
      '[::1',
      'x:y',
    ]) {
      const answer = await send(
        `GET /share/${web.share.id} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      );
      expect(statusesOf(answer), host).toEqual([400]);
    }
  });

  test('nothing of all this was a fault', () => {
    expect(web.logLines.filter((line) => line.includes('request failed'))).toEqual([]);
  });
});
