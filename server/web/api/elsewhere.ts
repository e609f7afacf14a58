/** Paths of the contract that need what no appliance of this kind has. Pure. */

/** Their first parts. */
const MODEL_PARTS = new Set(
  'bulk-imports chat collections data-connectors deep-search describe entities extract face-detection face-match find-moments frames metadata-imports query response responses search segments sites tags transcribe'.split(
    ' ',
  ),
);
/** Last parts below a file, a segment or a segmentation. */
const OF_ONE =
  /^\/(?:files|segmentations)\/[^/]+(?:\/segments\/[^/]+)?\/(?:tags|frames|sync|describes(?:\/[^/]+)?)\/?$/;

/** The sentence of a 501, or undefined for a path that nobody ever promised. */
export function whyElsewhere(path: string): string | undefined {
  const isElsewhere = MODEL_PARTS.has(path.split('/', 2)[1] ?? '') || OF_ONE.test(path);
  return isElsewhere ? 'not available on this appliance' : undefined;
}
