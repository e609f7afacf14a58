/** The waveform of a file or a clip: how sound is decoded for it, and the highest of each slice. Pure. */
import { BARE, QUIET, type Source } from './args.js';
import type { AudioStream, MediaInfo } from './info.js';
import { inputName, INPUT_LIMITS } from './input.js';
import { defaultAudioOf } from './audio-args.js';
import type { ClipRange } from './clip/index.js';
import { stretchOf, type Stretch } from './stretch.js';

export interface WaveformLayout {
  stretch: Stretch;
  audio: AudioStream;
  /** Equal slices of the stretch. */
  count: number;
}

/** What a player draws. */
export interface Waveform {
  version: 1;
  durationSeconds: number;
  /** The loudest moment of each slice, 0 to 1. */
  peaks: number[];
}

const MAX_PEAKS = 2000;
const PEAKS_PER_SECOND = 20;
/** More digits than anybody sees only make it longer. */
const STEPS = 1000;
const FULL_SCALE = 32768;
/** Of the samples that are looked at: enough for loudness, and little enough to hand over for hours of sound. */
const SAMPLE_RATE = 8000;
/** The shortest filters: what they let pass of higher tones is as loud as it should be. */
const RESAMPLING = `aresample=${SAMPLE_RATE}:async=1:first_pts=0:filter_size=2:phase_shift=2`;

/** Undefined where there is nothing to be heard. Of several tracks the default one. */
export function layoutWaveform(info: MediaInfo, range?: ClipRange): WaveformLayout | undefined {
  const stretch = stretchOf(info, range);
  const audio = defaultAudioOf(info);
  if (!stretch || !audio) return undefined;
  const seconds = stretch.endSeconds - stretch.startSeconds;
  return { stretch, audio, count: Math.min(MAX_PEAKS, Math.ceil(seconds * PEAKS_PER_SECOND)) };
}

/** The stretch's sound and no other, as one channel of 16-bit samples on stdout. */
export function waveformArgs({ path }: Source, { stretch, audio }: WaveformLayout): string[] {
  const { startSeconds, endSeconds } = stretch;
  return [
    ...QUIET,
    ...INPUT_LIMITS,
    // The picture is not even read where the container allows to skip it.
    ...['-discard:v', 'all', '-threads', '1'],
    ...(startSeconds > 0 ? ['-ss', startSeconds.toFixed(3)] : []),
    ...['-t', (endSeconds - startSeconds).toFixed(3), '-i', inputName(path)],
    ...['-map', `0:a:${audio.ordinal}`, '-vn', '-sn', '-dn', ...BARE],
    // Silence where the source has none, so that a sample's place is its time.
    ...['-af', RESAMPLING, '-ac', '1'],
    ...['-c:a', 'pcm_s16le', '-f', 's16le', 'pipe:1'],
  ];
}

/** Takes the samples as they come. */
export function createPeaks({ stretch, count }: WaveformLayout): {
  push(chunk: Buffer): void;
  finish(): Waveform;
} {
  const durationSeconds = stretch.endSeconds - stretch.startSeconds;
  const samplesPerPeak = (durationSeconds * SAMPLE_RATE) / count;
  const highest = new Float64Array(count);
  let rest: Buffer = Buffer.alloc(0);
  let sample = 0;
  let slice = 0;
  let sliceEnd = samplesPerPeak;

  return {
    push(chunk) {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      const whole = bytes.length - (bytes.length % 2);
      rest = bytes.subarray(whole);
      for (let at = 0; at < whole && slice < count; at += 2) {
        const level = Math.abs(bytes.readInt16LE(at));
        if (level > highest[slice]!) highest[slice] = level;
        if (++sample >= sliceEnd) sliceEnd = (++slice + 1) * samplesPerPeak;
      }
    },
    finish: () => ({
      version: 1,
      durationSeconds: Number(durationSeconds.toFixed(3)),
      peaks: Array.from(highest, (level) => Math.round((level / FULL_SCALE) * STEPS) / STEPS),
    }),
  };
}
