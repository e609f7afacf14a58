/**
 * Tells open library pages that something changed (server-sent events), at most once a second. What changed
 * is not told: a page that hears it asks for itself again.
 */
import type { RequestHandler, Response } from 'express';
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
  clock,
}: {
  library: Pick<LibraryReader, 'onChange'>;
  engine: Pick<Engine, 'onProgress'>;
  clock: Clock;
}): Events {
  const listeners = new Set<Response>();
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
    for (const res of listeners) res.write(text);
  }

  function beat(): void {
    cancelHeartbeat = clock.after(HEARTBEAT_MS, () => {
      write(': still here\n\n');
      beat();
    });
  }

  return {
    connect(_req, res) {
      if (isClosed) return void res.status(503).end();
      res.set({
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no', // nginx would hold the events back
      });
      res.flushHeaders();
      res.write('retry: 3000\n\n');
      listeners.add(res);
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
      for (const res of listeners) res.end();
    },
  };
}
