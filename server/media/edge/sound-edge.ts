/**
 * An edge of a clip's sound: AAC frames of the parent decoded, everything outside the range replaced by silence, and
 * encoded again on the same grid of frames. Pure: says what to feed, what to run and what to keep.
 */
import { AAC_FRAME_SAMPLES, silentAacFrame } from '../aac.js';
import { QUIET } from '../args.js';
import { LEADING_PACKETS } from '../audio-args.js';
import { INPUT_LIMITS } from '../input.js';
import type { ClipAudio } from '../clip/model.js';
import type { Frames } from './model.js';

/** Packet j of an encoder yields what it was given as frame j - 1; the others before the first are warm-up. */
const LEAD = LEADING_PACKETS - 1;
const [LEAST_BPS, MOST_BPS] = [96_000, 320_000];

/** The parent's frames that must be decoded for `frames`; empty where these are nothing but silence. */
export function neededFrames({ from, to }: Frames, { rendition, window }: ClipAudio): Frames {
  const first = Math.max(from - LEAD, Math.floor(window.fromSample / AAC_FRAME_SAMPLES));
  const end = Math.min(to + 1, Math.ceil(window.toSample / AAC_FRAME_SAMPLES));
  // A frame needs the one before it to be decoded right.
  return { from: Math.max(first - 1, rendition.frames[0]!), to: Math.max(end, first) };
}

/** ADTS of the needed frames on stdin, ADTS on stdout. */
export function soundEdgeArgs(frames: Frames, needed: Frames, { rendition, window }: ClipAudio): string[] {
  const { sampleRate, channels } = rendition;
  const begin = (frames.from - LEAD) * AAC_FRAME_SAMPLES;
  const end = (frames.to + 1) * AAC_FRAME_SAMPLES;
  const decoded = needed.from * AAC_FRAME_SAMPLES;
  const heardFrom = Math.max(begin, window.fromSample);
  const heardTo = Math.min(end, window.toSample);
  const layout = channels === 1 ? 'mono' : 'stereo';
  const format = `aformat=sample_fmts=fltp:sample_rates=${sampleRate}:channel_layouts=${layout}`;
  const heard = [
    format,
    // Counted, since ADTS has no times; a decoder that ends early is filled up.
    'apad',
    `atrim=start_sample=${heardFrom - decoded}:end_sample=${heardTo - decoded}`,
    'asetpts=N',
  ].join(',');
  const silence = (samples: number, name: string) =>
    `anullsrc=r=${sampleRate}:cl=${layout},${format},atrim=end_sample=${samples}[${name}]`;
  const parts = [
    ...(heardFrom > begin ? [['before', silence(heardFrom - begin, 'before')] as const] : []),
    ['heard', `[0:a:0]${heard}[heard]`] as const,
    ...(end > heardTo ? [['after', silence(end - heardTo, 'after')] as const] : []),
  ];
  const names = parts.map(([name]) => `[${name}]`).join('');
  const joined = `${names}concat=n=${parts.length}:v=0:a=1[out]`;
  const bitrateBps = Math.round(Math.min(MOST_BPS, Math.max(LEAST_BPS, rendition.bitrateBps)));
  return [
    ...QUIET,
    ...['-filter_complex_threads', '1', ...INPUT_LIMITS, '-f', 'aac', '-i', 'pipe:0'],
    ...['-filter_complex', [...parts.map(([, chain]) => chain), joined].join(';'), '-map', '[out]'],
    ...['-c:a', 'aac', '-b:a', String(bitrateBps), '-ar', String(sampleRate), '-ac', String(channels)],
    ...['-f', 'adts', 'pipe:1'],
  ];
}

/** Out of all packets that soundEdgeArgs yielded. */
export function keepSoundEdge(packets: readonly Buffer[], { from, to }: Frames, channels: number): Buffer[] {
  const silent = silentAacFrame(channels);
  return Array.from({ length: to - from }, (_, i) => packets[LEADING_PACKETS + i] ?? silent);
}
