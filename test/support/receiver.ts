/** The other end of webhooks: a small server that keeps what it is told and answers as the test wishes. */
import { createHmac } from 'node:crypto';
import http, { type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  json: any;
}

export interface Receiver {
  url: string;
  port: number;
  all: Received[];
  /** A status to answer with, or what to do with the answer. */
  answer: number | ((res: ServerResponse) => void);
  /** The next one that has not been asked for yet; waits for it. */
  next(): Promise<Received>;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const waiting: ((received: Received) => void)[] = [];
  const unread: Received[] = [];
  const server = http.createServer((req, res) => {
    void text(req).then((body) => {
      const { url = '', headers } = req;
      const received = { path: url, headers, body, json: body ? JSON.parse(body) : undefined };
      receiver.all.push(received);
      if (typeof receiver.answer === 'number') res.writeHead(receiver.answer).end();
      else receiver.answer(res);
      const taker = waiting.shift();
      if (taker) taker(received);
      else unread.push(received);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/hook?of=test`,
    port,
    all: [],
    answer: 204,
    async next() {
      return unread.shift() ?? new Promise<Received>((resolve) => waiting.push(resolve));
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}

/** As README.md tells receivers to check it. */
export function isSigned({ headers, body }: Received, secret: string): boolean {
  const [, time, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-lanternshare-signature'])) ?? [];
  return mac === createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
}
