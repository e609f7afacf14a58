/** Where to go after sign-in: a page of ours, whatever the address bar was made to say. Pure. */

const NOWHERE = 'http://nowhere.invalid';
/** Pages that would lead straight back. */
const LOOPS = /^\/(?:login|logout|setup)(?:\/|$)/;

export function readNextPath(given: unknown): string {
  if (typeof given !== 'string' || given.length > 1000 || !/^\/(?![/\\])/.test(given)) return '/';
  try {
    const url = new URL(given, NOWHERE);
    return url.origin === NOWHERE && !LOOPS.test(url.pathname) && !url.pathname.startsWith('//')
      ? url.pathname + url.search
      : '/';
  } catch {
    return '/';
  }
}
