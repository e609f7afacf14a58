import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import type { Request, Response } from 'express';
import { createFakeClock } from '../../../server/base/clock.js';
import { createEvents } from '../../../server/web/pages/events.js';

function start() {
  const clock = createFakeClock();
  const changes = new Set<() => void>();
  const out = new Set<Request>();
  const listen = (listener: () => void) => {
    changes.add(listener);
    return () => void changes.delete(listener);
  };
  const events = createEvents({
    library: { onChange: (listener) => listen(() => listener('f1')) },
    engine: { onProgress: (listener) => listen(() => listener('g1', { state: 'rendering', fraction: 0 })) },
    isStillIn: (req) => Promise.resolve(!out.has(req)),
    clock,
  });
  return {
    clock,
    out,
    events,
    changes,
    change: () => changes.forEach((tell) => tell()),
    connect() {
      const stream = Object.assign(new EventEmitter(), {
        written: '',
        isEnded: false,
        set: () => stream,
        flushHeaders: () => {},
        write: (text: string) => void (stream.written += text),
        end: () => void (stream.isEnded = true),
      });
      const req = {} as Request;
      events.connect(req, stream as unknown as Response, () => {});
      return Object.assign(stream, { req });
    },
  };
}
const count = (text: string) => text.split('event: changed').length - 1;

test('a change is told at once, a thousand changes once a second', async () => {
  const { clock, change, connect } = start();
  const page = connect();
  change();
  await clock.advance(0);
  expect(count(page.written)).toBe(1);
  for (let i = 0; i < 1000; i++) change();
  await clock.advance(999);
  expect(count(page.written)).toBe(1);
  await clock.advance(1);
  expect(count(page.written)).toBe(2);
  await clock.advance(10_000);
  expect(count(page.written)).toBe(2);
});

test('a silent stream is kept open, and a page that left hears nothing', async () => {
  const { clock, change, connect } = start();
  const [page, other] = [connect(), connect()];
  await clock.advance(60_000);
  expect(page.written.split(': still here').length - 1).toBe(2);
  page.emit('close');
  const before = page.written;
  change();
  await clock.advance(1000);
  expect(page.written).toBe(before);
  expect(count(other.written)).toBe(1);
});

test('a stream ends soon after the session that it was opened with', async () => {
  const { clock, out, connect } = start();
  const [page, other] = [connect(), connect()];
  out.add(page.req);
  await clock.advance(25_000);
  expect([page.isEnded, other.isEnded]).toEqual([true, false]);
});

test('closing ends every stream and lets go of the library', () => {
  const { events, changes, connect } = start();
  const page = connect();
  events.close();
  expect(page.isEnded).toBe(true);
  expect(changes.size).toBe(0);
});
