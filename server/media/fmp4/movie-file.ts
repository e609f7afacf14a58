/**
 * The head of a progressive MP4 file (ISO/IEC 14496-12): all tables in front of the media bytes, so that it plays
 * while it is still on its way. Takes samples as packed; knows nothing of where their bytes come from.
 */
import { box, fullBox, u16, u32, u64, u8, zeros } from './boxes.js';
import { UNDETERMINED, UNITY_MATRIX } from './init-segment.js';
import type { PackedSample } from './media-segment.js';
import { boxesIn, findBox, malformed } from './read-boxes.js';

/** Samples whose bytes lie back to back, all decoded with the same entry. */
export interface FileChunk {
  /** Position in `entries`. */
  entry: number;
  samples: readonly PackedSample[];
}

export interface FileTrack {
  kind: 'video' | 'audio';
  timescale: number;
  /** When the first sample is shown, in ticks; before it there is nothing. */
  startTick: number;
  /** Initialisation sections, each saying how the chunks of its `entry` are decoded. */
  inits: readonly Buffer[];
  /** Their decode times touch each other. */
  chunks: readonly FileChunk[];
}

/** `order`: the chunks as [track, chunk] in the order of their bytes, which follow the returned ones directly. */
export function movieFileHead(
  tracks: readonly FileTrack[],
  order: readonly (readonly [track: number, chunk: number])[],
): Buffer {
  const brand = tracks.some(({ kind }) => kind === 'video') ? 'isom' : 'M4A ';
  const ftyp = box('ftyp', Buffer.from(brand), u32(0x200), Buffer.from('isomiso6mp41'));
  const sizeOf = ([track, chunk]: readonly [number, number]) =>
    tracks[track]!.chunks[chunk]!.samples.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const dataBytes = order.reduce((sum, one) => sum + sizeOf(one), 0);
  // 64 bits as soon as any could be needed; some megabytes of tables do not matter for that.
  const isLarge = dataBytes > 0xf0000000;
  const mdat = isLarge
    ? Buffer.concat([u32(1), Buffer.from('mdat'), u64(dataBytes + 16)])
    : Buffer.concat([u32(dataBytes + 8), Buffer.from('mdat')]);
  const moovWith = (base: number) => {
    const offsets = tracks.map(({ chunks }) => chunks.map(() => 0));
    let at = base;
    for (const [track, chunk] of order) {
      offsets[track]![chunk] = at;
      at += sizeOf([track, chunk]);
    }
    return movie(tracks, offsets, isLarge);
  };
  // Its size does not depend on where the data begins.
  const base = ftyp.length + moovWith(0).length + mdat.length;
  return Buffer.concat([ftyp, moovWith(base), mdat]);
}

function movie(tracks: readonly FileTrack[], offsets: readonly number[][], isLarge: boolean): Buffer {
  // Sound's clock, so that its beginning is told to the sample.
  const { timescale } = tracks.find(({ kind }) => kind === 'audio') ?? tracks[0]!;
  const durations = tracks.map((track) =>
    Math.ceil(((track.startTick + durationOf(track)) * timescale) / track.timescale),
  );
  const rest = [u32(0x10000), u16(0x100), zeros(10), UNITY_MATRIX, zeros(24), u32(tracks.length + 1)];
  const mvhd = fullBox('mvhd', 1, 0, zeros(16), u32(timescale), u64(Math.max(...durations)), ...rest);
  const traks = tracks.map((track, i) =>
    trackBox(track, { id: i + 1, durationTicks: durations[i]!, timescale, offsets: offsets[i]!, isLarge }),
  );
  return box('moov', mvhd, ...traks);
}

interface InMovie {
  id: number;
  /** In ticks of the movie's `timescale`. */
  durationTicks: number;
  timescale: number;
  offsets: readonly number[];
  isLarge: boolean;
}

function trackBox(track: FileTrack, place: InMovie): Buffer {
  const isVideo = track.kind === 'video';
  const entries = track.inits.map(sampleEntry);
  // VisualSampleEntry: 8 bytes of box header, 24 before the size.
  const [width, height] = isVideo ? [entries[0]!.readUInt16BE(32), entries[0]!.readUInt16BE(34)] : [0, 0];
  const shape = [u16(isVideo ? 0 : 0x100, 0), UNITY_MATRIX, u32(width * 0x10000, height * 0x10000)];
  const times = [zeros(16), u32(place.id, 0), u64(place.durationTicks)];
  const tkhd = fullBox('tkhd', 1, 7, ...times, zeros(8), u16(0, 0), ...shape);
  const mdhd = fullBox(
    ...(['mdhd', 1, 0, zeros(16), u32(track.timescale), u64(durationOf(track))] as const),
    u16(UNDETERMINED, 0),
  );
  const hdlr = fullBox('hdlr', 0, 0, u32(0), Buffer.from(isVideo ? 'vide' : 'soun'), zeros(12), u8(0));
  const header = isVideo ? fullBox('vmhd', 0, 1, zeros(8)) : fullBox('smhd', 0, 0, zeros(4));
  const dinf = box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1)));
  const stbl = box('stbl', fullBox('stsd', 0, 0, u32(entries.length), ...entries), ...tables(track, place));
  return box('trak', tkhd, edits(track, place), box('mdia', mdhd, hdlr, box('minf', header, dinf, stbl)));
}

/** Hides nothing: says when the track begins, and takes back the delay that the composition offsets have. */
function edits(track: FileTrack, { durationTicks, timescale }: InMovie): Buffer {
  const emptyTicks = Math.round((track.startTick * timescale) / track.timescale);
  const edit = (ticks: number, mediaTick: number) => {
    const time = Buffer.alloc(8);
    time.writeBigInt64BE(BigInt(mediaTick));
    return Buffer.concat([u64(ticks), time, u16(1, 0)]);
  };
  const list = [
    ...(emptyTicks > 0 ? [edit(emptyTicks, -1)] : []),
    edit(durationTicks - emptyTicks, delayOf(track)),
  ];
  return box('edts', fullBox('elst', 1, 0, u32(list.length), ...list));
}

function tables(track: FileTrack, { offsets, isLarge }: InMovie): Buffer[] {
  const samples = track.chunks.flatMap((chunk) => chunk.samples);
  const delay = delayOf(track);
  const runs = (values: number[]) => {
    const list: [count: number, value: number][] = [];
    for (const value of values) {
      const run = list.at(-1);
      if (run?.[1] === value) run[0]++;
      else list.push([1, value]);
    }
    return [u32(list.length), u32(...list.flat())];
  };
  const syncs = samples.flatMap(({ isSync }, i) => (isSync ? [i + 1] : []));
  const needsOffsets = samples.some(({ ctsTicks }) => ctsTicks !== 0);
  const chunks = track.chunks.map((chunk, i) => [i + 1, chunk.samples.length, chunk.entry + 1]);
  return [
    fullBox('stts', 0, 0, ...runs(samples.map((sample) => sample.durationTicks))),
    ...(needsOffsets
      ? [fullBox('ctts', 0, 0, ...runs(samples.map((sample) => sample.ctsTicks + delay)))]
      : []),
    ...(syncs.length < samples.length ? [fullBox('stss', 0, 0, u32(syncs.length), u32(...syncs))] : []),
    fullBox('stsc', 0, 0, u32(chunks.length), u32(...chunks.flat())),
    fullBox('stsz', 0, 0, u32(0, samples.length), u32(...samples.map((sample) => sample.sizeBytes))),
    isLarge
      ? fullBox('co64', 0, 0, u32(offsets.length), ...offsets.map(u64))
      : fullBox('stco', 0, 0, u32(offsets.length), u32(...offsets)),
  ];
}

const durationOf = ({ chunks }: FileTrack): number =>
  chunks.reduce(
    (sum, { samples }) => samples.reduce((ticks, sample) => ticks + sample.durationTicks, sum),
    0,
  );

/** Offsets of a progressive file are better not negative: not every player knows those. */
const delayOf = ({ chunks }: FileTrack): number =>
  chunks.reduce(
    (most, { samples }) => samples.reduce((max, { ctsTicks }) => Math.max(max, -ctsTicks), most),
    0,
  );

/** How a section's samples are decoded: the one entry of its `stsd`. */
function sampleEntry(init: Buffer): Buffer {
  const stsd = findBox(init, 'moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd');
  const entries = stsd?.subarray(8);
  if (!entries || [...boxesIn(entries)].length !== 1) throw malformed('a section describes no track');
  return entries;
}
