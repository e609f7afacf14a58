/**
 * Copied renditions: initialisation sections and segments packaged from the original's own samples when they
 * are asked for. Nothing of them is ever written.
 */
import { AppError } from '../base/errors.js';
import { initSegment, mediaSegment, packAudio, packVideo } from '../media/fmp4/index.js';
import type { AudioRendition, CopiedVideo, Plan } from '../media/plan.js';
import type { AudioIndex, SourceIndex, VideoIndex } from '../media/source-index.js';
import type { IndexCache } from './index-cache.js';
import type { RenderSource } from './model.js';
import { refuseAborted } from './shared-work.js';

export type Copied = CopiedVideo | AudioRendition;

export interface Copies {
  init(source: RenderSource, rendition: Copied, signal: AbortSignal): Promise<Buffer>;
  segment(source: RenderSource, rendition: Copied, n: number, signal: AbortSignal): Promise<Buffer>;
}

export function createCopies({ indexes }: { indexes: IndexCache }): Copies {
  return {
    init: (source, rendition, signal) =>
      indexes.use(source, async (index) => {
        refuseAborted(signal);
        if (rendition.kind === 'audio') return initSegment({ kind: 'audio', ...audioOf(index, rendition) });
        const { width, height } = rendition;
        return initSegment({ kind: 'video', ...videoOf(index), width, height });
      }),
    segment: (source, rendition, n, signal) =>
      indexes.use(source, async (index) => {
        refuseAborted(signal);
        return rendition.kind === 'audio'
          ? packageAudio(audioOf(index, rendition), rendition, n)
          : packageVideo(videoOf(index), source.plan, n);
      }),
  };
}

async function packageVideo(video: VideoIndex, plan: Plan, n: number): Promise<Buffer> {
  const ticks = plan.videoGrid!.copy!.ticks;
  const end = ticks[n + 1]!;
  const run = await video.read(ticks[n]!, end);
  // The first picture is shown from 0 on, even where the source shows it a little later.
  return Buffer.concat(mediaSegment(packVideo(run, end, n === 0 ? 0 : undefined), n + 1));
}

async function packageAudio(audio: AudioIndex, { frames, offsetSamples }: AudioRendition, n: number) {
  const run = await audio.read(frames[n]!, frames[n + 1]!);
  return Buffer.concat(mediaSegment(packAudio(run, frames[n]!, offsetSamples), n + 1));
}

function videoOf({ video }: SourceIndex): VideoIndex {
  if (!video) throw lost('video');
  return video;
}

function audioOf({ audios }: SourceIndex, { ordinal }: AudioRendition): AudioIndex {
  const audio = audios.find((track) => track.ordinal === ordinal);
  if (!audio) throw lost('audio');
  return audio;
}

const lost = (kind: string) =>
  new AppError('source-damaged', `The original's ${kind} has no index any more.`);
