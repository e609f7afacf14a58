/**
 * Express changes the prototype of every request and response, which costs Node 20 and 22 half their speed.
 * Here they are born as what Express would make of them, so that it finds nothing to change.
 */
import http from 'node:http';
import express, { type Express } from 'express';

/** For http.createServer. The app's own prototypes are replaced, so call it before the first request. */
export function bornFor(app: Express): http.ServerOptions {
  class Request extends http.IncomingMessage {}
  class Response extends http.ServerResponse {}
  // Copied rather than inherited: a class keeps V8's fast construction, an object put in between loses it.
  copyProperties(express.request, Request.prototype, app);
  copyProperties(express.response, Response.prototype, app);
  Object.assign(app, { request: Request.prototype, response: Response.prototype });
  return { IncomingMessage: Request, ServerResponse: Response as typeof http.ServerResponse };
}

function copyProperties(from: object, to: object, app: Express): void {
  const { constructor: _, ...properties } = Object.getOwnPropertyDescriptors(from);
  Object.defineProperties(to, properties);
  Object.defineProperty(to, 'app', { value: app, configurable: true, enumerable: true, writable: true });
}
