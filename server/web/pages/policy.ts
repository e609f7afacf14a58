/** What a browser may do with our pages: nothing from elsewhere, no inline script, framed only where meant. */
import type { Response } from 'express';

export interface PagePolicy {
  /** The player alone may stand in any frame; a whole page only in our own. */
  isFramable?: boolean;
  /** The only sites that may frame it besides ours; left out: any. */
  frameOrigins?: readonly string[] | undefined;
  /**
   * 'none' keeps signed-in pages out of every cache; 'check' lets a browser keep the page and ask whether it
   * is still true.
   */
  keep: 'none' | 'check';
  /** The player's controls carry their styles inside them. Scripts never do. */
  hasPlayer?: boolean;
  /** Forms that are sent before sign-in prove by their Origin where they came from; no-referrer empties it. */
  sendsOrigin?: boolean;
}

const DIRECTIVES = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  // blob: is the Media Source that hls.js fills; data: the empty track that it puts its captions into.
  "media-src 'self' blob: data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
].join('; ');

export function setPolicy(
  res: Response,
  { isFramable = false, frameOrigins, keep, hasPlayer = false, sendsOrigin = false }: PagePolicy,
): void {
  const styles = hasPlayer ? "; style-src-elem 'self' 'unsafe-inline'" : '';
  const framers = isFramable ? (frameOrigins ?? ['*']) : [];
  const ancestors = framers[0] === '*' ? '*' : ["'self'", ...framers].join(' ');
  res.set({
    'Content-Security-Policy': `${DIRECTIVES}${styles}; frame-ancestors ${ancestors}`,
    'Referrer-Policy': sendsOrigin ? 'same-origin' : 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Robots-Tag': 'noindex',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
    'Cache-Control': keep === 'none' ? 'no-store' : 'private, no-cache',
  });
  // It cannot name sites; browsers that know frame-ancestors leave it aside.
  if (framers.length > 0) res.removeHeader('X-Frame-Options');
  else res.set('X-Frame-Options', 'SAMEORIGIN');
}
