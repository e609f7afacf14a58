/**
 * Turns what an encoder writes into whole segments of the plan, each checked before it leaves: right pictures
 * at right times, a keyframe first, parameters as the playlist promises. Pure: bytes in, segments out.
 */
import { createAdtsReader } from '../media/adts.js';
import { audioSpecificConfig } from '../media/aac.js';
import { keepAudioFrames, LEADING_PACKETS } from '../media/audio-args.js';
import { AppError } from '../base/errors.js';
import {
  createFragmentReader,
  initSegment,
  mediaSegment,
  packAudio,
  packVideo,
} from '../media/fmp4/index.js';
import type { Fragment, FragmentInit } from '../media/fmp4/model.js';
import { avcCodecs } from '../media/h264-level.js';
import type { AudioRendition, EncodedVideo, VideoGrid } from '../media/plan.js';
import { timescaleOf } from '../media/rational.js';
import type { Sample } from '../media/source-index.js';
import type { Span } from './timeline.js';

export type Assembled = { type: 'init'; bytes: Buffer } | { type: 'segment'; n: number; bytes: Buffer };

export interface Assembler {
  /** Errors: AppError 'render-failed' with what is wrong. */
  push(chunk: Buffer): Assembled[];
  /** The encoder has ended well. Errors: 'render-failed' when segments are missing. */
  end(): Assembled[];
}

export function createVideoAssembler(rendition: EncodedVideo, grid: VideoGrid, span: Span): Assembler {
  const { frames } = grid;
  const { frameTicks } = timescaleOf(grid.frameRate);
  const reader = createFragmentReader({ startTick: frames[span.first]! * frameTicks });
  let n = span.first;
  let samples: Sample[] = [];
  let data: Buffer[] = [];

  function take(event: FragmentInit | Fragment): Assembled[] {
    if (event.type === 'init') {
      checkParameters(event, rendition);
      return [{ type: 'init', bytes: initSegment({ kind: 'video', ...event }) }];
    }
    samples.push(...event.run.samples);
    data.push(...event.run.data);
    const wanted = n <= span.last ? frames[n + 1]! - frames[n]! : 0;
    if (samples.length < wanted) return [];
    if (samples.length > wanted)
      throw wrong(`segment ${n} has ${samples.length} frames instead of ${wanted}`);
    checkTimes(samples, frames[n]! * frameTicks, frameTicks, n);
    const run = packVideo({ samples, data }, frames[n + 1]! * frameTicks);
    const bytes = Buffer.concat(mediaSegment(run, n + 1));
    samples = [];
    data = [];
    return [{ type: 'segment', n: n++, bytes }];
  }

  return {
    push: (chunk) => reader.push(chunk).flatMap(take),
    end() {
      reader.end();
      if (n > span.last && samples.length === 0) return [];
      const missing = frames[span.last + 1]! - frames[n]! - samples.length;
      throw new AppError(
        'render-failed',
        `The original ends early or is damaged: ${missing} frames are missing.`,
      );
    },
  };
}

/** Profile and level as in CODECS, size as in RESOLUTION. */
function checkParameters({ avcC, width, height }: FragmentInit, rendition: EncodedVideo): void {
  const codecs = avcCodecs(avcC[1]!, avcC[2]!, avcC[3]!);
  if (codecs.toLowerCase() !== rendition.codecs.toLowerCase()) {
    throw wrong(`the codec is ${codecs} instead of ${rendition.codecs}`);
  }
  if (width !== rendition.width || height !== rendition.height) {
    throw wrong(`the size is ${width}×${height} instead of ${rendition.width}×${rendition.height}`);
  }
}

function checkTimes(samples: readonly Sample[], startTick: number, frameTicks: number, n: number): void {
  if (!samples[0]!.isSync) throw wrong(`segment ${n} does not begin with a keyframe`);
  const shown = Float64Array.from(samples, (sample) => sample.ptsTicks).sort();
  if (samples[0]!.ptsTicks !== shown[0]) throw wrong(`segment ${n} does not show its first frame first`);
  for (let i = 0; i < shown.length; i++) {
    if (shown[i] !== startTick + i * frameTicks) {
      throw wrong(
        `frame ${i} of segment ${n} is shown at ${shown[i]} instead of ${startTick + i * frameTicks}`,
      );
    }
  }
}

export function createAudioAssembler(rendition: AudioRendition, span: Span): Assembler {
  const { frames, offsetSamples } = rendition;
  const reader = createAdtsReader();
  let n = span.first;
  let packets: Buffer[] = [];
  let anyPacket = false;

  function segment(): Assembled {
    const [firstFrame, endFrame] = [frames[n]!, frames[n + 1]!];
    const run = keepAudioFrames(packets, { rendition, firstFrame, endFrame });
    const bytes = Buffer.concat(mediaSegment(packAudio(run, firstFrame, offsetSamples), n + 1));
    packets = packets.slice(endFrame - firstFrame);
    return { type: 'segment', n: n++, bytes };
  }

  return {
    push(chunk) {
      for (const packet of reader.push(chunk)) packets.push(packet);
      anyPacket ||= packets.length > 0;
      const made: Assembled[] = [];
      while (n <= span.last && packets.length >= LEADING_PACKETS + frames[n + 1]! - frames[n]!) {
        made.push(segment());
      }
      return made;
    },
    end() {
      reader.end();
      if (n > span.last) return [];
      // A source whose sound has ended before yields nothing at all; silence takes its place.
      if (anyPacket) throw wrong(`sound ends in segment ${n} instead of ${span.last}`);
      const made: Assembled[] = [];
      while (n <= span.last) made.push(segment());
      return made;
    },
  };
}

/** The initialisation section of encoded audio is known without an encoder. */
export function audioInit({ sampleRate, channels }: AudioRendition): Buffer {
  const config = audioSpecificConfig({ sampleRate, channels });
  return initSegment({ kind: 'audio', sampleRate, channels, config });
}

function wrong(what: string): AppError {
  return new AppError('render-failed', `The encoder did not keep to the plan: ${what}.`);
}
