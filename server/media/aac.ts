/** AAC-LC as bytes: what one frame is, how a decoder is set up, what silence looks like (ISO/IEC 14496-3). */
import { AppError } from '../base/errors.js';

/** Samples per channel in one frame (4.5.2.1.1, frameLengthFlag 0). */
export const AAC_FRAME_SAMPLES = 1024;

/** samplingFrequencyIndex (table 1.18). */
export const AAC_SAMPLE_RATES: readonly number[] = [
  ...[96000, 88200, 64000, 48000, 44100, 32000],
  ...[24000, 22050, 16000, 12000, 11025, 8000, 7350],
];

const AAC_LC = 2;
const SILENT_MONO = Buffer.from([0x01, 0x18, 0x20, 0x07]);
const SILENT_STEREO = Buffer.from([0x21, 0x10, 0x04, 0x60, 0x8c, 0x1c]);

/** AudioSpecificConfig of AAC-LC (1.6.2.1): object type, rate index, channel configuration, 3 bits of 0. */
export function audioSpecificConfig({
  sampleRate,
  channels,
}: {
  sampleRate: number;
  channels: number;
}): Buffer {
  const index = AAC_SAMPLE_RATES.indexOf(sampleRate);
  if (index < 0) throw new AppError('render-failed', `AAC has no sample rate of ${sampleRate} Hz`);
  const config = Buffer.alloc(2);
  config.writeUInt16BE((AAC_LC << 11) | (index << 7) | (channels << 3));
  return config;
}

/** One frame without any spectral line; valid at every sample rate. */
export const silentAacFrame = (channels: number): Buffer => (channels === 1 ? SILENT_MONO : SILENT_STEREO);
