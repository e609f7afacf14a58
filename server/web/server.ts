/**
 * The HTTP server itself: limits, malformed input, an end that is really an end. What is answered is
 * decided by the two listeners that it is given: streams first, everything else through Express.
 */
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Express } from 'express';
import { AppError, hasErrno } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { bornFor } from './born-for-express.js';

export interface WebServer {
  listen(): Promise<{ port: number }>;
  /** Takes no more connections, lets running answers end for five seconds, then cuts them. */
  close(): Promise<void>;
}

const LIMITS: http.ServerOptions = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 15_000,
  // Uploads last long; all other bodies have a deadline of their own.
  requestTimeout: 0,
  // Longer than the usual 60 s of a proxy in front, which would otherwise reuse a connection as we close it.
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
};
/** A player that stopped reading comes back with a Range request. */
const SILENT_MS = 5 * 60_000;
const GRACE_MS = 5_000;
const IDLE_CHECK_MS = 50;

export function createServer({
  app,
  listener,
  settings,
  log,
}: {
  app: Express;
  listener: http.RequestListener;
  settings: { port: number; host: string };
  log: Log;
}): WebServer {
  const server = http.createServer({ ...LIMITS, ...bornFor(app) }, listener);
  server.timeout = SILENT_MS;
  server.on('clientError', answerMalformed);
  let ending: Promise<void> | undefined;

  async function listen(): Promise<{ port: number }> {
    await new Promise<void>((resolve, reject) => {
      const fail = (error: Error) => reject(listenError(error, settings));
      server.once('error', fail);
      server.listen(settings.port, settings.host, () => {
        server.off('error', fail);
        // Afterwards only accept() can fail (out of descriptors): those connections are lost, not the server.
        server.on('error', (error) => log.error({ err: error }, 'a connection could not be accepted'));
        resolve();
      });
    });
    return { port: (server.address() as AddressInfo).port };
  }

  function close(): Promise<void> {
    ending ??= new Promise<void>((resolve) => {
      if (!server.listening) return resolve();
      const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
      const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS);
      server.close(() => {
        clearInterval(idle);
        clearTimeout(cut);
        resolve();
      });
      server.closeIdleConnections();
    });
    return ending;
  }

  return { listen, close };
}

/** The parser gave up on this connection, so nothing that follows on it may be believed. */
function answerMalformed(error: Error, socket: Duplex): void {
  const untouched = socket.writable && (socket as Socket).bytesWritten === 0;
  if (!untouched || hasErrno(error, 'ECONNRESET')) return void socket.destroy();
  const status = hasErrno(error, 'HPE_HEADER_OVERFLOW')
    ? '431 Request Header Fields Too Large'
    : hasErrno(error, 'ERR_HTTP_REQUEST_TIMEOUT')
      ? '408 Request Timeout'
      : '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

function listenError(error: Error, { port, host }: { port: number; host: string }): Error {
  const sentence = hasErrno(error, 'EADDRINUSE')
    ? `Port ${port} is already in use on ${host}; stop the other program or set PORT to another one.`
    : hasErrno(error, 'EACCES')
      ? `Port ${port} may not be opened by this user; set PORT to 1024 or above.`
      : hasErrno(error, 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN')
        ? `HOST is "${host}", which is not an address of this machine; 0.0.0.0 means all of them.`
        : undefined;
  return sentence ? new AppError('invalid', sentence, { cause: error }) : error;
}
