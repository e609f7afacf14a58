/** Reads whole tracks through an index, for comparing them with what ffmpeg reads. */
import { openIndex } from '../../server/media/index/index.js';
import type { MediaInfo } from '../../server/media/info.js';
import type {
  AudioIndex,
  Sample,
  SampleRun,
  SourceIndex,
  VideoIndex,
} from '../../server/media/source-index.js';
import { probeFile } from './probed.js';

/** Gives the index to `work` and closes it, whatever happens. Fails where there is none. */
export async function withIndex<T>(
  path: string,
  work: (index: SourceIndex, info: MediaInfo) => Promise<T>,
): Promise<T> {
  const info = await probeFile(path);
  const index = await openIndex(path, info);
  if (!index) throw new Error(`${path} was not indexed`);
  try {
    return await work(index, info);
  } finally {
    await index.close();
  }
}

/** From keyframe to keyframe, as segments are read. */
export async function readVideo(video: VideoIndex): Promise<{ samples: Sample[]; bytes: Buffer }> {
  const ticks = [...video.keyframeTicks, video.endTicks];
  const runs: SampleRun[] = [];
  for (let n = 0; n + 1 < ticks.length; n++) runs.push(await video.read(ticks[n]!, ticks[n + 1]!));
  return join(runs);
}

/** In runs of a few frames, as segments are read. */
export async function readAudio(audio: AudioIndex, step = 37): Promise<{ samples: Sample[]; bytes: Buffer }> {
  const runs: SampleRun[] = [];
  for (let from = 0; from < audio.frameCount; from += step) {
    runs.push(await audio.read(from, Math.min(audio.frameCount, from + step)));
  }
  return join(runs);
}

const join = (runs: SampleRun[]) => ({
  samples: runs.flatMap((run) => run.samples),
  bytes: Buffer.concat(runs.flatMap((run) => run.data)),
});
