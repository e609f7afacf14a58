/**
 * A request has one minute to send its body, so that nobody holds a connection by sending slowly; uploads, once
 * they are allowed, have the time they need and are only cut when they fall silent.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.js';

export interface BodyDeadline {
  watch(req: IncomingMessage, res: ServerResponse): void;
  lift(req: IncomingMessage): void;
}

const BODY_MS = 60_000;
const TIMED_OUT = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

export function createBodyDeadline({ clock }: { clock: Clock }): BodyDeadline {
  const cancels = new WeakMap<IncomingMessage, () => void>();
  return {
    watch(req, res) {
      if (req.headers['content-length'] === undefined && req.headers['transfer-encoding'] === undefined)
        return;
      const cancel = clock.after(BODY_MS, () => {
        const { socket } = req;
        if (res.headersSent) socket.destroy();
        else socket.end(TIMED_OUT, () => socket.destroy());
      });
      cancels.set(req, cancel);
      req.once('end', cancel).once('close', cancel);
    },
    lift: (req) => cancels.get(req)?.(),
  };
}
