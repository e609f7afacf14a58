/**
 * Fetches the bytes of samples that lie scattered in a source, in few reads: neighbours, and what is only a
 * small gap apart (the other track's chunk between two of ours), come in one.
 */
import { AppError } from '../../base/errors.js';
import { runConcurrently } from './concurrently.js';
import type { SourceFile } from './source-file.js';

/** `count` extents in the order in which their bytes are wanted. */
export interface Extents {
  count: number;
  positionOf(n: number): number;
  sizeOf(n: number): number;
}

interface Span {
  from: number;
  to: number;
  /** Pieces of this span, [from, to) in the file. */
  pieces: { from: number; to: number }[];
}

const MAX_GAP_BYTES = 32 * 1024;
const MAX_SPAN_BYTES = 4 * 1024 * 1024;
/** Far above any segment; a run beyond it comes of damaged tables. */
const MAX_RUN_BYTES = 512 * 1024 * 1024;
const READS_AT_ONCE = 4;

/** Errors: 'source-changed' when the file is not the one that was opened, 'source-damaged' when it is short. */
export async function gather(source: SourceFile, extents: Extents): Promise<Buffer[]> {
  const spans = planSpans(extents);
  const parts: Buffer[][] = [];
  try {
    await runConcurrently(spans.length, READS_AT_ONCE, async (n) => {
      const { from, to, pieces } = spans[n]!;
      const bytes = await source.peek(from, to - from);
      if (bytes.length < to - from)
        throw new AppError('source-damaged', 'The original ends before its last picture.');
      parts[n] = pieces.map((piece) => bytes.subarray(piece.from - from, piece.to - from));
    });
  } finally {
    // Also after a failure: a file that is being rewritten is not a damaged one.
    await source.checkUnchanged();
  }
  return parts.flat();
}

function planSpans({ count, positionOf, sizeOf }: Extents): Span[] {
  const spans: Span[] = [];
  let total = 0;
  for (let n = 0; n < count; n++) {
    const from = positionOf(n);
    const to = from + sizeOf(n);
    total += to - from;
    if (total > MAX_RUN_BYTES) throw new AppError('source-damaged', 'The original asks for an absurd read.');
    const span = spans.at(-1);
    const isNear =
      span && from >= span.to && from - span.to <= MAX_GAP_BYTES && to - span.from <= MAX_SPAN_BYTES;
    if (!isNear) spans.push({ from, to, pieces: [{ from, to }] });
    else {
      const piece = span.pieces.at(-1)!;
      if (from === piece.to) piece.to = to;
      else span.pieces.push({ from, to });
      span.to = to;
    }
  }
  return spans;
}
