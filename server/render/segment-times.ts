/** What a finished media segment says of itself, read back from its bytes (ISO/IEC 14496-12 8.8). Pure. */

export interface SegmentTimes {
  baseDecodeTime: number;
  sampleCount: number;
  durationTicks: number;
}

const DATA_OFFSET = 0x1;
const FIRST_FLAGS = 0x4;
const PER_SAMPLE = [0x100, 0x200, 0x400, 0x800];

/** One `moof` and one `mdat`, nothing else; undefined for anything that does not add up. */
export function readSegmentTimes(segment: Buffer): SegmentTimes | undefined {
  try {
    const moofBytes = segment.readUInt32BE(0);
    const mdatBytes = segment.readUInt32BE(moofBytes);
    const types = segment.toString('latin1', 4, 8) + segment.toString('latin1', moofBytes + 4, moofBytes + 8);
    if (types !== 'moofmdat' || moofBytes + mdatBytes !== segment.length) return undefined;
    const moof = segment.subarray(0, moofBytes);
    const tfdt = bodyOf(moof, 'tfdt');
    const run = readRun(bodyOf(moof, 'trun'));
    if (run.dataBytes !== mdatBytes - 8) return undefined;
    const baseDecodeTime = tfdt[0] === 1 ? Number(tfdt.readBigUInt64BE(4)) : tfdt.readUInt32BE(4);
    return { baseDecodeTime, sampleCount: run.sampleCount, durationTicks: run.durationTicks };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** From the version byte on. The moof is ours: a type's four letters stand nowhere else before it. */
function bodyOf(moof: Buffer, type: string): Buffer {
  const at = moof.indexOf(type, 0, 'latin1');
  return at < 0 ? Buffer.alloc(0) : moof.subarray(at + 4);
}

function readRun(trun: Buffer): { sampleCount: number; durationTicks: number; dataBytes: number } {
  const flags = trun.readUIntBE(1, 3);
  const sampleCount = trun.readUInt32BE(4);
  const stride = PER_SAMPLE.filter((bit) => flags & bit).length * 4;
  let at = 8 + (flags & DATA_OFFSET ? 4 : 0) + (flags & FIRST_FLAGS ? 4 : 0);
  let durationTicks = 0;
  let dataBytes = 0;
  for (let i = 0; i < sampleCount; i++, at += stride) {
    durationTicks += trun.readUInt32BE(at);
    dataBytes += trun.readUInt32BE(at + 4);
  }
  return { sampleCount, durationTicks, dataBytes };
}
