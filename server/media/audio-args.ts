/**
 * ffmpeg arguments for one chunk of an encoded audio rendition, and which of the packets that come back are
 * the chunk's. Frame i of the rendition holds samples [1024 i, 1024 (i + 1)) of the source's time line
 * exactly, whichever chunk makes it; silence where the source has none. Pure.
 */
import { AAC_FRAME_SAMPLES, silentAacFrame } from './aac.js';
import { BARE, QUIET, type Source } from './args.js';
import type { AudioStream, MediaInfo } from './info.js';
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
/** What keepAudioFrames skips before the first frame that is the chunk's. */
export const LEADING_PACKETS = PRIMING_FRAMES + WARM_UP_FRAMES;
/** Where decoding begins before the wanted sample, and how much of that is thrown away at once: … */
const PREROLL_SECONDS = 1;
/** … the first packets after a seek may lack a time stamp, and overlapping transforms need some to be exact. */
const SETTLED_SECONDS = 0.5;
/** At least this much before the first sample that can come. */
const LEAD_SECONDS = 2;
/** These count in milliseconds: a packet's time is off by some ten samples, another one for each seek. */
const MILLISECOND_FORMATS = ['matroska', 'flv', 'asf'];
const JITTER_SECONDS = 0.002;
/** A number of samples of which all of a codec's packets hold whole multiples; Vorbis has none large enough. */
const PACKET_GRID: Readonly<Record<string, number>> = {
  ...{ aac: 1024, mp2: 576, mp3: 576, ac3: 256, eac3: 256, dts: 256 },
  ...{ flac: 128, opus: 480, wmav1: 512, wmav2: 512 },
};

export interface AudioChunk {
  source: Source;
  rendition: AudioRendition;
  /** AAC frames [firstFrame, endFrame). */
  firstFrame: number;
  endFrame: number;
}

/** What is heard where nobody chooses. */
export function defaultAudioOf({ audios }: MediaInfo): AudioStream | undefined {
  return audios.find(({ isDefault }) => isDefault) ?? audios[0];
}

/** ADTS on stdout; keepAudioFrames takes the chunk's frames out of it. */
export function audioChunkArgs(chunk: AudioChunk): string[] {
  const { source, rendition } = chunk;
  const { sampleRate, channels, ordinal, bitrateBps } = rendition;
  const seekSeconds = startSampleOf(chunk) / sampleRate - PREROLL_SECONDS;
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
    ...['-af', audioFilters(chunk, seekSeconds > 0).join(',')],
    ...['-c:a', 'aac', '-b:a', String(bitrateBps), '-ar', String(sampleRate), '-ac', String(channels)],
    ...['-f', 'adts', 'pipe:1'],
  ];
}

const startSampleOf = ({ firstFrame }: AudioChunk): number =>
  (firstFrame - WARM_UP_FRAMES) * AAC_FRAME_SAMPLES;

function audioFilters(chunk: AudioChunk, isSeeking: boolean): string[] {
  const { source, rendition } = chunk;
  const { sampleRate, channels } = rendition;
  const startSample = startSampleOf(chunk);
  const startSeconds = startSample / sampleRate;
  // The last frame overlaps with what follows it.
  const endSample = (chunk.endFrame + 1) * AAC_FRAME_SAMPLES;
  const sourceRate =
    source.info.audios.find((a) => a.ordinal === rendition.ordinal)?.sampleRate ?? sampleRate;
  const leadSample = (Math.floor(startSeconds) - LEAD_SECONDS) * sourceRate;
  return [
    ...placeOnTimeLine(source.info, rendition.ordinal),
    ...(isSeeking ? [`atrim=start=${(startSeconds - SETTLED_SECONDS).toFixed(6)}`] : []),
    // Silence from long before the first sample up to it, and in gaps of the source. To begin right at the
    // wanted sample would be no good: less than a millisecond is not corrected. A whole second (counted at
    // the source's rate) lies on the sample grid of every rate: resampling has the same phase in all chunks.
    `aresample=${sampleRate}:async=1:first_pts=${leadSample}`,
    `aformat=sample_fmts=fltp:sample_rates=${sampleRate}:channel_layouts=${channels === 1 ? 'mono' : 'stereo'}`,
    // Endless silence after the end, then exactly the samples that are wanted.
    'apad',
    `atrim=start_pts=${startSample}:end_pts=${endSample}`,
  ];
}

/** 0 becomes the plan's 0, and a time stamp that was rounded to a millisecond the sample that was meant. */
function placeOnTimeLine({ audios, format, startSeconds }: MediaInfo, ordinal: number): string[] {
  const audio = audios.find((a) => a.ordinal === ordinal);
  const grid = PACKET_GRID[audio?.codec ?? ''];
  const isRounded = format.split(',').some((name) => MILLISECOND_FORMATS.includes(name));
  const moved = `PTS-round(${startSeconds.toFixed(6)}/TB)`;
  if (!isRounded || !grid || audio?.startSeconds === undefined)
    return startSeconds ? [`asetpts=${moved}`] : [];
  const first = Math.round(audio.startSeconds * audio.sampleRate);
  // Measured at the packet's end: of the very first the encoder's delay is cut off in front.
  const end = `(PTS+S-(${first}))`;
  const correction = `(round(${end}/${grid})*${grid}-${end})`;
  const limit = Math.ceil(JITTER_SECONDS * audio.sampleRate);
  return [`asetpts=${moved}+if(lte(abs(${correction}),${limit}),${correction},0)`.replaceAll(',', '\\,')];
}

/**
 * Frames [firstFrame, endFrame) out of all packets that audioChunkArgs yielded. Where the source ended before
 * the chunk and nothing came, silence.
 */
export function keepAudioFrames(
  packets: readonly Buffer[],
  { rendition, firstFrame, endFrame }: Pick<AudioChunk, 'rendition' | 'firstFrame' | 'endFrame'>,
): SampleRun {
  const silent = silentAacFrame(rendition.channels);
  const data = Array.from(
    { length: endFrame - firstFrame },
    (_, i) => packets[LEADING_PACKETS + i] ?? silent,
  );
  const samples = data.map(({ length }, i) => ({
    ptsTicks: (firstFrame + i) * AAC_FRAME_SAMPLES,
    sizeBytes: length,
    isSync: true,
  }));
  return { samples, data };
}
