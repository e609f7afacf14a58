/**
 * ffmpeg arguments for one chunk of an encoded audio rendition, and which of the packets that come back are
 * the chunk's. Frame i of the rendition holds samples [1024 i, 1024 (i + 1)) of the source's time line
 * exactly, whichever chunk makes it; silence where the source has none. Pure.
 */
import { AAC_FRAME_SAMPLES, silentAacFrame } from './aac.js';
import { BARE, QUIET, type Source } from './args.js';
import { inputName, INPUT_LIMITS } from './input.js';
import type { AudioRendition } from './plan.js';
import type { SampleRun } from './source-index.js';

/**
 * Packets to drop in front. ffmpeg's AAC encoder begins with one that only primes the decoder: packet j
 * yields what went in as frame j - 1. Two more let the encoder's and the decoder's memory settle, so that
 * the first packet kept sounds like one from the middle of an endless encode.
 */
const PRIMING_FRAMES = 1;
const WARM_UP_FRAMES = 2;
/** Decoders of overlapping transforms need some packets before they are exact. */
const PREROLL_SECONDS = 0.5;
/** Longer than any source is decoded before the wanted time. */
const LEAD_SECONDS = 60;

export interface AudioChunk {
  source: Source;
  rendition: AudioRendition;
  /** AAC frames [firstFrame, endFrame). */
  firstFrame: number;
  endFrame: number;
}

/** ADTS on stdout; keepAudioFrames takes the chunk's frames out of it. */
export function audioChunkArgs({ source, rendition, firstFrame, endFrame }: AudioChunk): string[] {
  const { sampleRate, channels, ordinal, bitrateBps } = rendition;
  const startSample = (firstFrame - WARM_UP_FRAMES) * AAC_FRAME_SAMPLES;
  // The last frame overlaps with what follows it.
  const endSample = (endFrame + 1) * AAC_FRAME_SAMPLES;
  const seekSeconds = startSample / sampleRate - PREROLL_SECONDS;
  // Whole seconds lie on the sample grid of every rate, so that resampling has one phase in all chunks.
  const leadSample = (Math.floor(startSample / sampleRate) - LEAD_SECONDS) * sampleRate;
  return [
    ...QUIET,
    ...INPUT_LIMITS,
    ...(seekSeconds > 0 ? ['-noaccurate_seek', '-ss', seekSeconds.toFixed(6)] : []),
    // Times stay the container's: samples are placed by them, whatever was decoded before.
    '-copyts',
    // The picture is not even read where the container allows to skip it.
    ...['-discard:v', 'all'],
    ...['-i', inputName(source.path)],
    ...['-map', `0:a:${ordinal}`, '-vn', '-sn', '-dn', ...BARE],
    ...['-af', audioFilters(source.info.startSeconds, rendition, leadSample, startSample, endSample).join(',')],
    ...['-c:a', 'aac', '-b:a', String(bitrateBps), '-ar', String(sampleRate), '-ac', String(channels)],
    ...['-f', 'adts', 'pipe:1'],
  ];
}

function audioFilters(
  startSeconds: number,
  { sampleRate, channels }: AudioRendition,
  leadSample: number,
  startSample: number,
  endSample: number,
): string[] {
  return [
    // Audio filters count in samples of the source's own rate.
    ...(startSeconds ? [`asetpts=PTS-round(${startSeconds.toFixed(6)}/TB)`] : []),
    // Silence from long before the first sample up to it, and in gaps of the source. Asking for it from the
    // wanted sample on would be no good: less than a millisecond is not corrected.
    `aresample=${sampleRate}:async=1:first_pts=${leadSample}`,
    `aformat=sample_fmts=fltp:sample_rates=${sampleRate}:channel_layouts=${channels === 1 ? 'mono' : 'stereo'}`,
    // Endless silence after the end, then exactly the samples that are wanted.
    'apad',
    `atrim=start_pts=${startSample}:end_pts=${endSample}`,
  ];
}

/**
 * Frames [firstFrame, endFrame) out of all packets that audioChunkArgs yielded. Where the source ended before
 * the chunk and nothing came, silence.
 */
export function keepAudioFrames(
  packets: readonly Buffer[],
  { rendition, firstFrame, endFrame }: Pick<AudioChunk, 'rendition' | 'firstFrame' | 'endFrame'>,
): SampleRun {
  const skipped = PRIMING_FRAMES + WARM_UP_FRAMES;
  const silent = silentAacFrame(rendition.channels);
  const data = Array.from({ length: endFrame - firstFrame }, (_, i) => packets[skipped + i] ?? silent);
  const samples = data.map(({ length }, i) => ({
    ptsTicks: (firstFrame + i) * AAC_FRAME_SAMPLES,
    sizeBytes: length,
    isSync: true,
  }));
  return { samples, data };
}
