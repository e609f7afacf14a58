/** The Tracks element: what is needed of each entry to find and check its blocks. Pure. */
import { elementsIn, findElement, readFloat, readUint } from './ebml.js';
import { ID } from './ids.js';

export interface MatroskaTrack {
  number: number;
  kind: 'video' | 'audio' | 'subtitle' | 'other';
  codecId: string;
  codecPrivate?: Buffer;
  /** Nanoseconds that come before the first sample that is meant to be heard. */
  codecDelayNs: number;
  defaultDurationNs?: number;
  width: number;
  height: number;
  /** False where blocks do not hold samples as they are: compression, encryption, a clock of their own. */
  isPlain: boolean;
}

const KINDS: Record<number, MatroskaTrack['kind']> = { 1: 'video', 2: 'audio', 17: 'subtitle' };
const MAX_TRACKS = 256;

export function parseTracks(tracks: Buffer): MatroskaTrack[] {
  const parsed: MatroskaTrack[] = [];
  for (const entry of elementsIn(tracks)) {
    if (entry.id === ID.trackEntry && parsed.length < MAX_TRACKS) parsed.push(parseEntry(entry.body));
  }
  return parsed;
}

function parseEntry(entry: Buffer): MatroskaTrack {
  const uint = (id: number, within: Buffer | undefined = entry) => {
    const body = within && findElement(within, id);
    return body ? readUint(body) : 0;
  };
  const codecPrivate = findElement(entry, ID.codecPrivate);
  const scale = findElement(entry, ID.trackTimestampScale);
  const video = findElement(entry, ID.video);
  const defaultDurationNs = uint(ID.defaultDuration);
  return {
    number: uint(ID.trackNumber),
    kind: KINDS[uint(ID.trackType)] ?? 'other',
    codecId: (findElement(entry, ID.codecId) ?? Buffer.alloc(0)).toString('latin1').replace(/\0+$/, ''),
    ...(codecPrivate ? { codecPrivate: Buffer.from(codecPrivate) } : {}),
    codecDelayNs: uint(ID.codecDelay),
    ...(defaultDurationNs > 0 ? { defaultDurationNs } : {}),
    width: uint(ID.pixelWidth, video ?? Buffer.alloc(0)),
    height: uint(ID.pixelHeight, video ?? Buffer.alloc(0)),
    isPlain: !findElement(entry, ID.contentEncodings) && (!scale || readFloat(scale) === 1),
  };
}
