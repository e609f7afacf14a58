/**
 * What browsers are told to refuse on our pages. Streams, posters and downloads set their own. A page that
 * may be framed elsewhere replaces the policy by `pagePolicy({ frameAncestors: '*' })`.
 */
import type { RequestHandler } from 'express';
import helmet from 'helmet';

export function createSecurityHeaders({ isHttps }: { isHttps: boolean }): RequestHandler {
  return helmet({
    contentSecurityPolicy: false, // set below, as one text that pages can replace
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    // frame-ancestors says it in the policy; this header could not allow the embedded player.
    frameguard: false,
    // On a plain-http address in a home network both would only be noise.
    strictTransportSecurity: isHttps ? { maxAge: 15_552_000, includeSubDomains: false } : false,
    crossOriginOpenerPolicy: isHttps,
  });
}

/** The Content-Security-Policy of a page; hls.js needs a worker and media from blobs. */
export function pagePolicy({ frameAncestors = "'self'" }: { frameAncestors?: string } = {}): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "worker-src 'self' blob:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${frameAncestors}`,
  ].join('; ');
}
