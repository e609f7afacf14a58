/** The head of a Matroska file: its clock, its tracks, its cues and where the clusters begin. */
import type { SourceFile } from '../source-file.js';
import { elementsIn, findElement, MAX_HEADER_BYTES, readElement, readUint } from './ebml.js';
import { parseCues, type Cue } from './cues.js';
import { ID } from './ids.js';
import { parseTracks, type MatroskaTrack } from './tracks.js';

export interface Segment {
  /** Ticks per second; always a whole number. */
  timescale: number;
  tracks: MatroskaTrack[];
  /** Of all tracks, ascending in time. */
  cues: Cue[];
  firstCluster: number;
  /** Where the Segment says that it ends; absent for a live recording. */
  end?: number;
}

const NANOSECONDS = 1e9;
const DEFAULT_SCALE = 1_000_000;
const MAX_HEAD_ELEMENTS = 200;
const MAX_PART_BYTES = 64 * 1024 * 1024;

/** `undefined` where it is not a file that can be indexed. */
export async function readSegment(source: SourceFile): Promise<Segment | undefined> {
  const ebml = readElement(await source.peek(0, MAX_HEADER_BYTES), 0);
  if (ebml?.id !== ID.ebml || ebml.sizeBytes === undefined) return undefined;
  const at = ebml.headerBytes + ebml.sizeBytes;
  const segment = readElement(await source.peek(at, MAX_HEADER_BYTES), 0);
  if (segment?.id !== ID.segment) return undefined;
  const start = at + segment.headerBytes;

  const parts = await readHead(source, start);
  const [info, trackEntries] = [parts.bodies.get(ID.info), parts.bodies.get(ID.tracks)];
  if (!trackEntries || parts.firstCluster === undefined) return undefined;
  const scale = (info && readOptional(info, ID.timestampScale)) ?? DEFAULT_SCALE;
  const timescale = NANOSECONDS / scale;
  if (!Number.isInteger(timescale)) return undefined;
  const cues =
    parts.bodies.get(ID.cues) ?? (await readPart(source, start, parts.seeks.get(ID.cues), ID.cues));
  return {
    timescale,
    tracks: parseTracks(trackEntries),
    cues: cues ? parseCues(cues, start) : [],
    firstCluster: parts.firstCluster,
    ...(segment.sizeBytes === undefined ? {} : { end: start + segment.sizeBytes }),
  };
}

/** Everything in front of the first cluster, and the positions that the seek head promises. */
async function readHead(source: SourceFile, start: number) {
  const bodies = new Map<number, Buffer>();
  const seeks = new Map<number, number>();
  let position = start;
  for (let n = 0; n < MAX_HEAD_ELEMENTS; n++) {
    const element = readElement(await source.peek(position, MAX_HEADER_BYTES), 0);
    if (!element) break;
    if (element.id === ID.cluster) return { bodies, seeks, firstCluster: position };
    if (element.sizeBytes === undefined) break;
    const isWanted = [ID.seekHead, ID.info, ID.tracks, ID.cues].some((id) => id === element.id);
    if (isWanted && element.sizeBytes <= MAX_PART_BYTES && !bodies.has(element.id)) {
      const body = await readBody(source, position + element.headerBytes, element.sizeBytes);
      if (body) bodies.set(element.id, body);
      if (body && element.id === ID.seekHead) addSeeks(body, seeks);
    }
    position += element.headerBytes + element.sizeBytes;
  }
  return { bodies, seeks };
}

function addSeeks(seekHead: Buffer, seeks: Map<number, number>): void {
  for (const seek of elementsIn(seekHead)) {
    if (seek.id !== ID.seek) continue;
    const [id, position] = [readOptional(seek.body, ID.seekId), readOptional(seek.body, ID.seekPosition)];
    if (id !== undefined && position !== undefined && !seeks.has(id)) seeks.set(id, position);
  }
}

/** `offset` counts from the start of the Segment's content. */
async function readPart(source: SourceFile, start: number, offset: number | undefined, id: number) {
  if (offset === undefined) return undefined;
  const element = readElement(await source.peek(start + offset, MAX_HEADER_BYTES), 0);
  if (element?.id !== id || element.sizeBytes === undefined || element.sizeBytes > MAX_PART_BYTES)
    return undefined;
  return readBody(source, start + offset + element.headerBytes, element.sizeBytes);
}

async function readBody(
  source: SourceFile,
  position: number,
  sizeBytes: number,
): Promise<Buffer | undefined> {
  if (position + sizeBytes > source.sizeBytes) return undefined;
  return source.peek(position, sizeBytes);
}

function readOptional(body: Buffer, id: number): number | undefined {
  const element = findElement(body, id);
  const value = element ? readUint(element) : NaN;
  return Number.isNaN(value) ? undefined : value;
}
