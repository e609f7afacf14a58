/** Paths of the contract that need what no appliance of this kind has. Pure. */

/** Their first parts. */
const MODEL_PARTS = new Set(
  'chat collections data-connectors deep-search describe entities extract face-detection face-match frames response responses search tags transcribe'.split(
    ' ',
  ),
);

/** The sentence of a 501, or undefined for a path that nobody ever promised. */
export function whyElsewhere(path: string): string | undefined {
  return MODEL_PARTS.has(path.split('/', 2)[1] ?? '') ? 'not available on this appliance' : undefined;
}
