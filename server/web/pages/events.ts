/**
 * Tells open library pages that something changed (server-sent events), at most once a second. What changed
 * is not told: a page that hears it asks for itself again.
 */
import type { Request, RequestHandler, Response } from 'express';
import type { Clock } from '../../base/clock.js';
import type { LibraryReader } from '../../library/model.js';
import type { Engine } from '../../render/model.js';

export interface Events {
  connect: RequestHandler;
  /** Ends every stream, so that a server can close. */
  close(): void;
}

const QUIET_MS = 1000;
/** Keeps proxies from closing a silent connection, and finds the ones that are dead. */
const HEARTBEAT_MS = 25_000;

export function createEvents({
  library,
  engine,
  isStillIn,
  clock,
}: {
  library: Pick<LibraryReader, 'onChange'>;
  engine: Pick<Engine, 'onProgress'>;
  /** Whether the session that a stream was opened with has not ended since. */
  isStillIn: (req: Request) => Promise<boolean>;
  clock: Clock;
}): Events {
  const listeners = new Map<Response, Request>();
  let lastToldMs = -Infinity;
  let cancelTelling: (() => void) | undefined;
  let cancelHeartbeat: (() => void) | undefined;
  let isClosed = false;
  const stops = [library.onChange(changed), engine.onProgress(changed)];

  function changed(): void {
    if (listeners.size === 0 || cancelTelling) return;
    cancelTelling = clock.after(Math.max(0, lastToldMs + QUIET_MS - clock.now()), () => {
      cancelTelling = undefined;
      lastToldMs = clock.now();
      write('event: changed\ndata: {}\n\n');
    });
  }

  function write(text: string): void {
    for (const res of listeners.keys()) res.write(text);
  }

  function beat(): void {
    cancelHeartbeat = clock.after(HEARTBEAT_MS, () => {
      write(': still here\n\n');
      for (const [res, req] of listeners) void endIfOut(req, res);
      beat();
    });
  }

  /** A page that comes back is led to sign-in. */
  async function endIfOut(req: Request, res: Response): Promise<void> {
    const isIn = await isStillIn(req).catch(() => false);
    if (!isIn) res.end();
  }

  return {
    connect(req, res) {
      if (isClosed) return void res.status(503).end();
      res.set({
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no', // nginx would hold the events back
      });
      res.flushHeaders();
      res.write('retry: 3000\n\n');
      listeners.set(res, req);
      if (!cancelHeartbeat) beat();
      res.on('close', () => {
        listeners.delete(res);
        if (listeners.size > 0) return;
        cancelHeartbeat?.();
        cancelHeartbeat = undefined;
      });
    },
    close() {
      isClosed = true;
      for (const stop of stops) stop();
      cancelTelling?.();
      for (const res of listeners.keys()) res.end();
    },
  };
}
