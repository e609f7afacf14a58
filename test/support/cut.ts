/** A way to an appliance that can be cut: it counts what goes there, and breaks every connection when told to. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface CutLine {
  url: string;
  /** Bytes that went to the appliance so far. */
  sentBytes(): number;
  /** Once so many more bytes have gone, all connections break, and none is made until `mend`. Resolves then. */
  cutAfter(bytes: number): Promise<void>;
  mend(): void;
  close(): Promise<void>;
}

export async function openCutLine(targetUrl: string): Promise<CutLine> {
  const target = Number(new URL(targetUrl).port);
  const sockets = new Set<Socket>();
  let sentBytes = 0;
  let isCut = false;
  let limit = Infinity;
  let onCut = () => {};

  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(target, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (chunk) => {
      sentBytes += chunk.length;
      if (sentBytes > limit) cut();
    });
    near.pipe(far);
    far.pipe(near);
  });

  function cut(): void {
    isCut = true;
    limit = Infinity;
    for (const socket of sockets) socket.destroy();
    onCut();
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sentBytes: () => sentBytes,
    cutAfter(bytes) {
      limit = sentBytes + bytes;
      return new Promise((resolve) => (onCut = resolve));
    },
    mend() {
      isCut = false;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
