/**
 * Expands a track's sample table (ISO/IEC 14496-12 8.5–8.7) into flat arrays. Every count is held against
 * the size of its box before anything is allocated; a table that contradicts itself is `undefined`.
 */
import { findBox, readFull, readUint32s } from './boxes.js';

/** Samples in decode order. */
export interface SampleTable {
  count: number;
  sizes: Uint32Array;
  positions: Float64Array;
  /** Runs of (count, ticks per sample): decode durations. */
  durations: Uint32Array;
  /** Runs of (count, signed ticks): composition minus decode time; absent where there is no difference. */
  offsets?: Int32Array;
  /** Sync samples, from 0, ascending; absent where every sample is one. */
  syncs?: Uint32Array;
}

/** Two days of sound, and more of pictures. */
const MAX_SAMPLES = 8_000_000;
/** A table without entries cannot claim much more than the file holds, even if the file was cut off. */
const MAX_CLAIM = 16;

/** `sizeBytes` of the file bounds what a table may claim. */
export function readSampleTable(stbl: Buffer, sizeBytes: number): SampleTable | undefined {
  const chunks = readChunks(stbl);
  const durations = readRuns(findBox(stbl, 'stts'), 2);
  if (!chunks || !durations) return undefined;
  const sizes = readSizes(stbl, chunks.length, sizeBytes);
  if (!sizes || sizes.length === 0 || countRuns(durations) < sizes.length) return undefined;
  const positions = placeSamples(stbl, chunks, sizes);
  if (!positions) return undefined;
  const ctts = findBox(stbl, 'ctts');
  const offsets = ctts && readRuns(ctts, 2);
  if (ctts && (!offsets || countRuns(offsets) < sizes.length)) return undefined;
  const stss = findBox(stbl, 'stss');
  const syncs = stss && readSyncs(stss, sizes.length);
  if (stss && !syncs) return undefined;
  return {
    count: sizes.length,
    sizes,
    positions,
    durations,
    // Version 0 is unsigned on paper; writers that mean small negative numbers use it all the same.
    ...(offsets ? { offsets: new Int32Array(offsets.buffer) } : {}),
    ...(syncs ? { syncs } : {}),
  };
}

/** Calls `each` with the value of every sample, from runs of (count, value). */
export function expandRuns(
  runs: Uint32Array | Int32Array,
  count: number,
  each: (n: number, value: number) => void,
): void {
  let n = 0;
  for (let run = 0; run + 1 < runs.length && n < count; run += 2) {
    const end = Math.min(count, n + (runs[run]! >>> 0));
    for (const value = runs[run + 1]!; n < end; n++) each(n, value);
  }
}

/** File positions of chunks, 32 or 64 bits. */
function readChunks(stbl: Buffer): Float64Array | undefined {
  const stco = findBox(stbl, 'stco');
  if (stco) {
    const positions = readRuns(stco, 1);
    return positions && Float64Array.from(positions);
  }
  const halves = readRuns(findBox(stbl, 'co64'), 2);
  return (
    halves &&
    Float64Array.from({ length: halves.length / 2 }, (_, n) => halves[2 * n]! * 2 ** 32 + halves[2 * n + 1]!)
  );
}

/** The entries of a full box that has a count and then `width` 32-bit numbers per entry. */
function readRuns(box: Buffer | undefined, width: number): Uint32Array | undefined {
  if (!box || box.length < 8) return undefined;
  return readUint32s(box, 8, box.readUInt32BE(4) * width);
}

function countRuns(runs: Uint32Array): number {
  let total = 0;
  for (let run = 0; run < runs.length; run += 2) total += runs[run]!;
  return total;
}

function readSizes(stbl: Buffer, chunkCount: number, sizeBytes: number): Uint32Array | undefined {
  const stsz = findBox(stbl, 'stsz');
  const { content } = readFull(stsz ?? findBox(stbl, 'stz2') ?? Buffer.alloc(0));
  if (content.length < 8) return undefined;
  const [sizeField, count] = [content.readUInt32BE(0), content.readUInt32BE(4)];
  if (count > MAX_SAMPLES) return undefined;
  if (!stsz) return readCompactSizes(content, sizeField & 0xff, count);
  if (sizeField === 0) return readUint32s(content, 8, count);
  // One size for all needs no table, so the count is held against the chunks and the file instead.
  if (count * sizeField > MAX_CLAIM * sizeBytes) return undefined;
  const samples = countChunkSamples(stbl, chunkCount);
  return samples !== undefined && count <= samples ? new Uint32Array(count).fill(sizeField) : undefined;
}

/** stz2: fields of 4, 8 or 16 bits. */
function readCompactSizes(content: Buffer, bits: number, count: number): Uint32Array | undefined {
  if (![4, 8, 16].includes(bits) || 8 + Math.ceil((count * bits) / 8) > content.length) return undefined;
  return Uint32Array.from({ length: count }, (_, n) => {
    if (bits === 16) return content.readUInt16BE(8 + 2 * n);
    const byte = content[8 + ((n * bits) >> 3)]!;
    return bits === 8 ? byte : n % 2 === 0 ? byte >> 4 : byte & 15;
  });
}

function countChunkSamples(stbl: Buffer, chunkCount: number): number | undefined {
  const stsc = readRuns(findBox(stbl, 'stsc'), 3);
  if (!stsc) return undefined;
  let total = 0;
  for (let run = 0; run < stsc.length; run += 3) {
    const first = stsc[run]! - 1;
    const next = run + 3 < stsc.length ? stsc[run + 3]! - 1 : chunkCount;
    total += Math.max(0, Math.min(next, chunkCount) - first) * stsc[run + 1]!;
  }
  return total;
}

/** Walks chunks and their runs of samples per chunk (stsc); all samples must find a place. */
function placeSamples(stbl: Buffer, chunks: Float64Array, sizes: Uint32Array): Float64Array | undefined {
  const stsc = readRuns(findBox(stbl, 'stsc'), 3);
  if (!stsc || stsc.length === 0 || stsc[0] !== 1) return undefined;
  const positions = new Float64Array(sizes.length);
  let sample = 0;
  let run = 0;
  for (let chunk = 0; chunk < chunks.length && sample < sizes.length; chunk++) {
    while (run + 3 < stsc.length && stsc[run + 3]! - 1 <= chunk) run += 3;
    let position = chunks[chunk]!;
    const end = Math.min(sizes.length, sample + stsc[run + 1]!);
    for (; sample < end; sample++) {
      positions[sample] = position;
      position += sizes[sample]!;
    }
  }
  return sample === sizes.length ? positions : undefined;
}

function readSyncs(stss: Buffer, sampleCount: number): Uint32Array | undefined {
  const numbers = readRuns(stss, 1);
  if (!numbers) return undefined;
  for (let n = 0; n < numbers.length; n++) {
    numbers[n]!--; // counted from 1
    if (numbers[n]! >= sampleCount || (n > 0 && numbers[n]! <= numbers[n - 1]!)) return undefined;
  }
  return numbers;
}
