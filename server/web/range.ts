/** The Range header (RFC 9110 14): one range or the whole. Pure. */

export interface ByteRange {
  start: number;
  /** Inclusive, as in Content-Range. */
  end: number;
}

const MANY_DIGITS = 16;

/**
 * undefined: send the whole (no header, another unit, several ranges, nonsense). 'unsatisfiable': 416. A
 * reversed range is nonsense too, but one that only a broken client asks for: better told than guessed.
 */
export function parseRange(
  header: string | undefined,
  sizeBytes: number,
): ByteRange | 'unsatisfiable' | undefined {
  const match = header === undefined ? null : /^bytes=[ \t]*([0-9]*)-([0-9]*)[ \t]*$/i.exec(header);
  if (!match) return undefined;
  const [first, last] = [match[1]!, match[2]!];
  if (first === '' && last === '') return undefined;
  if (first === '') return fromEnd(toInteger(last), sizeBytes);
  const start = toInteger(first);
  const end = last === '' ? sizeBytes - 1 : Math.min(toInteger(last), sizeBytes - 1);
  return start > end ? 'unsatisfiable' : { start, end };
}

function fromEnd(length: number, sizeBytes: number): ByteRange | 'unsatisfiable' {
  if (length === 0 || sizeBytes === 0) return 'unsatisfiable';
  return { start: Math.max(0, sizeBytes - length), end: sizeBytes - 1 };
}

/** Beyond what a number can hold exactly, any is as good as infinite. */
function toInteger(digits: string): number {
  const significant = digits.replace(/^0+(?=[0-9])/, '');
  return significant.length > MANY_DIGITS ? Infinity : Number(significant);
}
