/**
 * Finds the `moov` box of a file and what follows from it for all tracks: the movie's clock, the tracks'
 * headers, the defaults of fragments. Reads nothing else of the file.
 */
import type { SourceFile } from '../source-file.js';
import { boxesIn, findBox, readFull, readHeader } from './boxes.js';
import { readEdit, type Edit } from './edits.js';

export interface Track {
  id: number;
  /** 'vide', 'soun' or another handler. */
  handler: string;
  timescale: number;
  edit: Edit;
  /** Sample table box. */
  stbl: Buffer;
  /** Type and body of the one sample entry; absent where there are several, or none. */
  entry?: { type: string; body: Buffer };
}

export interface Movie {
  tracks: Track[];
  /** Track id → defaults of its fragments; absent in a file without fragments. */
  fragmentDefaults?: Map<number, FragmentDefaults>;
  /** Where the box after moov begins. */
  end: number;
}

export interface FragmentDefaults {
  durationTicks: number;
  sizeBytes: number;
  flags: number;
}

const MAX_MOOV_BYTES = 256 * 1024 * 1024;
const MAX_TOP_BOXES = 10_000;
const MAX_TRACKS = 256;

/** `undefined` where there is no usable moov. */
export async function readMovie(source: SourceFile): Promise<Movie | undefined> {
  let position = 0;
  for (let n = 0; n < MAX_TOP_BOXES && position < source.sizeBytes; n++) {
    const header = readHeader(await source.peek(position, 16), source.sizeBytes - position);
    if (!header) return undefined;
    if (header.type === 'moov') {
      if (header.size > MAX_MOOV_BYTES || position + header.size > source.sizeBytes) return undefined;
      const moov = await source.peek(position + header.length, header.size - header.length);
      return parseMovie(moov, position + header.size);
    }
    position += header.size;
  }
  return undefined;
}

function parseMovie(moov: Buffer, end: number): Movie | undefined {
  const mvhd = findBox(moov, 'mvhd');
  const movieTimescale = mvhd ? readTimescale(mvhd) : 0;
  if (!movieTimescale) return undefined;
  const tracks: Track[] = [];
  for (const box of boxesIn(moov)) {
    if (box.type !== 'trak') continue;
    if (tracks.length === MAX_TRACKS) return undefined;
    tracks.push(parseTrack(box.body, movieTimescale));
  }
  const mvex = findBox(moov, 'mvex');
  return { tracks, end, ...(mvex ? { fragmentDefaults: readDefaults(mvex) } : {}) };
}

/** Keeps a place for a track that cannot be read, so that positions are those that ffmpeg counts. */
function parseTrack(trak: Buffer, movieTimescale: number): Track {
  const tkhd = readFull(findBox(trak, 'tkhd') ?? Buffer.alloc(0));
  const idAt = tkhd.version === 1 ? 16 : 8;
  const mdhd = findBox(trak, 'mdia', 'mdhd');
  const handler = findBox(trak, 'mdia', 'hdlr')?.toString('latin1', 8, 12) ?? '';
  const timescale = mdhd ? readTimescale(mdhd) : 0;
  const stbl = findBox(trak, 'mdia', 'minf', 'stbl') ?? Buffer.alloc(0);
  const edit = readEdit(findBox(trak, 'edts', 'elst'), timescale, movieTimescale);
  const entries = [...boxesIn((findBox(stbl, 'stsd') ?? Buffer.alloc(0)).subarray(8))];
  return {
    id: tkhd.content.length >= idAt + 4 ? tkhd.content.readUInt32BE(idAt) : 0,
    handler,
    timescale,
    edit,
    stbl,
    ...(entries.length === 1 ? { entry: entries[0]! } : {}),
  };
}

/** mvhd and mdhd begin alike: creation, modification, timescale; 64-bit times in version 1. */
function readTimescale(box: Buffer): number {
  const { version, content } = readFull(box);
  const at = version === 1 ? 16 : 8;
  return content.length >= at + 4 ? content.readUInt32BE(at) : 0;
}

function readDefaults(mvex: Buffer): Map<number, FragmentDefaults> {
  const defaults = new Map<number, FragmentDefaults>();
  for (const box of boxesIn(mvex)) {
    const { content } = readFull(box.body);
    if (box.type !== 'trex' || content.length < 20) continue;
    defaults.set(content.readUInt32BE(0), {
      durationTicks: content.readUInt32BE(8),
      sizeBytes: content.readUInt32BE(12),
      flags: content.readUInt32BE(16),
    });
  }
  return defaults;
}
