/** One media segment: `moof` + `mdat` of a single track. Takes timing as given; pack.ts decides it. */
import { box, fullBox, u32, u64 } from './boxes.js';
import { TRACK_ID } from './init-segment.js';

export interface PackedSample {
  durationTicks: number;
  sizeBytes: number;
  /** Shown at decode time + ctsTicks; may be negative. */
  ctsTicks: number;
  isSync: boolean;
}

export interface PackedRun {
  kind: 'video' | 'audio';
  baseDecodeTime: number;
  samples: PackedSample[];
  /** The samples' bytes back to back, in any number of pieces. */
  data: Buffer[];
}

// sample_flags (ISO/IEC 14496-12 8.8.3.1): a sync sample depends on no other; others do, and are not sync.
const SYNC_FLAGS = 0x02000000;
const NON_SYNC_FLAGS = 0x01010000;
// trun tr_flags (8.8.8.1).
const DATA_OFFSET = 0x1;
const DURATION = 0x100;
const SIZE = 0x200;
const FLAGS = 0x400;
const COMPOSITION_OFFSET = 0x800;
const DEFAULT_BASE_IS_MOOF = 0x020000;

/** The pieces of the segment in order; media bytes are passed through, never copied. */
export function mediaSegment(run: PackedRun, sequence: number): Buffer[] {
  const dataBytes = run.data.reduce((sum, piece) => sum + piece.length, 0);
  const trun = trackRun(run);
  const mfhd = fullBox('mfhd', 0, 0, u32(sequence));
  const tfhd = fullBox('tfhd', 0, DEFAULT_BASE_IS_MOOF, u32(TRACK_ID));
  const tfdt = fullBox('tfdt', 1, 0, u64(run.baseDecodeTime));
  const moof = box('moof', mfhd, box('traf', tfhd, tfdt, trun));
  // The run's data offset counts from the first byte of moof; trun is its last child: 16 = size, type,
  // version and flags, sample count.
  moof.writeInt32BE(moof.length + 8, moof.length - trun.length + 16);
  return [moof, Buffer.concat([u32(dataBytes + 8), Buffer.from('mdat')]), ...run.data];
}

/** TrackRunBox version 1, whose composition offsets are signed. */
function trackRun({ kind, samples }: PackedRun): Buffer {
  const isVideo = kind === 'video';
  const flags = DATA_OFFSET | DURATION | SIZE | (isVideo ? FLAGS | COMPOSITION_OFFSET : 0);
  const body = Buffer.alloc(8 + samples.length * (isVideo ? 16 : 8));
  body.writeUInt32BE(samples.length, 0);
  let at = 8;
  for (const sample of samples) {
    at = body.writeUInt32BE(sample.durationTicks, at);
    at = body.writeUInt32BE(sample.sizeBytes, at);
    if (!isVideo) continue;
    at = body.writeUInt32BE(sample.isSync ? SYNC_FLAGS : NON_SYNC_FLAGS, at);
    at = body.writeInt32BE(sample.ctsTicks, at);
  }
  return fullBox('trun', 1, flags, body);
}
