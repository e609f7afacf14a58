/** Puts a decoder's parameters into the stream, so that pieces of several encoders follow each other. Pure. */
import type { Sample, SampleRun } from '../source-index.js';

const DELIMITER = 9;

/** The run with the parameter sets of `avcC` (ISO/IEC 14496-15 5.3.3.1) in each sync sample, before its picture. */
export function withParameterSets(run: SampleRun, avcC: Buffer): SampleRun {
  const lengthSize = (avcC[4]! & 3) + 1;
  const sets = parameterSets(avcC, lengthSize);
  const bytes = run.data.length === 1 ? run.data[0]! : Buffer.concat(run.data);
  const samples: Sample[] = [];
  const data: Buffer[] = [];
  let at = 0;
  for (const sample of run.samples) {
    const own = bytes.subarray(at, at + sample.sizeBytes);
    at += sample.sizeBytes;
    if (!sample.isSync) data.push(own);
    else {
      // An access unit delimiter stands before all else (ITU-T H.264 7.4.1.2.3).
      const head = delimiterBytes(own, lengthSize);
      data.push(own.subarray(0, head), sets, own.subarray(head));
    }
    samples.push(sample.isSync ? { ...sample, sizeBytes: sample.sizeBytes + sets.length } : sample);
  }
  return { samples, data };
}

function parameterSets(avcC: Buffer, lengthSize: number): Buffer {
  const units: Buffer[] = [];
  let at = 5;
  for (const mask of [0x1f, 0xff]) {
    const count = (avcC[at++] ?? 0) & mask;
    for (let i = 0; i < count; i++) {
      const size = avcC.readUInt16BE(at);
      const length = Buffer.alloc(lengthSize);
      length.writeUIntBE(size, 0, lengthSize);
      units.push(length, avcC.subarray(at + 2, at + 2 + size));
      at += 2 + size;
    }
  }
  return Buffer.concat(units);
}

function delimiterBytes(sample: Buffer, lengthSize: number): number {
  if (sample.length <= lengthSize || (sample[lengthSize]! & 0x1f) !== DELIMITER) return 0;
  return lengthSize + sample.readUIntBE(0, lengthSize);
}
