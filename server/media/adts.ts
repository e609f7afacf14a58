/**
 * Takes raw AAC frames out of an ADTS stream (ISO/IEC 14496-3 1.A.2) as it arrives, and puts them into one. ADTS
 * frames carry no time: the n-th frame of the stream is the n-th frame that the encoder made.
 */
import { AppError } from '../base/errors.js';
import { AAC_SAMPLE_RATES } from './aac.js';

export interface AdtsReader {
  /** Whole frames without their headers. Errors: AppError 'render-failed'. */
  push(chunk: Buffer): Buffer[];
  /** Call at the end of the stream. Errors: 'render-failed' when it ended inside a frame. */
  end(): void;
}

const HEADER_BYTES = 7;
const CRC_BYTES = 2;

export function createAdtsReader(): AdtsReader {
  let rest: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      const bytes = rest.length ? Buffer.concat([rest, chunk]) : chunk;
      const frames: Buffer[] = [];
      let at = 0;
      while (bytes.length - at >= HEADER_BYTES) {
        const { frameBytes, headerBytes } = readHeader(bytes, at);
        if (bytes.length - at < frameBytes) break;
        frames.push(bytes.subarray(at + headerBytes, at + frameBytes));
        at += frameBytes;
      }
      rest = bytes.subarray(at);
      return frames;
    },
    end() {
      if (rest.length) throw malformed('it ended in the middle of a frame');
    },
  };
}

function readHeader(bytes: Buffer, at: number): { frameBytes: number; headerBytes: number } {
  // 12 bits of syncword; layer must be 0.
  if ((bytes.readUInt16BE(at) & 0xfff6) !== 0xfff0)
    throw malformed('a frame does not begin with the syncword');
  const hasCrc = !(bytes[at + 1]! & 1);
  const headerBytes = HEADER_BYTES + (hasCrc ? CRC_BYTES : 0);
  const frameBytes = (bytes.readUIntBE(at + 3, 3) >> 5) & 0x1fff;
  if (frameBytes <= headerBytes) throw malformed('a frame has no valid length');
  if (bytes[at + 6]! & 3) throw malformed('a frame holds more than one block');
  return { frameBytes, headerBytes };
}

/** Frames with ADTS headers (ISO/IEC 14496-3 1.A.2.2), AAC-LC. */
export function writeAdts(frames: readonly Buffer[], sampleRate: number, channels: number): Buffer {
  const rate = AAC_SAMPLE_RATES.indexOf(sampleRate);
  const parts = frames.flatMap((frame) => {
    const sizeBytes = frame.length + HEADER_BYTES;
    // MPEG-4, no CRC; profile LC; buffer fullness "variable"; one block.
    const header = [0xff, 0xf1, 0x40 | (rate << 2) | (channels >> 2)];
    header.push(((channels & 3) << 6) | (sizeBytes >> 11), (sizeBytes >> 3) & 0xff);
    header.push(((sizeBytes & 7) << 5) | 0x1f, 0xfc);
    return [Buffer.from(header), frame];
  });
  return Buffer.concat(parts);
}

function malformed(what: string): AppError {
  return new AppError('render-failed', `The audio encoder's output is malformed: ${what}`);
}
