/** Paths of the contract that this version or this appliance has not, each answered plainly. Pure. */

const VERSION = 'not available in this version';
const APPLIANCE = 'not available on this appliance';

/** First parts of paths that need a model. */
const MODEL_PARTS = new Set(
  'chat collections data-connectors deep-search describe entities extract face-detection face-match frames response responses search tags transcribe'.split(
    ' ',
  ),
);
const LATER_PARTS = new Set(['segmentations', 'segments', 'thumbnails']);
/** What lies below /files; reading them is answered by files.ts. */
const LATER_IN_FILES = /^\/files(?:\/[^/]+(?:\/(?:segmentations|thumbnails|segments)(?:\/[^/]+)?)?)?$/;

/** The sentence of a 501, or undefined for a path that nobody ever promised. */
export function whyElsewhere(path: string): string | undefined {
  const clean = path.replace(/\/+$/, '');
  const first = clean.split('/', 2)[1] ?? '';
  if (MODEL_PARTS.has(first)) return APPLIANCE;
  return LATER_PARTS.has(first) || LATER_IN_FILES.test(clean) ? VERSION : undefined;
}
