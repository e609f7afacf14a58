/**
 * Collects the samples of a fragmented file: what its moov lists, then every `moof` (ISO/IEC 14496-12 8.8).
 * Reads the boxes only, two small reads per fragment, never the media.
 */
import type { SourceFile } from '../source-file.js';
import { boxesIn, findBox, readFull, readHeader } from './boxes.js';
import { createSampleList, type SampleList } from './sample-list.js';
import { readTrackSamples, type TrackSamples } from './track-samples.js';
import type { FragmentDefaults, Movie } from './movie.js';

const MAX_BOXES = 100_000;
const MAX_SAMPLES = 8_000_000;
const MAX_MOOF_BYTES = 16 * 1024 * 1024;
const PEEK_BYTES = 4096;
const IS_NON_SYNC = 0x10000;
/** tf_flags and tr_flags. */
const TFHD = { base: 0x1, entry: 0x2, duration: 0x8, size: 0x10, flags: 0x20, moofBase: 0x20000 };
const TRUN = { offset: 0x1, firstFlags: 0x4, duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 };

/** Track id → samples; a track whose fragments contradict themselves is left out. */
export async function readFragments(
  source: SourceFile,
  movie: Movie,
  defaults: Map<number, FragmentDefaults>,
): Promise<Map<number, TrackSamples>> {
  // No sample is smaller than a byte.
  const room = { samples: Math.min(MAX_SAMPLES, source.sizeBytes) };
  const lists = new Map<number, SampleList>();
  for (const track of movie.tracks) {
    const trackDefaults = defaults.get(track.id);
    if (!trackDefaults || track.timescale === 0) continue;
    lists.set(
      track.id,
      createSampleList(trackDefaults, room, readTrackSamples(track.stbl, source.sizeBytes)),
    );
  }
  let position = movie.end;
  for (let n = 0; n < MAX_BOXES && position < source.sizeBytes; n++) {
    const head = await source.peek(position, PEEK_BYTES);
    const header = readHeader(head, source.sizeBytes - position);
    if (!header) break;
    if (header.type === 'moof') {
      if (header.size > MAX_MOOF_BYTES || position + header.size > source.sizeBytes) break;
      const whole = header.size <= head.length ? head : await source.peek(position, header.size);
      addFragment(whole.subarray(header.length, header.size), position, lists);
    }
    position += header.size;
  }
  const samples = [...lists].map(([id, list]) => [id, list.finish()] as const);
  return new Map(samples.filter((entry): entry is [number, TrackSamples] => entry[1] !== undefined));
}

function addFragment(moof: Buffer, moofPosition: number, lists: Map<number, SampleList>): void {
  let dataEnd = moofPosition;
  for (const traf of boxesIn(moof)) {
    if (traf.type !== 'traf') continue;
    const tfhd = readTfhd(findBox(traf.body, 'tfhd'));
    const list = tfhd && lists.get(tfhd.trackId);
    if (!tfhd || !list) return; // where the next track's data lie can no longer be told
    const base = tfhd.basePosition ?? (tfhd.isMoofBase ? moofPosition : dataEnd);
    const decodeTicks = readTfdt(findBox(traf.body, 'tfdt'));
    if (decodeTicks !== undefined) list.jumpTo(decodeTicks);
    let dataPosition = base;
    for (const box of boxesIn(traf.body)) {
      if (box.type === 'trun')
        dataPosition = addRun(box.body, base, dataPosition, { ...list.defaults, ...tfhd.defaults }, list);
    }
    dataEnd = dataPosition;
  }
}

/** Adds one run's samples; gives the position behind its data. */
function addRun(
  trun: Buffer,
  base: number,
  behindLast: number,
  defaults: FragmentDefaults,
  list: SampleList,
): number {
  const { flags, content } = readFull(trun);
  const has = (flag: number) => (flags & flag ? 4 : 0);
  const entryBytes = has(TRUN.duration) + has(TRUN.size) + has(TRUN.flags) + has(TRUN.composition);
  const headBytes = 4 + has(TRUN.offset) + has(TRUN.firstFlags);
  if (content.length < headBytes) return list.spoil(behindLast);
  const count = content.readUInt32BE(0);
  if (headBytes + count * entryBytes > content.length) return list.spoil(behindLast);
  let position = has(TRUN.offset) ? base + content.readInt32BE(4) : behindLast;
  const firstFlags = has(TRUN.firstFlags) ? content.readUInt32BE(4 + has(TRUN.offset)) : undefined;
  let at = headBytes;
  const take = (flag: number, otherwise: number) => {
    if (!has(flag)) return otherwise;
    at += 4;
    return content.readUInt32BE(at - 4);
  };
  for (let n = 0; n < count && !list.isFull(); n++) {
    const durationTicks = take(TRUN.duration, defaults.durationTicks);
    const sizeBytes = take(TRUN.size, defaults.sizeBytes);
    const ownFlags = take(TRUN.flags, defaults.flags);
    const sampleFlags = n === 0 && firstFlags !== undefined ? firstFlags : ownFlags;
    const compositionTicks = take(TRUN.composition, 0) | 0; // signed in version 1, and in practice
    list.add({ position, sizeBytes, durationTicks, compositionTicks, isSync: !(sampleFlags & IS_NON_SYNC) });
    position += sizeBytes;
  }
  return position;
}

function readTfhd(tfhd: Buffer | undefined) {
  if (!tfhd) return undefined;
  const { flags, content } = readFull(tfhd);
  let at = 4;
  const take = (flag: number, bytes: 4 | 8) => {
    if (!(flags & flag) || at + bytes > content.length) return undefined;
    at += bytes;
    return bytes === 8 ? Number(content.readBigUInt64BE(at - 8)) : content.readUInt32BE(at - 4);
  };
  if (content.length < 4) return undefined;
  const basePosition = take(TFHD.base, 8);
  if ((take(TFHD.entry, 4) ?? 1) !== 1) return undefined;
  const [durationTicks, sizeBytes, sampleFlags] = [
    take(TFHD.duration, 4),
    take(TFHD.size, 4),
    take(TFHD.flags, 4),
  ];
  return {
    trackId: content.readUInt32BE(0),
    basePosition,
    isMoofBase: Boolean(flags & TFHD.moofBase),
    defaults: {
      ...(durationTicks !== undefined ? { durationTicks } : {}),
      ...(sizeBytes !== undefined ? { sizeBytes } : {}),
      ...(sampleFlags !== undefined ? { flags: sampleFlags } : {}),
    },
  };
}

function readTfdt(tfdt: Buffer | undefined): number | undefined {
  if (!tfdt) return undefined;
  const { version, content } = readFull(tfdt);
  if (content.length < (version === 1 ? 8 : 4)) return undefined;
  return version === 1 ? Number(content.readBigUInt64BE(0)) : content.readUInt32BE(0);
}
