/**
 * What browsers are told to refuse, unless a page says what it needs: nothing is loaded, nothing is framed,
 * no address is told to anybody. Streams, posters and downloads set their own.
 */
import type { RequestHandler } from 'express';
import helmet from 'helmet';

export function createSecurityHeaders({ isHttps }: { isHttps: boolean }): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], frameAncestors: ["'self'"] },
    },
    referrerPolicy: { policy: 'no-referrer' },
    // On a plain-http address in a home network both would only be noise.
    strictTransportSecurity: isHttps ? { maxAge: 15_552_000, includeSubDomains: false } : false,
    crossOriginOpenerPolicy: isHttps,
  });
}
