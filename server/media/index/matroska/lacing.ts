/** Blocks (RFC 9559 10): their head, and the sizes of the frames that lie laced together in one. Pure. */
import { readVint } from './ebml.js';

export interface BlockHead {
  track: number;
  /** Relative to the cluster's. */
  ticks: number;
  /** Only meaningful for a SimpleBlock. */
  isKey: boolean;
  /** Bytes before the first frame. */
  headBytes: number;
  frameSizes: number[];
}

/** Track, time and flags. */
export const PLAIN_HEAD_BYTES = 11;
/** Enough for the sizes of laced frames too, in all but hostile files. */
export const LACED_HEAD_BYTES = 1024;
const [NONE, XIPH, FIXED] = [0, 1, 2];

/** True where more than the plain head is needed. */
export function isLaced(head: Buffer): boolean {
  const track = readVint(head, 0);
  return track !== undefined && ((head[track.width + 2] ?? 0) & 0x06) !== 0;
}

/** `head`: the first bytes of a block of `sizeBytes`. `undefined` where they contradict each other. */
export function parseBlockHead(head: Buffer, sizeBytes: number): BlockHead | undefined {
  const track = readVint(head, 0);
  if (!track || track.value === undefined || head.length < track.width + 3) return undefined;
  const flags = head[track.width + 2]!;
  const base = {
    track: track.value,
    ticks: head.readInt16BE(track.width),
    isKey: (flags & 0x80) !== 0,
  };
  const lacing = (flags >> 1) & 3;
  const at = track.width + 3;
  if (lacing === NONE)
    return sizeBytes >= at ? { ...base, headBytes: at, frameSizes: [sizeBytes - at] } : undefined;
  if (head.length <= at) return undefined;
  const count = head[at]! + 1;
  if (lacing === FIXED)
    return finish(
      at + 1,
      Array.from({ length: count - 1 }, () => (sizeBytes - at - 1) / count),
    );
  const laced = lacing === XIPH ? readXiphSizes(head, at + 1, count) : readEbmlSizes(head, at + 1, count);
  return laced && finish(laced.end, laced.sizes);

  /** The last frame takes what is left. */
  function finish(headBytes: number, sizes: number[]): BlockHead | undefined {
    const last = sizeBytes - headBytes - sizes.reduce((sum, size) => sum + size, 0);
    const frameSizes = [...sizes, last];
    return frameSizes.every((size) => Number.isInteger(size) && size >= 0)
      ? { ...base, headBytes, frameSizes }
      : undefined;
  }
}

/** Each size is a run of 255s and a smaller byte. */
function readXiphSizes(
  head: Buffer,
  at: number,
  count: number,
): { sizes: number[]; end: number } | undefined {
  const sizes: number[] = [];
  while (sizes.length < count - 1) {
    let size = 0;
    for (; head[at] === 255; at++) size += 255;
    if (at >= head.length) return undefined;
    sizes.push(size + head[at++]!);
  }
  return { sizes, end: at };
}

/** The first size as it is, the others as signed differences. */
function readEbmlSizes(
  head: Buffer,
  at: number,
  count: number,
): { sizes: number[]; end: number } | undefined {
  const sizes: number[] = [];
  while (sizes.length < count - 1) {
    const vint = readVint(head, at);
    if (!vint || vint.value === undefined) return undefined;
    const bias = 2 ** (7 * vint.width - 1) - 1;
    sizes.push(sizes.length === 0 ? vint.value : sizes.at(-1)! + vint.value - bias);
    at += vint.width;
  }
  return { sizes, end: at };
}
