import { once } from 'node:events';
import { connect, createServer as createNetServer, type AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../server/base/log.js';
import { createServer, type WebServer } from '../../server/web/server.js';

const servers: WebServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

function make(
  listener: Parameters<typeof createServer>[0]['listener'],
  settings = { port: 0, host: '127.0.0.1' },
) {
  const server = createServer({ app: express(), listener, settings, log: silentLog });
  servers.push(server);
  return server;
}

describe('the server', () => {
  test('a taken port is told in a sentence', async () => {
    const other = createNetServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(make(() => {}, { port, host: '127.0.0.1' }).listen()).rejects.toMatchObject({
      code: 'invalid',
      message: `Port ${port} is already in use on 127.0.0.1; stop the other program or set PORT to another one.`,
    });
    other.close();
  });

  test('a host that is not ours is told in a sentence', async () => {
    await expect(make(() => {}, { port: 0, host: '203.0.113.9' }).listen()).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('HOST is "203.0.113.9"'),
    });
  });

  test('closing lets a running answer end and drops who only keeps a connection', async () => {
    let answer!: () => void;
    const asked = new Promise<void>((resolve) => {
      servers.push(make((_req, res) => ((answer = () => res.end('whole')), resolve())));
    });
    const server = servers.pop()!;
    const { port } = await server.listen();
    const idle = connect(port, '127.0.0.1');
    await once(idle, 'connect');
    const response = fetch(`http://127.0.0.1:${port}/`);
    await asked;
    const idleGone = once(idle, 'close');
    const closed = server.close();
    expect(server.close()).toBe(closed);
    answer();
    expect(await (await response).text()).toBe('whole');
    await Promise.all([closed, idleGone]);
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  });

  test('express finds requests as it wants them', async () => {
    const app = express();
    let born: unknown;
    app.get('/', (req, res) => {
      res.json({ hello: req.query['who'], ip: typeof req.ip });
    });
    const listener: Parameters<typeof createServer>[0]['listener'] = (req, res) => {
      born = Object.getPrototypeOf(req);
      app(req, res);
    };
    const server = createServer({ app, listener, settings: { port: 0, host: '127.0.0.1' }, log: silentLog });
    servers.push(server);
    const { port } = await server.listen();
    const res = await fetch(`http://127.0.0.1:${port}/?who=world`);
    expect(await res.json()).toEqual({ hello: 'world', ip: 'string' });
    expect(born).toBe(app.request);
  });
});
