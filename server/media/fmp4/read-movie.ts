/** What `moov` and `moof` of a one-track fragmented MP4 say: decoder configuration and sample tables. */
import type { Sample } from '../source-index.js';
import { boxesIn, findBox, malformed } from './read-boxes.js';

export interface Movie {
  timescale: number;
  width: number;
  height: number;
  avcC: Buffer;
  defaults: SampleDefaults;
}

interface SampleDefaults {
  durationTicks: number;
  sizeBytes: number;
  flags: number;
}

/** sample_is_non_sync_sample (ISO/IEC 14496-12 8.8.3.1). */
const NON_SYNC = 0x10000;
/** Bytes of a VisualSampleEntry (12.1.3) after its box header: its child boxes follow. */
const VISUAL_SAMPLE_ENTRY = 78;

export function readMovie(moov: Buffer): Movie {
  return guarded('moov', () => {
    const mdia = required(findBox(moov, 'trak', 'mdia'), 'mdia');
    const mdhd = required(findBox(mdia, 'mdhd'), 'mdhd');
    const stsd = required(findBox(mdia, 'minf', 'stbl', 'stsd'), 'stsd');
    // stsd: version and flags, entry count, entries.
    const avc1 = required(findBox(stsd.subarray(8), 'avc1'), 'avc1');
    const avcC = required(findBox(avc1.subarray(VISUAL_SAMPLE_ENTRY), 'avcC'), 'avcC');
    const trex = required(findBox(moov, 'mvex', 'trex'), 'trex');
    return {
      timescale: mdhd.readUInt32BE(mdhd[0] === 1 ? 20 : 12),
      width: avc1.readUInt16BE(24),
      height: avc1.readUInt16BE(26),
      // Copied, so that the piece of the pipe that it lies in can be freed.
      avcC: Buffer.from(avcC),
      defaults: {
        durationTicks: trex.readUInt32BE(12),
        sizeBytes: trex.readUInt32BE(16),
        flags: trex.readUInt32BE(20),
      },
    };
  });
}

/** Samples in decode order with presentation times on the file's own clock, and the end of presentation. */
export function readMovieFragment(moof: Buffer, movie: Movie): { samples: Sample[]; endTick: number } {
  return guarded('moof', () => {
    const traf = required(findBox(moof, 'traf'), 'traf');
    const defaults = fragmentDefaults(required(findBox(traf, 'tfhd'), 'tfhd'), movie.defaults);
    const tfdt = required(findBox(traf, 'tfdt'), 'tfdt');
    let decodeTick = tfdt[0] === 1 ? Number(tfdt.readBigUInt64BE(4)) : tfdt.readUInt32BE(4);
    let endTick = 0;
    const samples: Sample[] = [];
    for (const { type, body } of boxesIn(traf)) {
      if (type !== 'trun') continue;
      for (const sample of readRun(body, defaults)) {
        const ptsTicks = decodeTick + sample.ctsTicks;
        samples.push({ ptsTicks, sizeBytes: sample.sizeBytes, isSync: !(sample.flags & NON_SYNC) });
        endTick = Math.max(endTick, ptsTicks + sample.durationTicks);
        decodeTick += sample.durationTicks;
      }
    }
    if (!samples.length) throw malformed('a fragment has no samples');
    return { samples, endTick };
  });
}

/** tfhd (8.8.7): optional fields in the order of their flag bits. */
function fragmentDefaults(tfhd: Buffer, defaults: SampleDefaults): SampleDefaults {
  const flags = tfhd.readUIntBE(1, 3);
  let at = 8 + (flags & 0x1 ? 8 : 0) + (flags & 0x2 ? 4 : 0);
  const next = (bit: number, fallback: number) => {
    if (!(flags & bit)) return fallback;
    at += 4;
    return tfhd.readUInt32BE(at - 4);
  };
  return {
    durationTicks: next(0x8, defaults.durationTicks),
    sizeBytes: next(0x10, defaults.sizeBytes),
    flags: next(0x20, defaults.flags),
  };
}

/** trun (8.8.8). */
function* readRun(trun: Buffer, defaults: SampleDefaults) {
  const version = trun[0];
  const flags = trun.readUIntBE(1, 3);
  const count = trun.readUInt32BE(4);
  let at = 8 + (flags & 0x1 ? 4 : 0);
  const next = () => {
    at += 4;
    return trun.readUInt32BE(at - 4);
  };
  const firstFlags = flags & 0x4 ? next() : undefined;
  for (let i = 0; i < count; i++) {
    const durationTicks = flags & 0x100 ? next() : defaults.durationTicks;
    const sizeBytes = flags & 0x200 ? next() : defaults.sizeBytes;
    const ownFlags = flags & 0x400 ? next() : defaults.flags;
    const cts = flags & 0x800 ? next() : 0;
    const ctsTicks = version === 0 ? cts : cts | 0;
    yield { durationTicks, sizeBytes, flags: (i === 0 ? firstFlags : undefined) ?? ownFlags, ctsTicks };
  }
}

function required(found: Buffer | undefined, type: string): Buffer {
  if (!found) throw malformed(`it has no ${type}`);
  return found;
}

/** A read past the end of a box is a fault of the stream, not of the program. */
function guarded<T>(type: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw malformed(`${type} is cut short`, error);
    throw error;
  }
}
