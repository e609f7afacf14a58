/**
 * From the request target as it came over the wire to the one our routes know: absolute form made relative
 * (RFC 9112 3.2.2), BASE_URL's path prefix taken off where a proxy left it on. Pure.
 */

/** First parts of our own paths: a prefix that is spelt like one of them is only taken off before another. */
const OWN_PARTS = new Set(
  'assets docs download embed favicon.ico files healthz hls login logout media metrics oembed readyz robots.txt settings setup share shares theme v1'.split(
    ' ',
  ),
);

export function createTargetReader(prefix: string): (target: string) => string {
  const isLikeOurs = OWN_PARTS.has(prefix.slice(1));
  return (target) => {
    const path = target.startsWith('/') ? target : toOriginForm(target);
    if (prefix === '' || !path.startsWith(prefix)) return path;
    const rest = path.slice(prefix.length);
    if (rest === '' || rest.startsWith('?')) return `/${rest}`;
    if (!rest.startsWith('/')) return path;
    return isLikeOurs && !isOurs(rest) ? path : rest;
  };
}

function isOurs(path: string): boolean {
  const first = path.slice(1).split(/[/?]/, 1)[0]!;
  return first === '' || OWN_PARTS.has(first);
}

function toOriginForm(target: string): string {
  const match = /^https?:\/\/[^/?#]*(.*)$/i.exec(target);
  if (!match) return target;
  const rest = match[1]!;
  return rest.startsWith('/') ? rest : `/${rest}`;
}
